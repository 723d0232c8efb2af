"""Names that may become paths: of teams, and of files."""

from __future__ import annotations

import re

from seatrial.errors import StateError, UsageError

TEAM = re.compile(r"[a-z]([a-z0-9-]{0,18}[a-z0-9])?")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._:-]{0,199}")


def check_team(team: str) -> None:
    """See that *team* can name a platform.

    Raises:
        UsageError: If it cannot; it names paths, DNS zones and cloud resources.
    """
    if not TEAM.fullmatch(team):
        raise UsageError(
            f"team id {team!r}: expected a letter, then up to 19 lower-case letters, digits or hyphens, such as team1"
        )


def check_name(name: str) -> None:
    """See that *name* can be one file's or one folder's: nothing that leads anywhere else, and nothing hidden.

    Raises:
        StateError: If it cannot.
    """
    if not _NAME.fullmatch(name):
        raise StateError(f"file name {name[:80]!r}: expected letters, digits, dots, dashes, colons and underscores")
