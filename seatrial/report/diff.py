"""What changed between two runs: regressed, newly proven, new, moved, disappeared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from difflib import get_close_matches, unified_diff
from typing import Any

from seatrial.escaping import one_line
from seatrial.report import slower
from seatrial.report.document import Document
from seatrial.scenarios.verdict import Verdict

_REAL = "real"
_DETAILS, _LINES, _CANDIDATES, _LONGEST, _CHANGES = 12, 400, 50, 80, 100
"""How much of two runs, which anybody may have written, is compared in detail."""

_Words = tuple[tuple[str, str, str, str], ...]
_BY_STRENGTH = (Verdict.PROVEN, Verdict.SIMULATED, Verdict.ATTESTED, Verdict.NOT_PROVABLE, Verdict.WAIVED)
_STRENGTH = {verdict: number for number, verdict in enumerate(reversed(_BY_STRENGTH), 1)}


@dataclass(frozen=True)
class Change:
    """One scenario whose verdict, or whose place, changed.

    Attributes:
        nodeid: Its id.
        scenario: Its name.
        before: What it was: a verdict, an id, or how long it took to hold.
        after: What it is.
        reason: What the newer run says of it.
        details: What is behind the change, a line each: its words that are others, what it looks at that is weaker, or
            what has come that is most like it.
    """

    nodeid: str
    scenario: str
    before: str = ""
    after: str = ""
    reason: str = ""
    details: tuple[str, ...] = ()


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
        slower: Scenarios that hold in both runs, and take longer to by more than noise: no regression, unless a gate
            says so.
        notes: What makes the two runs hard to compare.
    """

    regressed: list[Change] = field(default_factory=list)
    disappeared: list[Change] = field(default_factory=list)
    newly_proven: list[Change] = field(default_factory=list)
    new: list[Change] = field(default_factory=list)
    moved: list[Change] = field(default_factory=list)
    reworded: list[Change] = field(default_factory=list)
    waived: list[Change] = field(default_factory=list)
    slower: list[Change] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """Write it for a person."""
        told = [f"note: {one_line(note)}" for note in self.notes]
        for name, changes in self._groups().items():
            for c in changes:
                told.append(one_line(f"{name}: {c.nodeid}  {c.before or 'not planned'} -> {c.after or 'gone'}"))
                told += [f"  {one_line(detail)}" for detail in c.details]
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
            "slower": self.slower,
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
            details = _other_words(earlier, scenario) if len(diff.reworded) < _CHANGES else ()
            diff.reworded.append(replace(_change(earlier, scenario), details=details))
        _judge(diff, earlier, scenario)
        if earlier and old["target"] == new["target"] and (longer := slower.compare(earlier, scenario)):
            diff.slower.append(Change(nodeid, scenario["scenario"], longer.before, longer.after, details=longer.steps))
    new_ones = [after[change.nodeid] for change in diff.new]
    diff.disappeared = [
        Change(nodeid, s["scenario"], s["verdict"], details=_most_like(s, new_ones) if number < _CHANGES else ())
        for number, (nodeid, s) in enumerate(gone.items())
    ]
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
        diff.regressed.append(replace(change, details=_weaker(earlier, scenario)))
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


def _weaker(earlier: dict[str, Any], scenario: dict[str, Any]) -> tuple[str, ...]:
    """Return what a scenario looks at that was real, or that it did not look at, and is simulated."""
    was = earlier["touched"]
    return tuple(
        f"{name} is {fidelity}, and was {was.get(name, 'not looked at')}"
        for name, fidelity in sorted(scenario["touched"].items())
        if fidelity != _REAL and was.get(name) != fidelity
    )


def _other_words(earlier: dict[str, Any], scenario: dict[str, Any]) -> tuple[str, ...]:
    """Return the steps that are gone, and those that have come, in the order of the scenario."""
    found = unified_diff(_said(earlier), _said(scenario), n=0, lineterm="")
    return tuple(f"{line[0]} {line[1:]}" for line in found if line[:2] not in ("--", "++", "@@"))[:_DETAILS]


def _most_like(gone: dict[str, Any], new: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    names = [s["scenario"][:_LONGEST] for s in new if s["file"] == gone["file"]][:_CANDIDATES]
    like = get_close_matches(gone["scenario"][:_LONGEST], names, 1)
    return tuple(f"new in its feature, and most like it: {name}" for name in like)


def _said(scenario: dict[str, Any]) -> list[str]:
    lines = []
    for step in scenario["steps"]:
        rows = [f"| {' | '.join(map(str, row))} |" for row in step["table"]]
        lines += [f"{step['keyword']} {step['text']}", *rows, *str(step["block"]).splitlines()]
    return lines[:_LINES]


def _strength(scenario: dict[str, Any]) -> int:
    return _STRENGTH.get(Verdict(scenario["verdict"]), 0)


def _words(scenario: dict[str, Any]) -> _Words:
    return tuple((s["keyword"], s["text"], str(s["table"]), s["block"]) for s in scenario["steps"])
