"""Words about notes: the smallest things that the platform remembers, and whether it accepts changes."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

import pytest
from pytest_bdd import given, parsers, then

from seatrial import states
from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import at_least, equal_to, every, holds, none
from seatrial.checks.history import StartHistory, longest_gap, reach
from seatrial.faults import Journal
from seatrial.observers.cluster import Cluster
from seatrial.observers.etcd import Etcd
from steps.support import workloads
from steps.support.attempts import outcome, surely_refused
from steps.support.capabilities import Platform
from steps.support.faults import StartInstances
from steps.support.histories import Notes, WriteNotes, at_work, judged, shown, unlike, write
from steps.support.limits import TIME

_BEFORE = 3  # writes of each client, all acknowledged before anything is disturbed


@pytest.fixture
def kube(platform: Platform) -> Any:
    """A client of the cluster's API, as a team member has it at work."""
    return platform.actuators().kube()


@given("clients that write numbered notes", target_fixture="notes")
def _(kube: Any, changes: Journal, histories: StartHistory) -> Notes:
    stream = f"note-{uuid.uuid4().hex[:8]}"
    changes.inject(WriteNotes(stream))
    history = histories(partial(write, kube, stream), surely_refused=surely_refused, what="numbered notes")
    eventually(lambda: at_work(history, 0.0), every("clients", acknowledged=at_least(_BEFORE)), within=TIME.settle)
    return Notes(stream, history)


@then("every note that was acknowledged is there, in order, and none that nobody wrote")
def _(kube: Any, cluster: Cluster, etcd: Etcd, notes: Notes) -> None:
    history, since, otherwise = notes.history, notes.history.seconds, none("note that a member has otherwise")
    eventually(lambda: at_work(history, since), every("clients", acknowledged=at_least(1)), within=TIME.quorum_back)
    history.end()
    show = partial(shown, cluster, kube, notes.stream)
    there = eventually(show, holds("notes", bool), within=TIME.quorum_back)
    eventually(lambda: judged(history, there), none("note that is not as it was written"), within=0)
    eventually(lambda: unlike(history, show(), etcd, notes.stream), otherwise, within=TIME.settle)


@then(parsers.parse("writes were acknowledged all the time, with no gap longer than {seconds:d} seconds"))
def _(notes: Notes, seconds: int) -> None:
    gap, limit = longest_gap(notes.history.operations, notes.history.seconds), seconds * TIME.patience
    assert gap <= limit, f"expected no gap longer than {limit:g} s, got {gap:.1f} s: {reach(notes.history.operations)}"


@then(parsers.parse("the platform still accepts changes within {seconds:d} seconds"))
def _(cluster: Cluster, notes: Notes, seconds: int) -> None:
    accepted = equal_to("accepted", "a change")
    eventually(lambda: _change(cluster, notes), accepted, within=seconds * TIME.patience, times=3)


@then("the platform refuses changes")
def _(cluster: Cluster, notes: Notes) -> None:
    eventually(lambda: _change(cluster, notes), equal_to("refused", "a change"), within=TIME.refusal)


@then(parsers.parse('once the master in "{zone}" returns, the platform accepts changes'))
@states(zone="zones")
def _(cluster: Cluster, faults: Journal, lost_masters: dict[str, str], notes: Notes, zone: str) -> None:
    faults.inject(StartInstances((lost_masters[zone],)))
    eventually(lambda: _change(cluster, notes), equal_to("accepted", "a change"), within=TIME.quorum_back)


@then("every microservice still has a ready pod")
def _(cluster: Cluster) -> None:
    for name in ("msvc1", "msvc2"):
        some = every(f"ready pods of {name}", ready=True)
        eventually(partial(workloads.serving, cluster, name), some, within=TIME.settle)


def _change(cluster: Cluster, notes: Notes) -> str:
    cluster.touch(asked="a change")
    return outcome(lambda: notes.history.attempt("trial"))
