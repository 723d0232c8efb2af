"""Words about upgrades of Kubernetes: those that are refused, and the last one that was made."""

from __future__ import annotations

from dataclasses import replace

from pytest_bdd import parsers, then, when

from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import Matcher, equal_to
from seatrial.faults import Journal
from steps.support.actuators import StandupRunner
from steps.support.instruments import Belongings, Upgrade
from steps.support.limits import TIME
from steps.support.standup import Run, ours, raised
from steps.support.upgrades import MASTER, first, in_turn


@when("Kubernetes is to be raised by two minor versions", target_fixture="run")
def _(standup_runner: StandupRunner, belongings: Belongings, faults: Journal) -> Run:  # noqa: ARG001 - as for a standup
    before = ours(belongings)
    return replace(raised(standup_runner, 2), before=before)


@when("Kubernetes is to be lowered by a minor version", target_fixture="run")
def _(standup_runner: StandupRunner, belongings: Belongings, faults: Journal) -> Run:  # noqa: ARG001 - as for a standup
    before = ours(belongings)
    return replace(raised(standup_runner, -1), before=before)


@then(parsers.parse('the upgrade is refused, as "{why}"'))
def _(run: Run, why: str) -> None:
    assert why in run.error, f"expected the upgrade to be refused, as {why}, got {run.error or 'success'}"


@then(parsers.parse("in the last upgrade no more than {most:d} {role} was away at a time"))
def _(upgrade: Upgrade, most: int, role: str) -> None:
    few = Matcher(f"at most {most}", lambda count: count <= most)
    eventually(lambda: upgrade.away()[role], equal_to(few, f"{role}s away at once"), within=TIME.settle)


@then("in the last upgrade every master came before any node")
def _(upgrade: Upgrade) -> None:
    order = Matcher("masters, then nodes", lambda found: first(MASTER, found))
    eventually(upgrade.order, equal_to(order, "the order"), within=TIME.settle)


@then("in the last upgrade the nodes came zone by zone")
def _(upgrade: Upgrade) -> None:
    order = Matcher("all nodes of a zone before those of the next", in_turn)
    eventually(upgrade.order, equal_to(order, "the order"), within=TIME.settle)


@then(parsers.parse("in the last upgrade the API took changes but for at most {seconds:d} seconds"))
def _(upgrade: Upgrade, seconds: int) -> None:
    most = Matcher(f"at most {seconds} s", lambda found: 0 < found <= seconds)
    eventually(upgrade.gap, equal_to(most, "the longest time without a change"), within=TIME.settle)
