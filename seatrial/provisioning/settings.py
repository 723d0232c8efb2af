"""What a project says of itself in ``[tool.seatrial]``, and which team and target are meant when a command names none.

An option wins, then the variable, then what the project says, then `TEAM` and `TARGET`::

    [tool.seatrial]
    provisioning = "provision.provisioning:Provisioning"
    target = "kind"
    team = "team1"
    sabotages = "steps.breaks:SABOTAGES"
"""

from __future__ import annotations

import difflib
import os
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

from seatrial.errors import UsageError

TEAM, TARGET = "trial", "local"
TEAM_VARIABLE, TARGET_VARIABLE = "TEAMID", "SEATRIAL_TARGET"


@dataclass(frozen=True)
class Settings:
    """The table ``[tool.seatrial]``; what it leaves out is empty.

    Attributes:
        provisioning: The class that builds platforms, as ``package.module:Class``.
        target: The target of commands that name none.
        team: The ``$TEAMID`` of commands that name none.
        sabotages: The breaks that its scenarios have to notice, as ``package.module:NAME``.
    """

    provisioning: str = ""
    target: str = ""
    team: str = ""
    sabotages: str = ""


def read(root: Path) -> Settings:
    """Return what the project at *root* says of itself; nothing where it has no ``pyproject.toml``.

    Raises:
        UsageError: If ``pyproject.toml`` cannot be read, or the table has what means nothing.
    """
    file = root / "pyproject.toml"
    try:
        table = tomllib.loads(file.read_text("utf-8")).get("tool", {}).get("seatrial", {})
    except (FileNotFoundError, NotADirectoryError):
        return Settings()
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror}") from error
    except ValueError as error:  # neither TOML nor UTF-8
        raise UsageError(f"{file}: {error}") from error
    known = [field.name for field in fields(Settings)]
    for name, value in table.items():
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            meant = f"did you mean {near[0]}?" if near else f"expected {', '.join(known)}"
            raise UsageError(f"{file}: [tool.seatrial] {name}: unknown setting; {meant}")
        if not isinstance(value, str):
            raise UsageError(f"{file}: [tool.seatrial] {name}: expected a text, got {value!r}")
    return Settings(**table)


def team(root: Path, given: str | None) -> str:
    """Return the team that is meant: the *given* one, else the variable's, else the project's, else `TEAM`."""
    if given is not None:
        return given
    return os.environ.get(TEAM_VARIABLE) or read(root).team or TEAM


def target(root: Path, given: str | None) -> str:
    """Return the target that is meant: the *given* one, else the variable's, else the project's, else `TARGET`."""
    if given is not None:
        return given
    return os.environ.get(TARGET_VARIABLE) or read(root).target or TARGET
