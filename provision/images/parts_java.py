"""The parts of an image that are Java: a runtime, and an archive of Maven."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from provision.images.archive import ImageError
from provision.images.holding import Holding, of_maven
from provision.images.parts import Tree, Workshop, folder_tree
from provision.images.running import run_program
from provision.toolchain.cache import sha256_of


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

    def holds(self) -> Iterator[Holding]:
        """Return the artefact; what is packed inside it is known by its hash alone."""
        yield of_maven(self.coordinates, self.sha256)

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
            run_program(
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

    def holds(self) -> Iterator[Holding]:
        """Return the JDK, which is the machine's own: no hash of it is pinned."""
        yield Holding("generic", "", "jdk", str(self.release))

    def tree(self, workshop: Workshop) -> Tree:
        """Make the layer's content."""
        missing = f"a JDK {self.release} (with jlink)"
        found = run_program("jlink", "--version", missing=missing).strip()
        if found.partition(".")[0] != str(self.release):
            raise ImageError(f"expected jlink of {missing}, found {found}; put the right one first on PATH")
        out = workshop.scratch / "java"
        run_program(
            "jlink", "--add-modules", ",".join(self.modules), "--strip-java-debug-attributes", "--no-header-files",
            "--no-man-pages", "--output", str(out), missing=missing,
        )  # fmt: skip
        return folder_tree(out, self.path)
