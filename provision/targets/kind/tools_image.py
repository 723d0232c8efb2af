"""The image of tools in the container engine: it gets there when it is first asked for, and goes with the platform."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

from provision.engine import Engine
from provision.images.archive import Image, Layer, write_archive
from provision.images.build import Builds
from provision.images.recipes import DELIVERY_TOOLS, RECIPES
from provision.toolchain import Toolchain

_LOAD_SECONDS = 300.0
_RUN_SECONDS = 60.0
_CLOSED = (
    *("--rm", "--network=none", "--read-only", "--tmpfs=/tmp", "--tmpfs=/home/tools:uid=10001"),
    *("--cap-drop=ALL", "--security-opt=no-new-privileges", "--pids-limit=256"),
)
"""Nothing that runs in it has a way out, or anything to write to."""
_AS_MADE: Final = "as-made"


class ToolsImage:
    """The image of tools of one platform.

    Args:
        team: The platform's ``$TEAMID``.
        engine: Gives the container engine, which is asked for when the image is.
        toolchain: Its cache keeps what images are made of.
        say: Told how it goes.
    """

    def __init__(
        self, team: str, engine: Callable[[], Engine], toolchain: Toolchain, say: Callable[[str], None]
    ) -> None:
        self._engine = engine
        self._toolchain = toolchain
        self._say = say
        self._repository = _repository(team)

    @cached_property
    def name(self) -> str:
        """Its name in the engine, which has it from then on.

        Raises:
            EngineError: If the engine does not take it.
            ImageError: If it cannot be made.
        """
        name = f"{self._repository}:{RECIPES[DELIVERY_TOOLS].version}"
        if not self._engine().has_image(name):
            self._load(name)
            self._engine().run("tag", name, f"{self._repository}:{_AS_MADE}")
        return name

    def run(self, *command: str) -> subprocess.CompletedProcess[bytes]:
        """Run *command* in a container of it, without a network; return how it went.

        Raises:
            EngineError: If it takes too long, or the engine cannot be asked.
        """
        program, *arguments = command
        settings = (*_CLOSED, f"--entrypoint={program}")
        return self._engine().attempt("run", *settings, self.name, *arguments, timeout=_RUN_SECONDS)

    def lose(self, program: str) -> None:
        """Have the image be one without the file of *program*."""
        script = f"import os; os.remove({program!r})"
        made = self._engine().run(
            "create", *("--user=0", "--network=none", "--entrypoint=python3"), self.name, "-c", script
        )
        try:
            self._engine().run("start", "--attach", made)
            self._engine().run("commit", "--change=USER 10001", made, self.name)
        finally:
            self._engine().run("rm", "--force", made)

    def restore(self) -> None:
        """Have the image be what was made, and nothing be left of what it was made into."""
        as_made = f"{self._repository}:{_AS_MADE}"
        damaged, made = (one["Id"] for one in self._engine().inspect("image", [self.name, as_made]))
        if damaged != made:
            self._engine().run("tag", as_made, self.name)
            self._engine().run("image", "rm", damaged)

    def _load(self, name: str) -> None:
        builds = Builds(self._toolchain.cache, say=self._say)
        recipe, built = RECIPES[DELIVERY_TOOLS], builds.make(DELIVERY_TOOLS)
        layers: Sequence[Layer] = [Layer(builds.layer(digest), digest) for digest in built.layers]
        image = Image(name=name, layers=layers, env=recipe.env, user=recipe.user)
        with tempfile.TemporaryDirectory(prefix="seatrial-image-", dir=self._toolchain.cache / "images") as scratch:
            archive = Path(scratch) / "image.tar"
            write_archive(archive, [image])
            self._engine().run("load", "--quiet", "--input", str(archive), timeout=_LOAD_SECONDS)


def remove(engine: Engine, team: str) -> list[str]:
    """Remove what the engine has of a platform's image of tools; name what was there."""
    found = engine.run("image", "ls", "--format={{.Repository}}:{{.Tag}}", _repository(team)).split()
    for name in found:
        engine.run("image", "rm", "--force", name)
    return [f"image {name}" for name in found]


def _repository(team: str) -> str:
    return f"seatrial/{DELIVERY_TOOLS}-{team}"
