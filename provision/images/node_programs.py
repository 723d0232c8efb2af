"""Our own programs in a node: built from the repository's Go sources, once for each state of the source."""

from __future__ import annotations

import os
from pathlib import Path

from provision.images.archive import ImageError
from provision.images.node_workshop import Say, digest, made_once, timed
from provision.toolchain.errors import ToolchainError, Unavailable
from provision.toolchain.gobuild import Builder
from provision.toolchain.model import GoModule, Release, Tool, this_platform
from provision.toolchain.progress import Work

SOURCES = Path(__file__).parents[2] / "images"
_VERSION = "own"


def own_program(name: str, cache: Path, say: Say) -> Path:
    """Return a program of ``images/<name>``, building it unless it is in the cache.

    Args:
        name: The folder's name, and the program's.
        cache: The cache's folder.
        say: Told how it goes.

    Raises:
        ImageError: It cannot be built.
    """
    folder = cache / "images" / f"{name}-{digest(SOURCES / name)}"
    with made_once(folder, say) as scratch:
        if scratch is not None:
            tool = Tool(name, _VERSION, (), Release("", ()), GoModule(name, "."))
            builder = Builder(SOURCES, os.environ, this_platform())
            try:
                with timed(say, f"building images/{name}"):
                    builder.build(tool, builder.go(tool), Work(tool, None), scratch / name)
            except (ToolchainError, Unavailable) as error:
                raise ImageError(f"images/{name} cannot be built: {error}") from error
    return folder / name
