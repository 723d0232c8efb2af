"""What a project says of itself in ``[tool.seatrial]``, and which team and target are meant when a command names none.

An option wins, then the variable, then what the project says, then `TEAM` and `TARGET`::

    [tool.seatrial]
    provisioning = "provision.provisioning:Provisioning"
    target = "kind"
    team = "team1"
    sabotages = "steps.breaks:SABOTAGES"
    words = ["seatrial.words"]

A project that names no provisioning judges a cluster that stands already, by ``kubeconfig`` and ``context``, else as
kubectl finds one.
"""

from __future__ import annotations

import difflib
import os
from dataclasses import dataclass, fields
from pathlib import Path

from seatrial.errors import UsageError
from seatrial.tables import of_tool

TEAM, TARGET = "trial", "local"
ADOPTED = "adopted"
"""The one target of a project that names no provisioning."""
BUILT_IN = "seatrial.adopted:Provisioning"
"""What provisions then."""
READY_WORDS = "seatrial.words"
"""The words that come with the harness."""
TEAM_VARIABLE, TARGET_VARIABLE = "TEAMID", "SEATRIAL_TARGET"


_LISTED = "words"
_TABLES = ("gate", "platform", "since")
"""What stands in tables of its own, read by `scenarios.gate`, `adopted.observing` and `since.settings`."""


@dataclass(frozen=True)
class Settings:
    """The table ``[tool.seatrial]``; what it leaves out is empty.

    Attributes:
        provisioning: The class that builds platforms, as ``package.module:Class``.
        target: The target of commands that name none.
        team: The ``$TEAMID`` of commands that name none.
        sabotages: The breaks that its scenarios have to notice, as ``package.module:NAME``.
        kubeconfig: The file by which a cluster is reached that stands already, relative to the project's root.
        context: The context in it.
        words: The packages and modules of words that are taken beside those of ``conftest.py``.
    """

    provisioning: str = ""
    target: str = ""
    team: str = ""
    sabotages: str = ""
    kubeconfig: str = ""
    context: str = ""
    words: tuple[str, ...] | None = None

    @property
    def adopts(self) -> bool:
        """Whether the project names no provisioning, so that it judges a cluster that stands already."""
        return not self.provisioning

    @property
    def vocabulary(self) -> tuple[str, ...]:
        """The packages and modules of words that are taken: those that are named, else the ready ones if it adopts."""
        if self.words is not None:
            return self.words
        return (READY_WORDS,) if self.adopts else ()


def read(root: Path) -> Settings:
    """Return what the project at *root* says of itself; nothing where it has no ``pyproject.toml``.

    Raises:
        UsageError: If ``pyproject.toml`` cannot be read, or the table has what means nothing.
    """
    file = root / "pyproject.toml"
    table = {name: value for name, value in of_tool(file).items() if name not in _TABLES}
    known = [field.name for field in fields(Settings)]
    for name, value in table.items():
        if name not in known:
            near = difflib.get_close_matches(name, [*known, *_TABLES], 1)
            meant = f"did you mean {near[0]}?" if near else f"expected {', '.join(known)}"
            raise UsageError(f"{file}: [tool.seatrial] {name}: unknown setting; {meant}")
        if name == _LISTED:
            if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
                wanted = f'expected names, as in ["{READY_WORDS}"]'
                raise UsageError(f"{file}: [tool.seatrial] {name}: {wanted}, got {value!r}")
        elif not isinstance(value, str):
            raise UsageError(f"{file}: [tool.seatrial] {name}: expected a text, got {value!r}")
        elif not value.isprintable():  # it is printed as it is, for other programs
            raise UsageError(f"{file}: [tool.seatrial] {name}: expected a text of one line, got {value!a}")
    return Settings(**table | ({_LISTED: tuple(table[_LISTED])} if _LISTED in table else {}))


def team(root: Path, given: str | None) -> str:
    """Return the team that is meant: the *given* one, else the variable's, else the project's, else `TEAM`."""
    if given is not None:
        return given
    return os.environ.get(TEAM_VARIABLE) or read(root).team or TEAM


def target(root: Path, given: str | None) -> str:
    """Return the target that is meant: the *given* one, else the variable's, else the project's, else `TARGET`.

    A project without a provisioning has `ADOPTED` only.
    """
    if given is not None:
        return given
    if named := os.environ.get(TARGET_VARIABLE):
        return named
    said = read(root)
    return said.target or (ADOPTED if said.adopts else TARGET)
