"""The parts of an image that are programs of Python, each with what its own lock file pins, and this project itself."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from provision.images.archive import EXECUTABLE, File, ImageError
from provision.images.holding import Holding, locked
from provision.images.parts import IMAGES, Tree, Workshop, folder_tree
from provision.images.parts_python import install_locked
from provision.images.running import run_program
from provision.toolchain.cache import sha256_of

_ROOT = IMAGES.parent
_PROJECT = ("pyproject.toml", "README.md", "LICENSE")
_LAUNCHER = """\
#!/usr/bin/python3
import sys
sys.path.insert(0, "{at}")
from {module} import {call}
sys.exit({call}())
"""


@dataclass(frozen=True)
class PythonProgram:
    """A program of Python in a folder of its own, so that its pins are nobody else's.

    Attributes:
        name: How it is called on the command line.
        call: What is called then, as ``module:function``.
        lock: The lock file of what it needs, from the checkout's root.
        at: Its folder in the image.
    """

    name: str
    call: str
    lock: str
    at: str

    def inputs(self) -> Iterator[str]:
        """Return what the layer depends on."""
        yield from ("python program 1", self.name, self.call, self.at, _hash(_ROOT / self.lock))

    def holds(self) -> Iterator[Holding]:
        """Return the packages that the lock pins."""
        yield from locked(_ROOT / self.lock)

    def tree(self, workshop: Workshop) -> Tree:
        """Make the layer's content."""
        site = workshop.scratch / f"site-{self.name}"
        site.mkdir()
        install_locked(_ROOT / self.lock, site)
        module, _, call = self.call.partition(":")
        launcher = _LAUNCHER.format(at=self.at, module=module, call=call)
        return {**folder_tree(site, self.at), f"/usr/bin/{self.name}": File(launcher.encode(), EXECUTABLE)}


@dataclass(frozen=True)
class Project:
    """This project, from the checkout, without what it needs.

    Attributes:
        at: Its folder in the image.
    """

    at: str

    def inputs(self) -> Iterator[str]:
        """Return what the layer depends on."""
        yield from ("project 1", self.at)
        for file in _sources():
            yield f"{file.relative_to(_ROOT)} {_hash(file)}"

    def holds(self) -> Iterator[Holding]:
        """Return what the layer holds that others have made: nothing."""
        yield from ()

    def tree(self, workshop: Workshop) -> Tree:
        """Make the layer's content, from a copy: a build leaves folders beside what it builds."""
        copy, site = workshop.scratch / "project", workshop.scratch / "site-project"
        for file in _sources():
            to = copy / file.relative_to(_ROOT)
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, to)
        run_program(
            sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile",
            "--no-index", "--no-deps", "--no-build-isolation", f"--target={site}", str(copy), missing="pip",
        )  # fmt: skip
        shutil.rmtree(site / "bin")
        return folder_tree(site, self.at)


def _hash(file: Path) -> str:
    try:
        return sha256_of(file)
    except OSError as error:
        raise ImageError(
            f"{file}: {error.strerror}; the image of tools is made of what a whole checkout has"
        ) from error


def _sources() -> list[Path]:
    found = [file for file in (_ROOT / "seatrial").rglob("*") if file.is_file()]
    return sorted([*(file for file in found if "__pycache__" not in file.parts), *(_ROOT / name for name in _PROJECT)])
