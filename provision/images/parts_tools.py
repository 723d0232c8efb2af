"""The parts of an image that are programs of Python, each with what its own lock file pins, and this project itself."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

import seatrial
from provision.images.archive import EXECUTABLE, File, ImageError
from provision.images.holding import Holding, locked
from provision.images.parts import IMAGES, Tree, Workshop, folder_tree
from provision.images.parts_python import install_locked
from provision.images.running import run_program
from provision.toolchain.cache import sha256_of

_ROOT = IMAGES.parent
_HARNESS = _ROOT / "seatrial"
_PROJECT = ("pyproject.toml", "README.md", "LICENSE")
_TOLD = ("METADATA", "entry_points.txt")
"""What is told of an installed package, of which pytest's plugins and the version are known."""
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
    """Seatrial without what it needs: from the checkout, or as it is installed where the checkout is a team's own.

    Attributes:
        at: Its folder in the image.
    """

    at: str

    def inputs(self) -> Iterator[str]:
        """Return what the layer depends on."""
        yield from ("project 1", self.at)
        if not _HARNESS.is_dir():
            yield from (f"{name} {_hash(file)}" for name, file in _installed())
            return
        for file in _sources():
            yield f"{file.relative_to(_ROOT)} {_hash(file)}"

    def holds(self) -> Iterator[Holding]:
        """Return what the layer holds that others have made: nothing."""
        yield from ()

    def tree(self, workshop: Workshop) -> Tree:
        """Make the layer's content, from a copy: a build leaves folders beside what it builds."""
        if not _HARNESS.is_dir():
            return {f"{self.at}/{name}": File(file) for name, file in _installed()}
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
    return sorted([*_of_package(_HARNESS), *(_ROOT / name for name in _PROJECT)])


def _installed() -> Iterator[tuple[str, Path]]:
    """Return each file of the package as it is installed, and its path below the folder of packages."""
    package = Path(seatrial.__file__).parent
    yield from ((file.relative_to(package.parent).as_posix(), file) for file in sorted(_of_package(package)))
    told = [file for file in distribution(package.name).files or () if file.name in _TOLD and len(file.parts) > 1]
    yield from ((file.as_posix(), Path(str(file.locate()))) for file in sorted(told))


def _of_package(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file() and "__pycache__" not in file.parts]
