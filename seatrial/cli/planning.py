"""``seatrial up --plan``: what would be done and what it costs, as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

import typer

from seatrial.errors import UsageError
from seatrial.escaping import one_line
from seatrial.masking import MASK
from seatrial.provisioning.contract import Provisioning
from seatrial.provisioning.planned import Bill, Change, Plan, Planned
from seatrial.provisioning.progress import Progress

_SIGNS = {"made": "+", "changed": "~", "removed": "-", "left": "!"}
_SUMS = {"made": "to make", "changed": "to change", "removed": "to remove", "left": "not as agreed and left as it is"}
_WIDTH = 64


def show(provisioning: Provisioning, team: str, target: str, *, prune: bool) -> None:
    """Say what `up` would do; make nothing.

    Raises:
        UsageError: If this project, or the target, cannot say it.
    """
    if not isinstance(provisioning, Planned):
        raise UsageError("--plan: this project's provisioning cannot say what a standup would do")
    for line in written(provisioning.plan(team, target, Progress(), prune=prune)):
        typer.echo(one_line(MASK.text(line)))


def written(plan: Plan) -> Iterator[str]:
    """Give a plan as lines of text."""
    for how, sign in _SIGNS.items():
        for change in (one for one in plan.changes if one.how == how):
            yield f"{sign} {change}"
    for reason in plan.unseen:
        yield f"? {reason}"
    yield _sum(plan.changes)
    if plan.bill is None:
        yield "nobody is paid for it: no cloud of somebody else's is used"
    else:
        yield from _bill(plan.bill)


def _sum(changes: Sequence[Change]) -> str:
    counts = {how: sum(one.how == how for one in changes) for how in _SIGNS}
    said = [f"{count} {_SUMS[how]}" for how, count in counts.items() if count or how != "left"]
    return f"nothing was made: {', '.join(said)}"


def _bill(bill: Bill) -> Iterator[str]:
    yield f"{'costs, ' + bill.currency:{_WIDTH}} {'an hour':>10} {f'{bill.month} hours':>12}"
    for line in bill.lines:
        if line.hourly is None:
            yield f"  {line.what:{_WIDTH - 2}} {'not priced':>10} {'not priced':>12}"
        else:
            yield _priced(f"  {line.what}", line.hourly, bill.month)
    yield _priced("total" if not bill.unpriced else "total of what has a price", bill.hourly, bill.month)
    if bill.unpriced:
        yield f"not priced, so not in the total: {', '.join(bill.unpriced)}"
    yield from bill.notes


def _priced(what: str, hourly: Decimal, month: int) -> str:
    return f"{what:{_WIDTH}} {hourly:10.4f} {hourly * month:12.2f}"
