"""The parts that images are made from; each becomes a layer, and says what it depends on."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Protocol

from provision.images.archive import EXECUTABLE, Content, File, Folder, ImageError, Link
from provision.images.debian import Debian
from provision.toolchain import Toolchain
from provision.toolchain.cache import sha256_of
from provision.toolchain.gobuild import MODULES
from provision.toolchain.model import Tool

IMAGES = Path(__file__).parents[2] / "images"
_LIMIT = 600.0  # seconds for one program
_SITE = "/app"

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

    def tree(self, workshop: Workshop) -> Tree:
        """Make the layer's content."""


@dataclass(frozen=True)
class Basics:
    """What every program expects: users, a folder for temporary files, and /bin where it was."""

    def inputs(self) -> Iterator[str]:
        """Return what the layer depends on."""
        yield "basics 1"

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
        yield from ("packages", *self.names)

    def tree(self, workshop: Workshop) -> Tree:
        """Make the layer's content."""
        return folder_tree(workshop.root(self.names))


@dataclass(frozen=True)
class Python:
    """Debian's Python, with its library compiled: a read-only file system keeps nothing compiled."""

    packages: tuple[str, ...]

    def inputs(self) -> Iterator[str]:
        """Return what the layer depends on."""
        yield from ("python 1", *self.packages)

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

    def tree(self, workshop: Workshop) -> Tree:
        """Make the layer's content."""
        site = workshop.scratch / f"site-{self.folder}"
        site.mkdir()
        if self.locked:
            _install(self._lock, site)
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
        found = (IMAGES / self.folder / self.package).rglob("*")
        return sorted(file for file in found if file.is_file() and "__pycache__" not in file.parts)


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

    def tree(self, workshop: Workshop) -> Tree:
        """Make the layer's content."""
        return {self.path: File(workshop.toolchain.ensure(self.tool.name), EXECUTABLE)}


@dataclass(frozen=True)
class Files:
    """Files as they are given."""

    content: Mapping[str, Content]

    def inputs(self) -> Iterator[str]:
        """Return what the layer depends on."""
        yield from (f"{path} {content}" for path, content in sorted(self.content.items()))

    def tree(self, workshop: Workshop) -> Tree:
        """Make the layer's content."""
        del workshop
        return dict(self.content)


@dataclass(frozen=True)
class MavenZip:
    """A zip file from a Maven repository, unpacked.

    Attributes:
        coordinates: As Maven has them: ``group:artifact:version:packaging``.
        sha256: The file's hash.
        inside: The folder of the zip file that is taken.
        path: Where its content goes.
        without: Folders of it that are left out.
    """

    coordinates: str
    sha256: str
    inside: str
    path: str
    without: tuple[str, ...] = ()

    def inputs(self) -> Iterator[str]:
        """Return what the layer depends on."""
        yield from ("maven", self.coordinates, self.sha256, self.inside, self.path, *self.without)

    def tree(self, workshop: Workshop) -> Tree:
        """Make the layer's content."""
        folder = workshop.scratch / "maven"
        with zipfile.ZipFile(self._downloaded(workshop)) as archive:
            archive.extractall(folder)
        tree = folder_tree(folder / self.inside, self.path)
        dropped = tuple(f"{self.path}/{name}/" for name in self.without)
        return {path: content for path, content in tree.items() if not path.startswith(dropped or "\0")}

    def _downloaded(self, workshop: Workshop) -> Path:
        _, artifact, version, packaging = self.coordinates.split(":")
        file = workshop.downloads / f"{artifact}-{version}.{packaging}"
        if not (file.exists() and sha256_of(file) == self.sha256):
            file.unlink(missing_ok=True)
            workshop.downloads.mkdir(parents=True, exist_ok=True)
            _run(
                "mvn", "-q", "-B", "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy",
                f"-Dartifact={self.coordinates}", f"-DoutputDirectory={workshop.downloads}",
                missing="Maven and a JDK",
            )  # fmt: skip
            if sha256_of(file) != self.sha256:
                file.unlink()
                raise ImageError(f"{self.coordinates}: the file that Maven has given is not the one that is pinned")
        return file


@dataclass(frozen=True)
class JavaRuntime:
    """A Java runtime of the modules that are named, out of this machine's JDK.

    Attributes:
        release: The JDK's main version.
        modules: The modules.
        path: Where it goes.
    """

    release: int
    modules: tuple[str, ...]
    path: str

    def inputs(self) -> Iterator[str]:
        """Return what the layer depends on."""
        yield from ("java", str(self.release), *self.modules, self.path)

    def tree(self, workshop: Workshop) -> Tree:
        """Make the layer's content."""
        missing = f"a JDK {self.release} (with jlink)"
        found = _run("jlink", "--version", missing=missing).strip()
        if found.partition(".")[0] != str(self.release):
            raise ImageError(f"expected jlink of {missing}, found {found}; put the right one first on PATH")
        out = workshop.scratch / "java"
        _run(
            "jlink", "--add-modules", ",".join(self.modules), "--strip-java-debug-attributes", "--no-header-files",
            "--no-man-pages", "--output", str(out), missing=missing,
        )  # fmt: skip
        return folder_tree(out, self.path)


_QUIETLY = ("-q", "-j1", "--invalidation-mode=unchecked-hash")


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


def interpreter(root: Path, *arguments: str) -> None:
    """Run the Python that was unpacked to *root* with its own libraries, without being root.

    Raises:
        ImageError: It failed.
    """
    loader = next(iter(sorted((root / "usr").glob("lib*/ld-linux*.so.*"))), None)
    if loader is None:
        raise ImageError(f"{root} has no dynamic loader; expected libc6 among its packages")
    libraries = ":".join(str(path.parent) for path in sorted((root / "usr/lib").glob("*-linux-gnu/libc.so.6")))
    _run(
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


def _install(lock: Path, site: Path) -> None:
    _run(
        sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile",
        "--require-hashes", "--no-deps", "--only-binary=:all:", "--python-version=3.11", "--implementation=cp",
        *(f"--platform={name}_x86_64" for name in ("manylinux2014", "manylinux_2_17", "manylinux_2_28")),
        f"--target={site}", f"--requirement={lock}", missing="pip",
    )  # fmt: skip
    for left in site.glob("bin"):
        for file in left.iterdir():
            file.unlink()
        left.rmdir()


def _run(*argv: str, missing: str, environment: Mapping[str, str] | None = None) -> str:
    try:
        run = subprocess.run(
            argv, capture_output=True, text=True, check=False, timeout=_LIMIT,
            env=None if environment is None else dict(environment),
        )  # fmt: skip
    except FileNotFoundError as error:
        raise ImageError(f"{argv[0]} is not on PATH; install {missing}") from error
    except subprocess.TimeoutExpired as error:
        raise ImageError(f"{argv[0]}: no end after {_LIMIT:g} s") from error
    if run.returncode != 0:
        raise ImageError(f"{argv[0]} failed: {(run.stderr or run.stdout).strip()[-800:]}")
    return run.stdout


def key(parts: Iterator[str]) -> str:
    """Hash what layers depend on."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode() + b"\0")
    return digest.hexdigest()[:32]
