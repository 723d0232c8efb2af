"""Words about the database's members, their volumes and what is stored."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_bdd import given, parsers, then, when

from seatrial import declaration, states
from seatrial.checks.convergence import always, eventually
from seatrial.checks.expectations import Matcher, Rows, at_least, every, holds, none, rows
from seatrial.checks.history import StartHistory
from seatrial.faults import Create, Journal, Patch
from seatrial.observers.aws import Aws
from seatrial.observers.cluster import Cluster
from steps.support import capabilities, manifests, storage, workloads
from steps.support.actuators import Clerk, MongoDbWriter
from steps.support.capabilities import Platform, have
from steps.support.documents import COLLECTION, Documents, judged, unlike
from steps.support.histories import at_work
from steps.support.instruments import MongoDb
from steps.support.limits import TIME
from steps.support.pods import remove

_BEFORE = 3  # documents of each client, all acknowledged before anything is disturbed
_STORED = 2.0  # a second by each client


@pytest.fixture
def mongodb_writer(platform: Platform, mongodb: MongoDb) -> MongoDbWriter:  # noqa: ARG001 - it acts on what that observes, and is lacking with it
    """What stores documents in the database."""
    return have(platform.actuators().own.mongodb_writer)


@then(parsers.parse('each of the {count:d} members of "{name}" has a volume of its own'))
@states(count="{name}.members")
def _(cluster: Cluster, aws: Aws, platform: Platform, count: int, name: str) -> None:
    capabilities.need(platform, name)
    known = {v.id for v in aws.volumes()}
    own = every(
        f"members of {name}", least=count, ready=True, volume=Matcher("a volume of the account", known.__contains__)
    )
    eventually(lambda: storage.members(cluster, name), own, within=TIME.volume_bind)
    shared = storage.shared(storage.members(cluster, name))
    assert not shared, f"expected a volume for each member alone, got {shared}"


@then(parsers.parse('every claim of "{name}" is bound'))
def _(cluster: Cluster, platform: Platform, name: str) -> None:
    capabilities.need(platform, name)
    eventually(
        lambda: storage.claims(cluster, name), every(f"claims of {name}", phase="Bound"), within=TIME.volume_bind
    )


@then(parsers.parse('every volume of "{name}" has {size:d} GiB and the type "{kind}"'))
@states(size="{name}.volume.size", kind="{name}.volume.type")
def _(cluster: Cluster, aws: Aws, name: str, size: int, kind: str) -> None:
    agreed = every(f"volumes of {name}", size=f"{size} GiB", type=kind)
    eventually(lambda: storage.volumes(cluster, aws, name), agreed, within=TIME.volume_bind)


@then(parsers.parse('every volume of "{name}" stands in the zone of its member'))
def _(cluster: Cluster, aws: Aws, name: str) -> None:
    wanted = {v: {"zone": row["members_zone"]} for v, row in storage.volumes(cluster, aws, name).items()}
    eventually(lambda: storage.volumes(cluster, aws, name), rows(f"volumes of {name}", wanted), within=TIME.volume_bind)


@then(parsers.parse('every volume of "{name}" is attached to the machine of its member'))
def _(cluster: Cluster, aws: Aws, platform: Platform, name: str) -> None:
    capabilities.need(platform, name)
    wanted = {v: {"attached_to": row["members_machine"]} for v, row in storage.volumes(cluster, aws, name).items()}
    attached = rows(f"volumes of {name}", wanted)
    eventually(lambda: storage.volumes(cluster, aws, name), attached, within=TIME.volume_bind)


@then(parsers.parse('every volume of "{name}" is set to stay, with its data, when its claim goes'))
@declaration
def _(cluster: Cluster, platform: Platform, name: str) -> None:
    capabilities.need(platform, name)
    members = len(storage.members(cluster, name))
    stays = every(f"volumes of {name}", least=members, when_its_claim_goes="Retain")
    eventually(lambda: storage.reclaimed(cluster, name), stays, within=TIME.volume_bind)


@when("a claim is made for a volume that nobody has provided", target_fixture="claim")
def _(changes: Journal) -> str:
    name = f"trial-claim-{uuid.uuid4().hex[:8]}"
    changes.inject(Create(manifests.claim(name)))
    return name


@then("the claim stays unbound")
def _(cluster: Cluster, claim: str) -> None:
    pending = rows("claims", {claim: {"phase": "Pending", "volume": ""}})
    eventually(lambda: storage.claim(cluster, claim, manifests.ROOM), pending, within=TIME.settle)
    always(lambda: storage.claim(cluster, claim, manifests.ROOM), pending, during=TIME.window)


@then(parsers.parse('the members of "{name}" run on {count:d} different nodes'))
@then(parsers.parse('the pods of "{name}" run on {count:d} different nodes'))
def _(cluster: Cluster, name: str, count: int) -> None:
    _different(cluster, name, "node", count)


@then(parsers.parse('the members of "{name}" run in {count:d} different zones'))
@states(count="mongodb.zones")
def _(cluster: Cluster, name: str, count: int) -> None:
    _different(cluster, name, "zone", count)


@when(parsers.parse('the member "{member}" is removed'), target_fixture="member_before")
def _(cluster: Cluster, platform: Platform, faults: Journal, member: str) -> Rows:
    name = member.rpartition("-")[0]
    capabilities.need(platform, name)
    was = {pod: row for pod, row in storage.members(cluster, name).items() if pod == member}
    remove(cluster, faults, *_named(cluster, name, {member}))
    return was


@then(parsers.parse('the member "{member}" is back in the same zone with the same volume'))
def _(cluster: Cluster, member_before: Rows, member: str) -> None:
    name = member.rpartition("-")[0]
    was = member_before[member]
    same = {member: {"ready": True, "zone": was["zone"], "claim": was["claim"], "volume": was["volume"]}}
    new = {member: {**same[member], "identity": Matcher("a new one", lambda uid: uid not in (was["identity"], ""))}}
    eventually(
        lambda: storage.members(cluster, name), rows(f"members of {name}", new, exactly=False), within=TIME.volume_bind
    )


@when(parsers.parse('the number of members of "{name}" is reduced to {count:d}'), target_fixture="claims_before")
def _(cluster: Cluster, platform: Platform, faults: Journal, name: str, count: int) -> Rows:
    capabilities.need(platform, name)
    was = storage.claims(cluster, name)
    faults.inject(Patch("apps/v1", "StatefulSet", name, "backing", {"spec": {"replicas": count}}))
    return was


@then(parsers.parse('"{name}" runs with {count:d} members'))
def _(cluster: Cluster, name: str, count: int) -> None:
    wanted = rows("databases", {name: {"wanted": count, "there": count, "ready": count}})
    eventually(lambda: workloads.workloads(cluster, name, "backing"), wanted, within=TIME.settle)


@then(parsers.parse('every claim of "{name}" is still bound to the volume that it had'))
def _(cluster: Cluster, claims_before: Rows, name: str) -> None:
    always(lambda: storage.claims(cluster, name), rows(f"claims of {name}", claims_before), during=TIME.window)


@when(parsers.parse('all members of "{name}" are removed'))
def _(cluster: Cluster, faults: Journal, name: str) -> None:
    remove(cluster, faults, *workloads.pods(cluster, name, "backing"))


@when("the leading member of the database is removed", target_fixture="led_before")
def _(cluster: Cluster, mongodb: MongoDb, faults: Journal) -> str:
    leader = next(member for member, row in mongodb.members().items() if row["state"] == "primary")
    remove(cluster, faults, *_named(cluster, leader.rpartition("-")[0], {leader}))
    return leader


@then("another member of the database leads")
def _(mongodb: MongoDb, led_before: str) -> None:
    others = Matcher(f"another than {led_before}", lambda leaders: bool(leaders) and led_before not in leaders)
    eventually(lambda: storage.leading(mongodb), every("databases", leaders=others), within=TIME.data)


@then(parsers.parse("the database has {count:d} healthy members, and exactly one of them leads"))
@states(count="mongodb.members")
def _(mongodb: MongoDb, count: int) -> None:
    agreed = Matcher("exactly one", lambda leaders: len(leaders) == 1)
    whole = every("databases", healthy_members=count, leaders=agreed)
    eventually(lambda: storage.leading(mongodb), whole, within=TIME.data)


@pytest.fixture
def clerk(mongodb_writer: MongoDbWriter) -> Iterator[Clerk]:
    """Who stores the documents of a history of the scenario's own."""
    clerk = mongodb_writer.clerk(COLLECTION, f"document-{uuid.uuid4().hex[:8]}")
    yield clerk
    clerk.close()


@given("clients that store numbered documents", target_fixture="documents")
def _(clerk: Clerk, histories: StartHistory) -> Documents:
    history = histories(clerk.store, surely_refused=_unreached, what="numbered documents", rate=_STORED)
    eventually(lambda: at_work(history, 0.0), every("clients", acknowledged=at_least(_BEFORE)), within=TIME.data)
    return Documents(clerk.stream, history)


@then("every document that was acknowledged is in the database, in order, and none that nobody stored")
def _(mongodb: MongoDb, documents: Documents) -> None:
    history, since = documents.history, documents.history.seconds
    eventually(lambda: at_work(history, since), every("clients", acknowledged=at_least(1)), within=TIME.data)
    history.end()
    there = eventually(
        lambda: mongodb.numbered(COLLECTION, documents.stream), holds("documents", bool), within=TIME.data
    )
    eventually(lambda: judged(history, there), none("document that is not as it was stored"), within=0)
    eventually(lambda: unlike(documents, mongodb), none("document that a member has otherwise"), within=TIME.data)


@then("a document that nobody stored is not found in the database")
def _(mongodb: MongoDb) -> None:
    mark = {"mark": uuid.uuid4().hex}
    eventually(lambda: mongodb.find(COLLECTION, mark), none("such document"), within=TIME.data)


def _unreached(error: Exception) -> bool:
    return isinstance(error, ConnectionError)  # no member has taken it; what else fails says nothing


def _named(cluster: Cluster, name: str, members: set[str]) -> list[Any]:
    return [pod for pod in workloads.pods(cluster, name, "backing") if pod.metadata.name in members]


def _different(cluster: Cluster, name: str, field: str, count: int) -> None:
    spread = Matcher(f"{count} different {field}s", lambda at: len(set(at)) == len(at) == count and all(at))
    run_at = rows("workloads", {name: {"run_at": spread}})
    eventually(lambda: {name: {"run_at": workloads.places(cluster, name, field)}}, run_at, within=TIME.settle)
