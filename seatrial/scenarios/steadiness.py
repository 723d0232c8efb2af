"""How a scenario that holds in one turn and fails in another is told: one look of each kind side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from seatrial.checks.looks import Look
from seatrial.scenarios.verdict import Turn

_LINES, _WIDE = 6, 56  # how much of a look stands beside the other, and how wide


def beside(turns: Sequence[Turn], held: Sequence[int], failed: Sequence[int]) -> Iterator[str]:
    """Write which turns held and which failed, and the look that decided in the first of each.

    Args:
        turns: All turns; those two have their look, if any was taken.
        held: The indices of those that held; at least one.
        failed: Of those that failed; at least one.
    """
    yield (
        f"  unsteady   it held in {len(held)} of {len(turns)} turns ({_numbers(turns, held)}) "
        f"and failed in {len(failed)} ({_numbers(turns, failed)})"
    )
    left, right = turns[held[0]], turns[failed[0]]
    rows = [("", [f"turn {left.number}, held"], [f"turn {right.number}, failed"])]
    if left.look and right.look:
        rows += [
            ("looks", [_how_often(left.look)], [_how_often(right.look)]),
            ("last seen", _seen(left.look), _seen(right.look)),
        ]
    wide = max(len(line) for _, lines, _ in rows for line in lines)
    for name, ours, theirs in rows:
        for number, (one, other) in enumerate(zip_longest(ours, theirs, fillvalue="")):
            yield f"  {'' if number else name:<9}  {one:<{wide}}  {other}".rstrip()


def _numbers(turns: Sequence[Turn], which: Sequence[int]) -> str:
    return ", ".join(str(turns[n].number) for n in which)


def _how_often(look: Look) -> str:
    return f"{look.looks} look{'s' * (look.looks != 1)}, {look.seconds:.1f} s"


def _seen(look: Look) -> list[str]:
    """Return what a look saw: its mismatches, or else the first rows of what there was."""
    if look.mismatches:
        found = [f"{subject}  {seen}" for subject, _, seen in look.mismatches]
    elif look.table:
        heads, *rows = look.table
        found = [_row(heads, row) for row in rows]
    else:
        found = look.observed
    shown = [line if len(line) <= _WIDE else f"{line[: _WIDE - 1]}…" for line in found[:_LINES]]
    return [*shown, *([f"… {len(found) - _LINES} more"] if len(found) > _LINES else [])] or ["nothing"]


def _row(heads: Sequence[str], row: Sequence[str]) -> str:
    name, *values = row
    return f"{name}  {'  '.join(f'{head} {value}' for head, value in zip(heads[1:], values, strict=False))}"
