"""The lines in which a run says on the console what it found."""

from __future__ import annotations

from collections import Counter

from seatrial.escaping import one_line
from seatrial.scenarios.verdict import Requirement, Result, Verdict, summary


def lines(results: list[Result], required: Requirement | None = None, *, said: bool = False) -> list[str]:
    """Write the summary for a person: why scenarios are not provable, the sum, and how it falls short.

    Args:
        results: The verdict of each scenario.
        required: What is required of each.
        said: Whether the run ends with the one cause of all errors, so that it need not be said here as well.
    """
    reasons: dict[str, int] = {}
    for result in results:
        if result.verdict is Verdict.NOT_PROVABLE:
            reasons[result.reason] = reasons.get(result.reason, 0) + 1
    told = [
        f"{count:3} not provable here: {one_line(reason)}"
        for reason, count in sorted(reasons.items(), key=lambda r: -r[1])
    ]
    causes = Counter(_cause(result) for result in results if result.verdict is Verdict.ERROR)
    if not said:
        told += [f"{count:3} error: {one_line(cause)}" for cause, count in causes.most_common() if count > 1 and cause]
    told.append(summary(results))
    weaker = len(falling_short(results, required))
    if required is not None and weaker:
        told.append(f"{required} is required of every scenario; {weaker} fall{'s' * (weaker == 1)} short")
    return told


def _cause(result: Result) -> str:
    """Return what kept a scenario from being judged, without the place where it showed."""
    lines = result.reason.splitlines()
    return " ".join(line.strip() for line in (lines[1:] if len(lines) > 1 else lines)[:1])


def falling_short(results: list[Result], required: Requirement | None) -> list[Result]:
    """Return the results that make a run a failure: all that broke, and all that are weaker than what is required."""
    broken = (Verdict.FAILED, Verdict.ERROR, Verdict.UNDEFINED)
    return [r for r in results if r.verdict in broken or (required is not None and not required.met_by(r.verdict))]
