"""Words about notes: the smallest thing that the platform remembers, and whether it accepts changes."""

from __future__ import annotations

import time
import uuid
from functools import partial
from typing import Any

import pytest
from lightkube.resources.core_v1 import ConfigMap
from pytest_bdd import given, parsers, then

from seatrial import states
from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import equal_to, every
from seatrial.faults import Create, Journal
from seatrial.faults.journal import Journal as Faults
from seatrial.observers.cluster import Cluster
from steps.support import manifests, workloads
from steps.support.attempts import outcome
from steps.support.capabilities import Platform
from steps.support.faults import StartInstances
from steps.support.handed_on import Note
from steps.support.limits import TIME


@pytest.fixture
def kube(platform: Platform) -> Any:
    """A client of the cluster's API, as a team member has it at work."""
    return platform.actuators().kube()


@given("a note stored on the platform", target_fixture="note")
def _(changes: Journal) -> Note:
    note = Note(f"note-{uuid.uuid4().hex[:8]}", uuid.uuid4().hex)
    changes.inject(Create(manifests.note(note.name, note.text)))
    return note


@then("the note can still be read")
def _(cluster: Cluster, note: Note) -> None:
    def read() -> object:
        cluster.touch(asked="what was stored")  # what comes back was kept
        kept: Any = cluster.fresh(ConfigMap, note.name, namespace=manifests.ROOM)
        return kept.data["text"]

    eventually(read, equal_to(note.text, "the note"), within=TIME.quorum_back)


@then(parsers.parse("the platform still accepts changes within {seconds:d} seconds"))
def _(kube: Any, cluster: Cluster, note: Note, seconds: int) -> None:
    accepted = equal_to("accepted", "a change")
    eventually(lambda: _change(kube, cluster, note), accepted, within=seconds * TIME.patience, times=3)


@then("the platform refuses changes")
def _(kube: Any, cluster: Cluster, note: Note) -> None:
    eventually(lambda: _change(kube, cluster, note), equal_to("refused", "a change"), within=TIME.refusal)


@then(parsers.parse('once the master in "{zone}" returns, the platform accepts changes'))
@states(zone="zones")
def _(kube: Any, cluster: Cluster, faults: Faults, lost_masters: dict[str, str], note: Note, zone: str) -> None:
    faults.inject(StartInstances((lost_masters[zone],)))
    eventually(lambda: _change(kube, cluster, note), equal_to("accepted", "a change"), within=TIME.quorum_back)


@then("every microservice still has a ready pod")
def _(cluster: Cluster) -> None:
    for name in ("msvc1", "msvc2"):
        some = every(f"ready pods of {name}", ready=True)
        eventually(partial(workloads.serving, cluster, name), some, within=TIME.settle)


def _change(kube: Any, cluster: Cluster, note: Note) -> str:
    cluster.touch(asked="a change")
    patch = {"data": {"changed": str(time.time())}}
    return outcome(lambda: kube.patch(ConfigMap, note.name, patch, namespace=manifests.ROOM))
