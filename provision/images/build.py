"""Making images by their recipes, each once: they are kept in the cache by the hash of what they depend on."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from provision.debian.packages import Debian
from provision.images.archive import Image, Layer, write_layer
from provision.images.parts import Part, Workshop, key
from provision.images.recipe import Recipe
from provision.images.recipes import RECIPES
from provision.toolchain import Toolchain
from provision.toolchain.catalogue import TOOLS as CATALOGUE
from provision.toolchain.catalogue_delivery import PIPELINE_TOOLS
from provision.toolchain.catalogue_images import IMAGE_TOOLS
from provision.toolchain.locking import held
from provision.toolchain.model import ToolProgress

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Built:
    """An image that was made.

    Attributes:
        recipe: Its recipe's name.
        version: Its tag.
        key: The hash of what it depends on.
        config: Its configuration, as JSON.
        layers: The hashes of its layers, each a tar file in the cache's folder ``blobs``.
        size: Bytes of all its layers.
        seconds: How long it took to make.
    """

    recipe: str
    version: str
    key: str
    config: str
    layers: tuple[str, ...]
    size: int
    seconds: float

    @property
    def config_digest(self) -> str:
        """Return the hash of its configuration, which is the image's id."""
        return hashlib.sha256(self.config.encode()).hexdigest()


class Builds:
    """The images that are made here.

    Args:
        cache: The cache's directory.
        toolchain: Has the programs from Go modules; must know the tools of all tables.
        say: Called with each line of progress.
        recipes: How images are made, by name.
    """

    def __init__(
        self,
        cache: Path,
        toolchain: Toolchain | None = None,
        say: Progress = lambda _: None,
        *,
        recipes: Mapping[str, Recipe] = RECIPES,
    ) -> None:
        self._folder = cache / "images"
        self.blobs = self._folder / "blobs"
        self._say = say
        self._recipes = recipes
        self.toolchain = toolchain or Toolchain(
            cache, report=_words(say), tools={**CATALOGUE, **IMAGE_TOOLS, **PIPELINE_TOOLS}
        )

    def find(self, name: str) -> Built | None:
        """Return the image of a recipe if it is in the cache as its inputs are now."""
        recipe = self._recipes[name]
        try:
            known = json.loads(self._record(recipe).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        built = Built(**{**known, "layers": tuple(known["layers"])})
        return built if all(self.layer(digest).is_file() for digest in built.layers) else None

    def make(self, name: str) -> Built:
        """Return the image of a recipe, making it first if need be.

        Raises:
            ImageError: It cannot be made.
            ToolchainError: A program that it holds cannot be had.
        """
        recipe = self._recipes[name]
        with held(self._folder / f"{name}.lock", lambda: self._say(f"{name}: another run makes it")):
            if found := self.find(name):
                return found
            self._say(f"{name} {recipe.version}: making")
            started = time.monotonic()
            self.blobs.mkdir(parents=True, exist_ok=True)
            layers = self._layers(recipe)
            image = Image(
                name=f"{recipe.name}:{recipe.version}",
                layers=layers,
                entrypoint=recipe.entrypoint,
                cmd=recipe.cmd,
                env=recipe.env,
                user=recipe.user,
                ports=recipe.ports,
            )
            built = Built(
                recipe=recipe.name,
                version=recipe.version,
                key=key(recipe.inputs()),
                config=image.config().decode(),
                layers=tuple(layer.digest for layer in layers),
                size=sum(layer.path.stat().st_size for layer in layers),
                seconds=round(time.monotonic() - started, 1),
            )
            draft = self._record(recipe).with_suffix(".part")
            draft.write_text(json.dumps(asdict(built), indent=2) + "\n", encoding="utf-8")
            draft.replace(self._record(recipe))
        self._say(f"{name} {recipe.version}: {built.size / 1e6:.0f} MB, {built.seconds:.0f} s")
        return built

    def make_all(self, names: list[str] | None = None) -> list[Built]:
        """Make the images of all recipes, or of those that are named, one after the other."""
        return [self.make(name) for name in names or list(self._recipes)]

    def layer(self, digest: str) -> Path:
        """Say where the layer with this hash is."""
        return self.blobs / f"{digest}.tar"

    def _layers(self, recipe: Recipe) -> list[Layer]:
        scratch = Path(tempfile.mkdtemp(prefix=".new-", dir=self._folder))
        try:
            workshop = Workshop(scratch, Debian(self._folder / "debian"), self.toolchain, self._folder / "downloads")
            return [self._made(part, workshop) for part in recipe.parts]
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def _made(self, part: Part, workshop: Workshop) -> Layer:
        # images share layers, such as that of Python
        record = self._folder / "layers" / key(part.inputs())
        if record.is_file() and self.layer(digest := record.read_text(encoding="utf-8")).is_file():
            return Layer(self.layer(digest), digest)
        layer = write_layer(part.tree(workshop), self.blobs)
        record.parent.mkdir(exist_ok=True)
        record.write_text(layer.digest, encoding="utf-8")
        return layer

    def _record(self, recipe: Recipe) -> Path:
        return self._folder / f"{recipe.name}-{key(recipe.inputs())}.json"


def _words(say: Progress) -> Callable[[ToolProgress], None]:
    return lambda line: None if line.tick else say(str(line))
