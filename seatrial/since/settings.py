"""What a project says of its files, so that fewer scenarios are taken to depend on everything.

It stands in ``[tool.seatrial.since]`` of pyproject.toml::

    [tool.seatrial.since]
    nothing = ["docs/**", "tests/**"]
    apart = ["aws"]

    [tool.seatrial.since.names]
    "images/shop/**" = ["shop"]
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Annotated

import msgspec

from seatrial.errors import UsageError
from seatrial.tables import of_tool

FILE = "pyproject.toml"
_ALWAYS_NOTHING = ("**/*.md",)

_Text = Annotated[str, msgspec.Meta(min_length=1)]


class Since(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The table ``[tool.seatrial.since]``.

    Attributes:
        nothing: Globs of files that no platform is made of, and no word.
        apart: Observers that see of what manifests declare only what they name: a cloud's API, machines.
        names: Globs of files, each with the names of the objects that are made of them: an image's folder.
    """

    nothing: tuple[_Text, ...] = ()
    apart: tuple[_Text, ...] = ()
    names: dict[str, tuple[_Text, ...]] = {}

    def concerns_nothing(self, path: str) -> bool:
        """Return whether nothing depends on the file at *path*."""
        return _fits(path, (*_ALWAYS_NOTHING, *self.nothing))

    def named(self, path: str) -> frozenset[str]:
        """Return the names of the objects that are said to be made of the file at *path*."""
        return frozenset(name for glob, names in self.names.items() if _fits(path, (glob,)) for name in names)


def read(root: Path) -> Since:
    """Return what the project at *root* says; nothing where it says nothing.

    Raises:
        UsageError: If the table has what means nothing; the message names the file and the field.
    """
    try:
        return msgspec.convert(of_tool(root / FILE).get("since", {}), Since)
    except msgspec.ValidationError as error:
        raise UsageError(f"{root / FILE}: [tool.seatrial.since]: {error}") from error


def _fits(path: str, globs: tuple[str, ...]) -> bool:
    """Return whether one of *globs* fits: ``**`` stands for any number of folders, also none."""
    return any(_matches(PurePosixPath(path).parts, PurePosixPath(glob).parts) for glob in globs)


def _matches(parts: tuple[str, ...], globs: tuple[str, ...]) -> bool:
    if not globs:
        return not parts
    if globs[0] == "**":
        return any(_matches(parts[i:], globs[1:]) for i in range(len(parts) + 1)) or (bool(parts) and globs == ("**",))
    return bool(parts) and PurePosixPath(parts[0]).match(globs[0]) and _matches(parts[1:], globs[1:])
