"""The containers of the nodes, and the registry that their images are pulled from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lightkube import Client
from lightkube.resources.core_v1 import Pod

from provision.observers.exchanges import Exchanges
from provision.observers.registry import Reference, Registry
from seatrial.checks.observer import Fidelity, Observer, Recorder, acting, reading

_STAYS = ("sh", "-c", "exec sleep 3600")


class Containers(Observer):
    """Which images containers run, and images for scenarios.

    Args:
        connect: Makes a client of the cluster's API.
        registry: The registry that the nodes pull from.
        images: The full names of images of that registry, by short name. ``tools`` must be among them: a small image
            with a shell, from which the images of scenarios are made.
        fidelity: How true containers are on this target.
        recorder: Where looks are noted; this process's own unless told.
    """

    def __init__(
        self,
        connect: Callable[[], Client],
        registry: Registry,
        images: Mapping[str, str],
        *,
        fidelity: Fidelity,
        recorder: Recorder | None = None,
    ) -> None:
        super().__init__("containers", fidelity, recorder)
        self._connect = connect
        self._registry = registry
        self._images = dict(images)
        self._tools = Reference.of(images["tools"])
        self._exchanges = Exchanges()

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

    @acting
    def tag(self, name: str, content: str) -> str:
        """Make the registry's tag *name* lead to an image with *content*, which runs until it is ended.

        Returns:
            The image's digest.

        Raises:
            RegistryError: If the registry refuses it.
        """
        tools = self._tools
        return self._exchanges.of(
            f"tag {name} leads to {content!r}",
            lambda: self._registry.vary(tools.repository, tools.tag, name, content, _STAYS),
        )

    @reading
    def image(self, name: str) -> str:
        """Return the full name of an image of the registry: one of those that are known, or one that `tag` has made."""
        return self._images.get(name) or self._tools.tagged(name)

    def evidence(self) -> object:
        """Return the last questions."""
        return self._exchanges.kept()


def another_version(registry: Registry, image: str) -> str:
    """Push another version of *image*, which differs in nothing that it does, and give its name.

    This is what the hand ``another_version`` of a platform with a real registry does; doing it twice changes nothing.

    Raises:
        RegistryError: If the registry does not have *image*, or refuses the other.
    """
    known = Reference.of(image)
    tag = "next" if known.tag.startswith("sha256:") else f"{known.tag}-next"
    registry.vary(known.repository, known.tag, tag, "another version")
    return known.tagged(tag)
