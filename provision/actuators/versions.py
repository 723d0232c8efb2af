"""Other versions of images, which differ from them in nothing that they do."""

from __future__ import annotations

from collections.abc import Callable

from provision.registry import Reference, Registry


class NamedVersions:
    """Names other versions, where no image is pulled and a name is all that there is of one."""

    def another(self, image: str) -> str:
        """Name another version of *image*."""
        return f"{image}-next"


class PushedVersions:
    """Pushes other versions to the registry that the nodes pull from.

    Args:
        registry: Gives that registry.
    """

    def __init__(self, registry: Callable[[], Registry]) -> None:
        self._registry = registry

    def another(self, image: str) -> str:
        """Push another version of *image*, and give its name; doing it twice changes nothing.

        Raises:
            RegistryError: If the registry does not have *image*, or refuses the other.
        """
        known = Reference.of(image)
        tag = "next" if known.tag.startswith("sha256:") else f"{known.tag}-next"
        self._registry().vary(known.repository, known.tag, tag, "another version")
        return known.tagged(tag)
