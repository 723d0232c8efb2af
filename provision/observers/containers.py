"""The containers of the nodes, and the images that they run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lightkube import Client
from lightkube.resources.core_v1 import Pod

from provision.observers.exchanges import Exchanges
from provision.registry import Reference
from seatrial.checks.observer import Fidelity, Observer, Recorder, reading


class Containers(Observer):
    """Which images containers run, and the names of images.

    Args:
        connect: Makes a client of the cluster's API.
        images: The full names of images of the registry that the nodes pull from, by short name. ``tools`` must be
            among them: a small image with a shell, from which the images of scenarios are made.
        exchanges: Where the last questions are kept as evidence, beside what was done to the registry.
        fidelity: How true containers are on this target.
        recorder: Where looks are noted; this process's own unless told.
    """

    def __init__(
        self,
        connect: Callable[[], Client],
        images: Mapping[str, str],
        exchanges: Exchanges,
        *,
        fidelity: Fidelity,
        recorder: Recorder | None = None,
    ) -> None:
        super().__init__("containers", fidelity, recorder)
        self._connect = connect
        self._images = dict(images)
        self._tools = Reference.of(images["tools"])
        self._exchanges = exchanges

    @reading
    def digest(self, namespace: str, name: str) -> str:
        """Return the digest of the image that a pod's container runs; nothing before it runs.

        Raises:
            lightkube.ApiError: If there is no such pod.
        """

        def look() -> str:
            pod: Any = self._connect().get(Pod, name, namespace=namespace)
            statuses = (pod.status.containerStatuses if pod.status else None) or []
            return str(statuses[0].imageID or "").rpartition("@")[2] if statuses else ""

        return self._exchanges.of(f"the image of {namespace}/{name}", look)

    @reading
    def image(self, name: str) -> str:
        """Return the full name of an image of the registry: a known one, or a scenario's own."""
        return self._images.get(name) or self._tools.tagged(name)

    def evidence(self) -> object:
        """Return the last questions."""
        return self._exchanges.kept()
