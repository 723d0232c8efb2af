"""A type of resources for the pipelines' server: a root file system in which three programs are called."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from provision.images.archive import EXECUTABLE, PLAIN, File, write_layer
from provision.images.holding import Holding
from provision.images.parts import Basics, Part, Tree, Workshop
from provision.images.parts_python import Python, PythonApp

SOURCES: Final = "resource-types"
"""The folder of the programs below ``images``."""
_CALLED = ("check", "in", "out")
_QUICKLY = 1
_LAUNCHER = """\
#!/usr/bin/python3 -B
import sys
sys.path.insert(0, "/app")
from resource_types.protocol import main
sys.exit(main("{name}", "{called}"))
"""


@dataclass(frozen=True)
class ResourceType:
    """One type, as a worker takes it in: its description, and an archive of its root file system.

    Attributes:
        name: The type's name.
        packages: Debian's packages that its programs need, Python among them.
        at: The folder of the types in the image.
    """

    name: str
    packages: tuple[str, ...]
    at: str

    def inputs(self) -> Iterator[str]:
        """Return what the layer depends on."""
        yield from ("resource type 1", self.name, self.at, _LAUNCHER)
        for part in self._parts():
            yield from part.inputs()

    def holds(self) -> Iterator[Holding]:
        """Return what its parts hold."""
        for part in self._parts():
            yield from part.holds()

    def tree(self, workshop: Workshop) -> Tree:
        """Make the layer's content."""
        folder = workshop.scratch / f"type-{self.name}"
        folder.mkdir()
        inside: Tree = {}
        for part in self._parts():
            inside |= part.tree(replace(workshop, scratch=folder))  # other types have the same parts
        for called in _CALLED:
            text = _LAUNCHER.format(name=self.name, called=called)
            inside[f"/opt/resource/{called}"] = File(text.encode(), EXECUTABLE)
        archive = _compressed(write_layer(inside, folder).path)
        described = json.dumps({"type": self.name, "version": "0.1.0", "privileged": False}).encode()
        at = f"{self.at}/{self.name}"
        return {f"{at}/rootfs.tgz": File(archive, PLAIN), f"{at}/resource_metadata.json": File(described, PLAIN)}

    def _parts(self) -> tuple[Part, ...]:
        app = PythonApp(SOURCES, "resource_types", self.packages, locked=False)
        return (Basics(), Python(self.packages), app)


def _compressed(tar: Path) -> Path:
    """Compress a file to one beside it, the same bytes on any day."""
    to = tar.with_suffix(".tgz")
    with tar.open("rb") as plain, to.open("wb") as out, gzip.GzipFile("", "wb", _QUICKLY, out, mtime=0) as packed:
        shutil.copyfileobj(plain, packed)
    tar.unlink()
    return to
