"""A way to one port of one pod, for as long as a question takes: kubectl's port-forward on a free port of loopback."""

from __future__ import annotations

import re
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_READY = re.compile(r"Forwarding from 127\.0\.0\.1:(\d+)")
_SECONDS = 10.0


class ForwardError(ConnectionError):
    """No way to a pod could be opened; the message names the pod and what kubectl said."""


class Forward:
    """Opens ways to pods.

    Args:
        kubectl: The program.
        kubeconfig: The file by which it reaches the cluster.
        environment: Its whole environment. It must carry the platform's mark, so that a sweep finds the program when
            this process is killed meanwhile.
    """

    def __init__(self, kubectl: Path, kubeconfig: Path, environment: Mapping[str, str]) -> None:
        self._kubectl = kubectl
        self._kubeconfig = kubeconfig
        self._environment = dict(environment)

    @contextmanager
    def open(self, namespace: str, pod: str, port: int) -> Iterator[int]:
        """Return the port of loopback that leads to *port* of *pod* while this is entered.

        Raises:
            ForwardError: If the way is not open within ten seconds.
        """
        argv = [str(self._kubectl), f"--kubeconfig={self._kubeconfig}", f"--namespace={namespace}"]
        argv += ["port-forward", "--address=127.0.0.1", f"pod/{pod}", f":{port}"]
        with subprocess.Popen(
            argv,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            try:
                yield self._port(process, f"{namespace}/{pod}")
            finally:
                process.kill()

    def _port(self, process: subprocess.Popen[str], pod: str) -> int:
        limit = threading.Timer(_SECONDS, process.kill)
        limit.start()
        said = ""
        try:
            for line in process.stdout or ():
                if found := _READY.search(line):
                    return int(found[1])
                said += line
        finally:
            limit.cancel()
        raise ForwardError(f"no way to {pod} within {_SECONDS:g} s: {said.strip() or 'kubectl said nothing'}")
