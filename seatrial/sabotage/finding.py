"""What became of one break: whether its scenario noticed it, in the right words, and held again afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from textwrap import indent
from typing import Any

from seatrial.sabotage.declaration import Sabotage

_HOLDS = ("proven", "simulated")
_LACKING = "not provable"


@dataclass
class Finding:
    """What became of one break.

    Attributes:
        sabotage: The break.
        trouble: Why it could not be made, or its scenario not be judged; nothing where that went well.
        noticed: Whether the scenario failed, with words that name the break.
        reason: What the scenario said.
        missing: The names and words that it did not say.
        verdict: What the scenario ended in while it was broken.
        again: What it ended in once the break was undone; nothing before that.
        said_again: What it said then.
    """

    sabotage: Sabotage
    trouble: str = ""
    noticed: bool = False
    reason: str = ""
    missing: list[str] = field(default_factory=list)
    verdict: str = ""
    again: str = ""
    said_again: str = ""

    @property
    def holds(self) -> bool:
        """Whether its scenario holds again."""
        return self.again in _HOLDS

    @property
    def lacking(self) -> bool:
        """Whether its scenario cannot be proven here, whole or broken: nobody could have noticed."""
        return self.again == _LACKING and self.verdict in ("", _LACKING)

    @property
    def fine(self) -> bool:
        """Whether it was noticed, and its scenario holds again; or nobody could have noticed."""
        return self.lacking or (not self.trouble and self.noticed and self.holds)

    def judge(self, entries: Mapping[str, dict[str, Any]], names: Sequence[str], said: str) -> None:
        """Hold what the run said of the scenario, or of any that may notice, against the break.

        Args:
            entries: What verdict.json has of each scenario, by its id.
            names: What the break named.
            said: What the run printed, for the case that it gave no verdict.
        """
        if self.sabotage.by_anybody and (noticed := next(_noticed(entries, names), None)):
            self.sabotage = replace(self.sabotage, scenario=noticed)
        entry = entries.get(self.sabotage.scenario)
        if entry is None:
            self.trouble = f"no verdict on {self.sabotage.scenario}: {_last(said)}"
            return
        self.verdict, self.reason = entry["verdict"], entry["reason"]
        wanted = [*(() if self.sabotage.by_words else names), *self.sabotage.words]
        self.missing = [word for word in wanted if word not in self.reason]
        self.noticed = self.verdict == self.sabotage.verdict and not self.missing

    def __str__(self) -> str:
        if self.lacking:
            return f"{self.sabotage.name}: {self.sabotage.scenario} is not provable here"
        if self.trouble:
            return f"{self.sabotage.name}: {self.trouble}"
        if self.verdict != self.sabotage.verdict:
            return f"{self.sabotage.name}: nobody noticed; {self.sabotage.scenario} was {self.verdict}"
        if self.missing:
            words = ", ".join(repr(word) for word in self.missing)
            return f"{self.sabotage.name}: {self.sabotage.scenario} failed, but did not say {words}"
        if not self.holds:
            said = f"\n{indent(self.said_again, '    ')}" if self.said_again else ""
            judged = f"does not hold again: {self.again or 'not judged'}{said}"
            return f"{self.sabotage.name}: {self.sabotage.scenario} {judged}"
        return f"{self.sabotage.name}: noticed"


def _noticed(entries: Mapping[str, dict[str, Any]], names: Sequence[str]) -> Iterator[str]:
    for scenario, entry in entries.items():
        if entry["verdict"] == "failed" and all(name in entry["reason"] for name in names):
            yield scenario


def _last(said: str) -> str:
    return " / ".join(line.strip() for line in said.strip().splitlines()[-3:])
