"""Which scenarios a change may concern, and why; and why not the others."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seatrial.errors import UsageError
from seatrial.scenarios.verdict import HOLDS
from seatrial.since.asking import reaches
from seatrial.since.code import Imports
from seatrial.since.effects import Effect
from seatrial.since.reach import Project, Reach
from seatrial.since.settings import Since


@dataclass(frozen=True)
class Candidate:
    """A scenario that may run.

    Attributes:
        nodeid: Its id.
        feature: Its feature file, below the project's root.
        code: The files of its words and their fixtures, likewise.
        due: Why it runs whatever has changed; empty where that is not so.
    """

    nodeid: str
    feature: str
    code: frozenset[str] = frozenset()
    due: str = ""


@dataclass(frozen=True)
class Choice:
    """Whether a scenario runs, and why."""

    runs: bool
    why: str


class Chooser:
    """Chooses by what changed since a commit, and since each scenario was last seen to hold.

    Args:
        root: The project's root.
        revision: The commit.
        looked: What each scenario last looked at, by its id.
        settings: What the project says of its files.
        foundations: Files of code that everything rests on: ``conftest.py``, the provisioning.
    """

    def __init__(
        self,
        root: Path,
        revision: str,
        looked: Mapping[str, Mapping[str, Any]],
        settings: Since,
        foundations: Sequence[str] = (),
    ) -> None:
        self._revision, self._looked, self._settings = revision, looked, settings
        self._project, self._imports = Project(root, settings), Imports(root)
        self._foundations = self._imports.closure(foundations)

    def choose(self, candidates: Sequence[Candidate]) -> dict[str, Choice]:
        """Say of each candidate, by its id, whether it runs.

        Raises:
            UsageError: If the commit is none, or git cannot say what has changed.
        """
        code = {one.nodeid: self._imports.closure(one.code) for one in candidates}
        words: set[str] = set().union(*code.values())
        return {one.nodeid: self._choice(one, code[one.nodeid], words) for one in candidates}

    def _choice(self, one: Candidate, code: set[str], words: set[str]) -> Choice:
        try:
            why = next(self._reasons(one, code, words), "")
        except UsageError:
            if not self._looked.get(one.nodeid):
                raise
            why = f"the commit of its last run is not here: {self._looked[one.nodeid]['commit'][:10]}"
        return Choice(bool(why), why or "looked at nothing that has changed")

    def _reasons(self, one: Candidate, code: set[str], words: set[str]) -> Iterator[str]:
        yield from self._by_files(self._project.since(self._revision), one, code, words)
        known = self._looked.get(one.nodeid)
        if known is None:
            yield "what it looks at is not known: no run of it is on record"
            return
        if known["verdict"] not in HOLDS:
            yield f"when it was last run it was {known['verdict']}"
        if one.due:
            yield one.due
        yield from self._by_looks(self._project.since(self._revision), known)
        if known["commit"]:
            earlier = self._project.since(known["commit"])
            yield from self._by_files(earlier, one, code, words)
            yield from self._by_looks(earlier, known)

    def _by_files(self, reach: Reach, one: Candidate, code: set[str], words: set[str]) -> Iterator[str]:
        if reach.unknown:
            yield reach.unknown
        if everywhere := sorted(file for file in reach.code if file in self._foundations or file not in words):
            yield f"{everywhere[0]}: everything may rest on it"
        if one.feature in reach.features:
            yield f"{one.feature} has changed"
        if own := sorted(reach.code & code):
            yield f"{own[0]}: its words rest on it"

    def _by_looks(self, reach: Reach, known: Mapping[str, Any]) -> Iterator[str]:
        for effect in reach.effects:
            if why := concerns(effect, known, self._project.declared.names, self._settings.apart):
                yield f"{effect.of}: {why}"


def concerns(effect: Effect, known: Mapping[str, Any], names: Collection[str], apart: Collection[str]) -> str:
    """Say why a change concerns a scenario; nothing where it does not.

    Args:
        effect: How far the change reaches.
        known: What the scenario last looked at, as `seatrial.report.looked` has it.
        names: The names of everything that is declared.
        apart: Observers that see of it only what they name.
    """
    if named := sorted(effect.names & set(known["names"])):
        return f"it saw {named[0]}"
    return next((f"it asked {asked}" for asked in known["asked"] if reaches(effect, asked, names, apart)), "")
