"""The lines in which a run says on the console what it found."""

from __future__ import annotations

from collections import Counter

from seatrial.escaping import one_line
from seatrial.report.gating import Gating
from seatrial.scenarios.verdict import Result, Verdict, summary


def lines(results: list[Result], gating: Gating, *, said: bool = False) -> list[str]:
    """Write the summary for a person: why scenarios are not provable, the sum, and what the gate says of it.

    Args:
        results: The verdict of each scenario.
        gating: What is required of them, and what is waived.
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
    return [*told, summary(results), *gating.lines(results)]


def waived(results: list[Result]) -> list[str]:
    """Write every failure that is waived, as it would be told if it were not."""
    failures = [result for result in results if result.verdict is Verdict.WAIVED]
    return [line for one in failures for line in (*one.reason.splitlines(), f"  {one_line(str(one.waiver))}", "")]


def _cause(result: Result) -> str:
    """Return what kept a scenario from being judged, without the place where it showed."""
    lines = result.reason.splitlines()
    return " ".join(line.strip() for line in (lines[1:] if len(lines) > 1 else lines)[:1])
