"""Words about standing the platform up, and about a second platform beside it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytest_bdd import given, parsers, then, when

from seatrial import states
from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import Matcher, Rows, equal_to, every, none, rows
from seatrial.faults import Journal
from seatrial.observers.cluster import Cluster
from steps.support import nodes
from steps.support.actuators import SecondPlatform, StandupRunner
from steps.support.capabilities import Platform, have
from steps.support.faults import StartInstances
from steps.support.instruments import Belongings, Second, Standup
from steps.support.limits import TIME
from steps.support.machines import Estate
from steps.support.standup import LITTLE, Run, again, ours


@pytest.fixture
def standup_runner(platform: Platform) -> StandupRunner:
    """What runs the standup again."""
    return have(platform.actuators().own.standup_runner)


@pytest.fixture
def second_platform(platform: Platform, second: Second) -> SecondPlatform:  # noqa: ARG001 - it acts on what that observes, and is lacking with it
    """What stands a platform up beside this one."""
    return have(platform.actuators().own.second_platform)


@then("the standup took these steps in this order")
def _(standup: Standup, datatable: list[list[str]]) -> None:
    expected = [row[0] for row in datatable[1:]]
    eventually(lambda: list(standup.steps()), equal_to(expected, "steps"), within=TIME.settle)


@then(parsers.parse('every step of the standup but "{first}" made sure of its outcome'))
def _(standup: Standup, first: str) -> None:
    sure = every("steps", least=6, gates=Matcher("at least one gate", bool))
    eventually(lambda: {n: row for n, row in standup.steps().items() if n != first}, sure, within=TIME.settle)


@then("every step of the standup was completed")
def _(standup: Standup) -> None:
    eventually(standup.steps, every("steps", least=7, done=True, in_turn=True), within=TIME.settle)


@then(parsers.parse("the standup took at most {minutes:d} minutes"))
@states(minutes="standup.minutes")
def _(standup: Standup, minutes: int) -> None:
    most = Matcher(f"at most {minutes * 60} s", lambda seconds: 0 < seconds <= minutes * 60)
    eventually(standup.seconds, equal_to(most, "the whole standup"), within=TIME.settle)


@when("the standup is run again", target_fixture="run")
def _(standup_runner: StandupRunner, belongings: Belongings, faults: Journal) -> Run:  # noqa: ARG001 - nobody may be at work meanwhile
    before = ours(belongings)
    return replace(again(standup_runner, 1.0), before=before)


@when("the standup is run again, with little patience", target_fixture="run")
def _(standup_runner: StandupRunner) -> Run:
    return again(standup_runner, LITTLE)


@then("the standup succeeds")
def _(run: Run) -> None:
    assert not run.error, f"expected the standup to succeed, got {run.error}"


@then("nothing was changed")
def _(run: Run, belongings: Belongings) -> None:
    eventually(lambda: ours(belongings), rows("what is ours", run.before), within=TIME.settle)
    assert run.changed == 0, f"expected nothing to be changed, got {run.changed} things changed"


@then("the standup fails at a gate, naming what it last saw")
def _(run: Run) -> None:
    assert "the gate" in run.error, f"expected the standup to fail and to name a gate, got {run.error or 'success'}"
    assert "last seen" in run.error, f"expected the standup to say what it last saw, got {run.error}"


@then(parsers.parse('once the {role} in "{zone}" returns, the standup succeeds'))
@states(zone="zones")
def _(cluster: Cluster, estate: Estate, standup_runner: StandupRunner, faults: Journal, role: str, zone: str) -> None:
    faults.inject(StartInstances((estate.machine_in(zone, role),)))
    back = every(f"{role}s in {zone}", ready=True)
    eventually(lambda: nodes.there(cluster, role, zone), back, within=TIME.master_back)
    run = again(standup_runner, 1.0)
    assert not run.error, f"expected the standup to succeed, got {run.error}"


@given("a second platform of another team", target_fixture="ours_before")
def _(second_platform: SecondPlatform, belongings: Belongings, faults: Journal) -> Rows:  # noqa: ARG001 - nobody may be at work meanwhile
    before = belongings.found()
    second_platform.up()
    return before


@when("the second platform is taken down")
def _(second_platform: SecondPlatform) -> None:
    second_platform.down()


@then("nothing of the second platform is left")
def _(second: Second) -> None:
    eventually(second.left, none("trace of the second platform"), within=TIME.settle)


@then("our platform is as it was")
def _(cluster: Cluster, estate: Estate, platform: Platform, belongings: Belongings, ours_before: Rows) -> None:
    eventually(belongings.found, rows("what is ours", ours_before), within=TIME.settle)
    ready = every("members of the cluster", least=6, ready=True)
    eventually(lambda: nodes.members(cluster), ready, within=TIME.settle)
    ours = every("machines", least=6, team=platform.facts.cluster)
    eventually(lambda: estate.owners("machines"), ours, within=TIME.settle)
