"""The parts that images are made from; each becomes a layer, and says what it depends on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from provision.debian.lock import pinned
from provision.debian.packages import Debian
from provision.images.archive import EXECUTABLE, Content, File, Folder, Link
from provision.images.holding import Holding, modules, of_debian
from provision.images.node_programs import own_program
from provision.toolchain import Toolchain
from provision.toolchain.cache import sha256_of
from provision.toolchain.gobuild import MODULES
from provision.toolchain.model import Tool

IMAGES = Path(__file__).parents[2] / "images"

Tree = dict[str, Content]


@dataclass
class Workshop:
    """What parts are made with.

    Attributes:
        scratch: A folder of this build's own, removed when it is done.
        debian: Packages of Debian.
        toolchain: Programs from Go modules.
        downloads: Where what is downloaded is kept.
        roots: The folder that each list of packages was unpacked into.
    """

    scratch: Path
    debian: Debian
    toolchain: Toolchain
    downloads: Path
    roots: dict[tuple[str, ...], Path] = field(default_factory=dict)

    def root(self, packages: tuple[str, ...]) -> Path:
        """Return a folder with *packages*, unpacked once."""
        if packages not in self.roots:
            self.roots[packages] = self.debian.unpacked(packages, self.scratch / f"root-{len(self.roots)}")
        return self.roots[packages]


class Part(Protocol):
    """A layer in the making."""

    def inputs(self) -> Iterator[str]:
        """Return what the layer depends on: when none of it changes, the layer is not made again."""

    def holds(self) -> Iterator[Holding]:
        """Return what the layer holds that others have made."""

    def tree(self, workshop: Workshop) -> Tree:
        """Make the layer's content."""


@dataclass(frozen=True)
class Basics:
    """What every program expects: users, a folder for temporary files, and /bin where it was."""

    def inputs(self) -> Iterator[str]:
        """Return what the layer depends on."""
        yield "basics 1"

    def holds(self) -> Iterator[Holding]:
        """Return what the layer holds that others have made: nothing."""
        yield from ()

    def tree(self, workshop: Workshop) -> Tree:
        """Make the layer's content."""
        del workshop
        users = "root:x:0:0:root:/root:/sbin/nologin\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n"
        return {
            "/tmp": Folder(0o1777),  # noqa: S108 - of the image
            "/etc/passwd": File(users.encode()),
            "/etc/group": File(b"root:x:0:\nnogroup:x:65534:\n"),
            "/etc/nsswitch.conf": File(b"passwd: files\ngroup: files\nhosts: files dns\n"),
            **{f"/{name}": Link(f"usr/{name}") for name in ("bin", "sbin", "lib", "lib64")},
        }


@dataclass(frozen=True)
class Packages:
    """Packages of Debian, exactly those that are named."""

    names: tuple[str, ...]

    def inputs(self) -> Iterator[str]:
        """Return what the layer depends on."""
        yield from ("packages", *map(str, pinned(self.names)))

    def holds(self) -> Iterator[Holding]:
        """Return the packages."""
        yield from map(of_debian, pinned(self.names))

    def tree(self, workshop: Workshop) -> Tree:
        """Make the layer's content."""
        return folder_tree(workshop.root(self.names))


@dataclass(frozen=True)
class Program:
    """A program from Go modules; it needs nothing else.

    Attributes:
        name: Its name in the toolchain.
        path: Where it goes.
    """

    tool: Tool
    path: str

    def inputs(self) -> Iterator[str]:
        """Return what the layer depends on."""
        module = self.tool.module
        yield from ("program", str(self.tool), self.path, module.package, *module.tags, *module.variables)
        for file in sorted((MODULES / module.directory).iterdir()):
            yield f"{file.name} {sha256_of(file)}"

    def holds(self) -> Iterator[Holding]:
        """Return the modules that the program may be built from."""
        yield from modules(MODULES / self.tool.module.directory)

    def tree(self, workshop: Workshop) -> Tree:
        """Make the layer's content."""
        return {self.path: File(workshop.toolchain.ensure(self.tool.name), EXECUTABLE)}


@dataclass(frozen=True)
class OwnProgram:
    """A program of ``images/<name>`` that is written in Go; it needs nothing else.

    Attributes:
        name: The folder's name.
        path: Where it goes.
    """

    name: str
    path: str

    def inputs(self) -> Iterator[str]:
        """Return what the layer depends on."""
        yield from ("own program 1", self.name, self.path)
        for file in sorted(file for file in (IMAGES / self.name).iterdir() if file.is_file()):
            yield f"{file.name} {sha256_of(file)}"

    def holds(self) -> Iterator[Holding]:
        """Return the modules that the program may be built from."""
        if (IMAGES / self.name / "go.sum").exists():
            yield from modules(IMAGES / self.name)

    def tree(self, workshop: Workshop) -> Tree:
        """Make the layer's content."""
        program = own_program(self.name, workshop.toolchain.cache, lambda _: None)
        return {self.path: File(program, EXECUTABLE)}


@dataclass(frozen=True)
class Files:
    """Files as they are given."""

    content: Mapping[str, Content]

    def inputs(self) -> Iterator[str]:
        """Return what the layer depends on."""
        yield from (f"{path} {content}" for path, content in sorted(self.content.items()))

    def holds(self) -> Iterator[Holding]:
        """Return what the layer holds that others have made: nothing."""
        yield from ()

    def tree(self, workshop: Workshop) -> Tree:
        """Make the layer's content."""
        del workshop
        return dict(self.content)


def folder_tree(folder: Path, at: str = "") -> Tree:
    """Return everything in *folder* as the content of a layer, below the path *at*."""
    tree: Tree = {}
    for path in sorted(folder.rglob("*")):
        name = f"{at}/{path.relative_to(folder).as_posix()}"
        if path.is_symlink():
            tree[name] = Link(str(path.readlink()))
        elif path.is_file():
            tree[name] = File(path)
    return tree


def key(parts: Iterator[str]) -> str:
    """Hash what layers depend on."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode() + b"\0")
    return digest.hexdigest()[:32]
