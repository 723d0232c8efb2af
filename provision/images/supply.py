"""All images of a platform: chosen, made, and put into its registry."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from provision.images.build import Builds, Built, Progress
from provision.images.map import Choice, Entry, Selection, choose, load_map
from provision.images.pulling import Engine
from provision.images.recipes import DELIVERY_TOOLS
from provision.registry import Registry
from provision.toolchain.catalogue_images import REGISTRY

REGISTRY_NAME = "registry.seatrial.internal:5000"
"""The registry's name in the images' names; the nodes are told where it is."""


@dataclass(frozen=True)
class Row:
    """What is known of one image.

    Attributes:
        name: Its name in the manifests.
        source: ``real``, ``own``, ``same``, ``stand-in`` or ``none``.
        what: In words: what it is.
        made: Whether it is in the cache; always false for real images, which the engine keeps.
        size: Bytes of its layers, once it is made.
        seconds: How long it took to make.
    """

    name: str
    source: str
    what: str
    made: bool = False
    size: int = 0
    seconds: float = 0.0


class Supply:
    """The images of a platform.

    Args:
        cache: The cache's directory.
        engine: The engine that pulls real images; without one none is pulled.
        say: Called with each line of progress.
        entries: The map of images, instead of the project's own.
        builds: How images are made, instead of in the cache by the project's own recipes.
    """

    def __init__(
        self,
        cache: Path,
        engine: Engine | None = None,
        say: Progress = lambda _: None,
        *,
        entries: dict[str, Entry] | None = None,
        builds: Builds | None = None,
    ) -> None:
        self._engine = engine
        self._say = say
        self._entries = load_map() if entries is None else entries
        self._builds = builds or Builds(cache, say=say)

    def select(self, controller: str) -> Selection:
        """Find out what can be had, and choose.

        Args:
            controller: The ingress controller that is asked for.
        """
        return choose(self._entries, controller, self._pullable)

    def build_all(self, *, everything: bool = True) -> list[Row]:
        """Make every image that can be made here, and the registry's program: what a closed network needs.

        Args:
            everything: Whether to make all ingress controllers, and the image of tools; else only what is quickest.

        Raises:
            ImageError: One cannot be made.
            ToolchainError: A program cannot be had.
        """
        self._builds.toolchain.ensure(REGISTRY.name)
        left = () if everything else ("traefik",)
        recipes = [e.recipe for e in self._entries.values() if e.recipe and e.recipe not in left]
        self._builds.make_all([*recipes, *([DELIVERY_TOOLS] if everything else [])])
        return self.status()

    def status(self, *, ask: bool = False) -> list[Row]:
        """Say of every image what it is, and whether it is made.

        Args:
            ask: Whether to ask the registries of the real images if they can be pulled.
        """
        pullable = self._pullable if ask else lambda _: False
        return [self._row(entry, pullable) for entry in self._entries.values()]

    def push(self, selection: Selection, registry: Registry) -> dict[str, str]:
        """Make or pull what was chosen, and put it into the *registry*.

        Returns:
            The full name of each image, by digest, as the nodes are to pull it: ``<registry>/<path>@sha256:...``.

        Raises:
            ImageError: An image cannot be made or pulled.
            RegistryError: The registry does not take one.
            ToolchainError: A program cannot be had.
        """
        return {
            name: f"{REGISTRY_NAME}/{self._put(choice, registry)}"
            for name, choice in selection.choices.items()
            if choice.source != "none"
        }

    def _put(self, choice: Choice, registry: Registry) -> str:
        if choice.source != "real" or self._engine is None:
            built: Built = self._builds.make(choice.entry.recipe)
            layers = [(digest, self._builds.layer(digest)) for digest in built.layers]
            return f"{built.recipe}@{registry.put(built.recipe, built.version, built.config.encode(), layers)}"
        self._say(f"{choice.name}: pulling {choice.entry.real}")
        with tempfile.TemporaryDirectory(prefix="seatrial-image-") as scratch:
            digest = self._engine.pull(choice.entry.real, registry, choice.name, Path(scratch))
        return f"{choice.name}@{digest}"

    @cached_property
    def _pullable(self) -> Callable[[str], bool]:
        engine = self._engine
        if engine is None:
            return lambda _: False
        real = [entry.real for entry in self._entries.values() if entry.real]
        with ThreadPoolExecutor(max_workers=8) as pool:
            answers = dict(zip(real, pool.map(engine.can_pull, real), strict=True))
        return lambda image: answers.get(image, False)

    def _row(self, entry: Entry, pullable: Callable[[str], bool]) -> Row:
        if entry.real and pullable(entry.real):
            return Row(entry.name, "real", entry.real)
        if not entry.recipe:
            return Row(entry.name, "none", Choice(entry, "none").reason)
        built = self._builds.find(entry.recipe)
        what = Choice(entry, entry.kind).reason
        if built is None:
            return Row(entry.name, entry.kind, what)
        return Row(entry.name, entry.kind, what, made=True, size=built.size, seconds=built.seconds)
