"""The images of the pipelines' server in the container engine, where they stay for the next platform."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from provision.engine import Engine
from provision.images.archive import Image, Layer, write_archive
from provision.images.build import Builds
from provision.images.recipes import RECIPES
from provision.toolchain import Toolchain

_LOAD_SECONDS = 300.0
_KEY = 12  # letters of what an image depends on, which tell it from those of other days


def ensure_image(engine: Engine, toolchain: Toolchain, recipe_name: str, say: Callable[[str], None]) -> str:
    """Have the image of a recipe in the engine; return its name there.

    Raises:
        EngineError: The engine does not take it.
        ImageError: It cannot be made.
        ToolchainError: A program that it holds cannot be had.
    """
    builds = Builds(toolchain.cache, say=say)
    recipe, built = RECIPES[recipe_name], builds.make(recipe_name)
    name = f"seatrial/{recipe.name}:{recipe.version}-{built.key[:_KEY]}"
    if engine.has_image(name):
        return name
    image = Image(
        name=name,
        layers=[Layer(builds.layer(digest), digest) for digest in built.layers],
        entrypoint=recipe.entrypoint,
        cmd=recipe.cmd,
        env=recipe.env,
        user=recipe.user,
        ports=recipe.ports,
    )
    with tempfile.TemporaryDirectory(prefix="seatrial-image-", dir=toolchain.cache / "images") as scratch:
        archive = Path(scratch) / "image.tar"
        write_archive(archive, [image])
        engine.run("load", "--quiet", "--input", str(archive), timeout=_LOAD_SECONDS)
    return name
