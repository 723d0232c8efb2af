"""What a run's results come to at the gate: what falls short of what is required, and what waivers say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from seatrial.escaping import one_line
from seatrial.report.grouping import Grouping
from seatrial.report.text import duration
from seatrial.scenarios.gate import Gate, names
from seatrial.scenarios.pace import to_hold
from seatrial.scenarios.verdict import BROKEN, HOLDS, Requirement, Result, Verdict


@dataclass(frozen=True)
class Gating:
    """Judges results.

    Attributes:
        gate: What the project says.
        grouping: Which scenarios are of which profile.
        asked: What is required of every scenario beside that, by an option.
    """

    gate: Gate = field(default_factory=Gate)
    grouping: Grouping = field(default_factory=Grouping)
    asked: Requirement | None = None

    def red(self, results: Sequence[Result]) -> bool:
        """Return whether a run fails: something is broken, falls short, or is waived or attested no more."""
        lapsed = any((r.waiver and r.waiver.expired) or (r.attestation and r.attestation.lapsed) for r in results)
        broken = any(r.verdict in BROKEN for r in results)
        return lapsed or broken or any(short for *_, short in self._short(results)) or any(self._late(results))

    def lines(self, results: Sequence[Result]) -> list[str]:
        """Write for a person what the gate says; nothing where it has nothing to say."""
        told = [
            f"{required} is required of {whom}; {len(short)} fall{'s' * (len(short) == 1)} short"
            for whom, required, short in self._short(results)
            if short
        ]
        return [
            *told,
            *(one_line(line) for line in (*self._late(results), *_of_attestations(results), *_of_waivers(results))),
        ]

    def _short(self, results: Sequence[Result]) -> Iterator[tuple[str, Requirement, list[Result]]]:
        """Return whom something is required of, what, and who falls short of it."""
        for required in dict.fromkeys(one for one in (self.asked, self.gate.require) if one):
            yield "every scenario", required, _weaker(results, required)
        for name, required in self.gate.profiles.items():
            of_it = [r for r in results if name in self._profiles(r)]
            yield f'the profile "{one_line(name)}"', required, _weaker(of_it, required)
        for tag, required in self.gate.tags.items():
            yield f"@{one_line(tag)}", required, _weaker([r for r in results if tag in r.tags], required)

    def _late(self, results: Sequence[Result]) -> Iterator[str]:
        """Say of each scenario that took longer to hold than it may, by the least that it has."""
        for one in results:
            found = self._limits(one)
            took = to_hold(one.steps)
            if one.verdict in HOLDS and found and took > min(found)[0]:
                limit, whom = min(found)
                yield f"too slow: {one.scenario} took {duration(took)} to hold; {whom} has {duration(limit)}"

    def limited(self, one: Result) -> bool:
        """Return whether a scenario has to hold within a limit of time."""
        return bool(self._limits(one))

    def _limits(self, one: Result) -> list[tuple[float, str]]:
        within = self.gate.within
        return [
            *((limit, "it") for name, limit in within.scenarios.items() if _called(name, one)),
            *((limit, f"@{tag}") for tag, limit in within.tags.items() if tag in one.tags),
            *((within.profiles[p], f'the profile "{p}"') for p in self._profiles(one) if p in within.profiles),
        ]

    def _profiles(self, one: Result) -> list[str]:
        return self.grouping.profiles_of(one.file, one.tags)


def _called(name: str, one: Result) -> bool:
    return names(name, one.nodeid, one.scenario, one.tags)


def _of_waivers(results: Sequence[Result]) -> Iterator[str]:
    for one in results:
        if one.waiver is None:
            continue
        who = f"{one.scenario} ({one.waiver.owner}, until {one.waiver.until})"
        if one.waiver.expired:
            yield f"expired waiver: {who}; mend it, or agree on another day"
        elif one.verdict is Verdict.WAIVED:
            yield f"waived: {who}: {one.waiver.reason}"
        elif one.verdict in HOLDS:
            yield f"warning: {who} is waived and holds; take the waiver away"


def _of_attestations(results: Sequence[Result]) -> Iterator[str]:
    for one in results:
        if one.attestation is not None and one.attestation.lapsed:
            yield f"attested no more: {one.scenario} ({one.attestation.who}): {one.attestation.lapsed}; sign it anew"


def _weaker(results: Sequence[Result], required: Requirement) -> list[Result]:
    return [r for r in results if r.verdict is not Verdict.WAIVED and not required.met_by(r.verdict)]
