"""The parts of an image that are Python: the interpreter, and an app with its locked packages."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from provision.debian.lock import pinned
from provision.images.archive import ImageError, Link
from provision.images.holding import Holding, locked, of_debian
from provision.images.parts import IMAGES, Tree, Workshop, folder_tree
from provision.images.running import run_program
from provision.toolchain.cache import sha256_of

_QUIETLY = ("-q", "-j1", "--invalidation-mode=unchecked-hash")
_SITE = "/app"


@dataclass(frozen=True)
class Python:
    """Debian's Python, with its library compiled: a read-only file system keeps nothing compiled."""

    packages: tuple[str, ...]

    def inputs(self) -> Iterator[str]:
        """Return what the layer depends on."""
        yield from ("python 1", *map(str, pinned(self.packages)))

    def holds(self) -> Iterator[Holding]:
        """Return the packages."""
        yield from map(of_debian, pinned(self.packages))

    def tree(self, workshop: Workshop) -> Tree:
        """Make the layer's content."""
        root = workshop.root(self.packages)
        library = root / "usr/lib/python3.11"
        interpreter(root, "-m", "compileall", *_QUIETLY, f"-s{root}", "-p/", str(library))
        return {**folder_tree(root), "/usr/bin/python3": Link("python3.11")}


@dataclass(frozen=True)
class PythonApp:
    """A program of our own with the libraries that its lock file pins, for Debian's Python.

    Attributes:
        folder: Its folder under ``images/``.
        package: Its Python package.
        packages: The packages of the `Python` below it.
        locked: Whether it has a lock file.
    """

    folder: str
    package: str
    packages: tuple[str, ...]
    locked: bool = True

    def inputs(self) -> Iterator[str]:
        """Return what the layer depends on."""
        yield "python app 1"
        for file in [*self._sources(), *([self._lock] if self.locked else [])]:
            yield f"{file.relative_to(IMAGES)} {sha256_of(file)}"

    def holds(self) -> Iterator[Holding]:
        """Return the packages that the lock pins."""
        if self.locked:
            yield from locked(self._lock)

    def tree(self, workshop: Workshop) -> Tree:
        """Make the layer's content."""
        site = workshop.scratch / f"site-{self.folder}"
        site.mkdir()
        if self.locked:
            install_locked(self._lock, site)
        for file in self._sources():
            to = site / file.relative_to(IMAGES / self.folder)
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_bytes(file.read_bytes())
        interpreter(workshop.root(self.packages), "-m", "compileall", *_QUIETLY, f"-s{site}", f"-p{_SITE}", str(site))
        return folder_tree(site, _SITE)

    @property
    def _lock(self) -> Path:
        return IMAGES / self.folder / "requirements.lock"

    def _sources(self) -> list[Path]:
        found = list((IMAGES / self.folder / self.package).rglob("*"))
        if linked := next((file for file in found if file.is_symlink()), None):  # what it leads to is no part of an app
            raise ImageError(f"{linked}: is a link; expected a file of the project's own")
        return sorted(file for file in found if file.is_file() and "__pycache__" not in file.parts)


def interpreter(root: Path, *arguments: str) -> None:
    """Run the Python that was unpacked to *root* with its own libraries, without being root.

    Raises:
        ImageError: It failed.
    """
    loader = next(iter(sorted((root / "usr").glob("lib*/ld-linux*.so.*"))), None)
    if loader is None:
        raise ImageError(f"{root} has no dynamic loader; expected libc6 among its packages")
    libraries = ":".join(str(path.parent) for path in sorted((root / "usr/lib").glob("*-linux-gnu/libc.so.6")))
    run_program(
        str(loader.resolve() if not loader.is_symlink() else _inside(root, loader)),
        "--library-path", libraries, str(root / "usr/bin/python3.11"), "-s", *arguments,
        missing="Debian's Python", environment={"PYTHONHOME": str(root / "usr"), "PYTHONHASHSEED": "0"},
    )  # fmt: skip


def _inside(root: Path, link: Path) -> Path:
    """Follow a link of an image that is unpacked to *root*."""
    target = PurePosixPath(link.parent.relative_to(root).as_posix(), link.readlink().as_posix())
    parts = target.relative_to("/") if target.is_absolute() else target
    path = root / parts
    return path if path.exists() else root / "usr" / parts


def install_locked(lock: Path, site: Path) -> None:
    """Install what *lock* pins, for Debian's Python, into the folder *site*; its own commands are left out.

    Raises:
        ImageError: pip failed.
    """
    run_program(
        sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile",
        "--require-hashes", "--no-deps", "--only-binary=:all:", "--python-version=3.11", "--implementation=cp",
        *(f"--platform={name}_x86_64" for name in ("manylinux2014", "manylinux_2_17", "manylinux_2_28")),
        f"--target={site}", f"--requirement={lock}", missing="pip",
    )  # fmt: skip
    for left in site.glob("bin"):
        for file in left.iterdir():
            file.unlink()
        left.rmdir()
