"""Connections between pods: what a pod of nobody's is let through to."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, cast

from lightkube import Client
from lightkube.resources.core_v1 import Pod

from seatrial.checks.observer import Fidelity, Observer, Recorder, reading

_LINES = 200
"""Lines of its log that are read: some rounds of a platform's ports."""


class Policies(Observer):
    """What pods let others connect to, by what a pod has tried and written down.

    Args:
        connect: Makes a client of the cluster's API.
        images: The full names of the images of the registry, by short name; ``microservice`` has a Python.
        fidelity: How true connections between pods are on this target.
        recorder: Where looks are noted; this process's own unless told.
    """

    def __init__(
        self,
        connect: Callable[[], Client],
        images: Callable[[], dict[str, str]],
        *,
        fidelity: Fidelity,
        recorder: Recorder | None = None,
    ) -> None:
        super().__init__("policies", fidelity, recorder)
        self._connect = connect
        self._images = images

    @reading
    def image(self) -> str:
        """Return the full name of an image in which a pod can try connections by Python."""
        return self._images()["microservice"]

    @reading
    def ports(self, *namespaces: str) -> dict[str, dict[str, object]]:
        """Return every TCP port that the pods of *namespaces* open, by ``address:port``: whose it is, and its name."""
        found: dict[str, dict[str, object]] = {}
        for namespace in namespaces:
            for pod in cast("Any", self._connect().list(Pod, namespace=namespace)):
                for port, name in _opened(pod):
                    found[f"{pod.status.podIP}:{port}"] = {"pod": f"{namespace}/{pod.metadata.name}", "port": name}
        return found

    @reading
    def tried(self, namespace: str, name: str) -> dict[str, str]:
        """Return what the pod *name* was told at each ``address:port`` in its last whole round of trials.

        Raises:
            lightkube.ApiError: If there is no such pod, or if it has not begun.
        """
        client = self._connect()
        lines = list(client.log(name, namespace=namespace, tail_lines=_LINES))
        return cast("dict[str, str]", json.loads(lines[-1])) if lines else {}


def _opened(pod: Any) -> list[tuple[int, str]]:
    if pod.status is None or pod.status.phase != "Running" or not pod.status.podIP or pod.metadata.deletionTimestamp:
        return []
    ports = [port for container in pod.spec.containers for port in container.ports or []]
    return [(port.containerPort, port.name or "") for port in ports if (port.protocol or "TCP") == "TCP"]
