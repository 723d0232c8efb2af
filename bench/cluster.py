"""The API servers of a platform that is up: what assertions are about, and how many requests were answered."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import yaml
from lightkube import ApiError, Client
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import ConfigMap, Namespace

from seatrial.kube.client import client_of

NAMESPACE = "bench"
_COUNTED = re.compile(r'^apiserver_request_total\{[^}]*resource="configmaps"[^}]*\} (\S+)$', re.MULTILINE)
_MADE_WITHIN = 10.0


class Cluster:
    """A cluster of this checkout's that is up.

    Args:
        kubeconfig: How it is reached.
        servers: The addresses of its API servers, each of which counts for itself.
        folder: Where clients keep what they need.
    """

    def __init__(self, kubeconfig: Path, servers: Sequence[str], folder: Path) -> None:
        self.kubeconfig = kubeconfig
        self._client: Client = client_of(kubeconfig, folder)
        self._servers = [client_of(_of_server(kubeconfig, one, folder), folder) for one in servers]
        self._late: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._ensure(Namespace(metadata=ObjectMeta(name=NAMESPACE)))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.settle()
        self._client.delete(Namespace, NAMESPACE)

    def have(self, names: Sequence[str], late: Sequence[str] = (), seconds: float = 0.0) -> None:
        """Have ConfigMaps of these *names* and no others, and after so many *seconds* the *late* ones as well."""
        self.settle()
        there = {str(one.metadata.name) for one in self._client.list(ConfigMap, namespace=NAMESPACE) if one.metadata}
        for name in there - set(names) - {"kube-root-ca.crt"}:
            self._client.delete(ConfigMap, name, namespace=NAMESPACE)
        for name in set(names) - there:
            self._ensure(_config_map(name))
        if late:
            self._late = threading.Thread(target=self._make_late, args=(list(late), seconds))
            self._late.start()

    def settle(self) -> None:
        """Wait until what comes late is there."""
        if self._late is not None:
            self._late.join()
            self._late = None

    def requests(self) -> int:
        """Return how many requests about ConfigMaps the API servers have answered, ours included."""
        return sum(int(float(n)) for server in self._servers for n in _COUNTED.findall(_metrics(server)))

    def _make_late(self, names: Sequence[str], seconds: float) -> None:
        time.sleep(seconds)
        for name in names:
            self._ensure(_config_map(name))

    def _ensure(self, thing: Any) -> None:
        end = time.monotonic() + _MADE_WITHIN
        while True:
            try:
                self._client.create(thing)
            except ApiError as error:  # the namespace of the run before may still be going
                if error.status.reason == "AlreadyExists":
                    return
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)
            else:
                return


def _config_map(name: str) -> ConfigMap:
    return ConfigMap(metadata=ObjectMeta(name=name, namespace=NAMESPACE), data={"state": "ready"})


def _metrics(client: Any) -> str:
    return str(client._client._client.get("/metrics").text)  # noqa: SLF001 - lightkube reads objects only


def _of_server(kubeconfig: Path, server: str, folder: Path) -> Path:
    found = yaml.safe_load(kubeconfig.read_text("utf-8"))
    for cluster in found["clusters"]:
        cluster["cluster"]["server"] = server
    file = folder / f"kubeconfig-{server.rpartition('/')[2].replace(':', '-')}"
    file.write_text(yaml.safe_dump(found), "utf-8")
    file.chmod(0o600)
    return file
