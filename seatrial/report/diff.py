"""What changed between two runs: regressed, newly proven, new, moved, disappeared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from seatrial.escaping import one_line
from seatrial.report.document import Document
from seatrial.scenarios.verdict import Verdict

_Words = tuple[tuple[str, str, str, str], ...]
_BY_STRENGTH = (Verdict.PROVEN, Verdict.SIMULATED, Verdict.ATTESTED, Verdict.NOT_PROVABLE, Verdict.WAIVED)
_STRENGTH = {verdict: number for number, verdict in enumerate(reversed(_BY_STRENGTH), 1)}


@dataclass(frozen=True)
class Change:
    """One scenario whose verdict, or whose place, changed."""

    nodeid: str
    scenario: str
    before: str = ""
    after: str = ""
    reason: str = ""


@dataclass
class Diff:
    """What changed from an older run to a newer one.

    Attributes:
        regressed: Scenarios whose verdict is weaker than it was, and new ones that fail.
        disappeared: Scenarios that are not planned any more: a regression too.
        newly_proven: Scenarios whose verdict is stronger than it was.
        new: Scenarios that were not planned before.
        moved: Scenarios under another name or in another file, word for word the same.
        reworded: Scenarios of the same name whose steps are others.
        waived: Scenarios whose failure is let through, and was not before: somebody answers for it, so it is no
            regression.
        notes: What makes the two runs hard to compare.
    """

    regressed: list[Change] = field(default_factory=list)
    disappeared: list[Change] = field(default_factory=list)
    newly_proven: list[Change] = field(default_factory=list)
    new: list[Change] = field(default_factory=list)
    moved: list[Change] = field(default_factory=list)
    reworded: list[Change] = field(default_factory=list)
    waived: list[Change] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """Write it for a person."""
        told = [f"note: {one_line(note)}" for note in self.notes]
        for name, changes in self._groups().items():
            told += [
                one_line(f"{name}: {c.nodeid}  {c.before or 'not planned'} -> {c.after or 'gone'}") for c in changes
            ]
        counts = ", ".join(f"{len(changes)} {name}" for name, changes in self._groups().items())
        return [*told, counts]

    def plain(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)

    def _groups(self) -> dict[str, list[Change]]:
        return {
            "regressed": self.regressed,
            "disappeared": self.disappeared,
            "newly proven": self.newly_proven,
            "new": self.new,
            "moved": self.moved,
            "reworded": self.reworded,
            "waived": self.waived,
        }

    @property
    def worse(self) -> bool:
        """Whether the newer run is worse: a verdict is weaker, or what was agreed is not looked at any more."""
        return bool(self.regressed or self.disappeared)


def compare(old: Document, new: Document) -> Diff:
    """Compare two runs, scenario by scenario."""
    diff = Diff(notes=list(_notes(old, new)))
    before = {s["nodeid"]: s for s in old["scenarios"]}
    after = {s["nodeid"]: s for s in new["scenarios"]}
    gone = {nodeid: s for nodeid, s in before.items() if nodeid not in after}
    by_words: dict[_Words, list[dict[str, Any]]] = {}
    for scenario in reversed(gone.values()):
        by_words.setdefault(_words(scenario), []).append(scenario)
    for nodeid, scenario in after.items():
        earlier = before.get(nodeid)
        if earlier is None:
            if same := by_words.get(_words(scenario)):
                earlier = same.pop()
                del gone[earlier["nodeid"]]
                diff.moved.append(Change(nodeid, scenario["scenario"], earlier["nodeid"], nodeid))
        elif _words(earlier) != _words(scenario):
            diff.reworded.append(_change(earlier, scenario))
        _judge(diff, earlier, scenario)
    diff.disappeared = [Change(nodeid, s["scenario"], s["verdict"]) for nodeid, s in gone.items()]
    return diff


def _judge(diff: Diff, earlier: dict[str, Any] | None, scenario: dict[str, Any]) -> None:
    change, now = _change(earlier, scenario), _strength(scenario)
    if scenario["verdict"] == Verdict.WAIVED:
        if change.before != scenario["verdict"]:
            diff.waived.append(change)
        if earlier is None:
            diff.new.append(change)
    elif earlier is None:
        diff.new.append(change)
        if not now:
            diff.regressed.append(change)
    elif now < _strength(earlier):
        diff.regressed.append(change)
    elif now > _strength(earlier):
        diff.newly_proven.append(change)


def _notes(old: Document, new: Document) -> Iterator[str]:
    if old["target"] != new["target"]:
        yield f"the targets differ: {old['target']}, then {new['target']}"
    for name, document in (("older", old), ("newer", new)):
        if not document["complete"]:
            yield f"the {name} run did not come to its end"


def _change(earlier: dict[str, Any] | None, scenario: dict[str, Any]) -> Change:
    before = earlier["verdict"] if earlier else ""
    return Change(scenario["nodeid"], scenario["scenario"], before, scenario["verdict"], scenario["reason"])


def _strength(scenario: dict[str, Any]) -> int:
    return _STRENGTH.get(Verdict(scenario["verdict"]), 0)


def _words(scenario: dict[str, Any]) -> _Words:
    return tuple((s["keyword"], s["text"], str(s["table"]), s["block"]) for s in scenario["steps"])
