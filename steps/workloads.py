"""Words about workloads and their pods."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import Pod
from pytest_bdd import parsers, then, when

from seatrial import declaration, states
from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import Matcher, Rows, at_least, covering, every, none, rows
from seatrial.faults import Create, Journal, Patch
from seatrial.observers.cluster import Cluster
from steps.support import capabilities, manifests, nodes, rollouts, services, workloads
from steps.support.attempts import DONE, attempt
from steps.support.capabilities import Platform
from steps.support.faults import Crash
from steps.support.limits import TIME
from steps.support.pods import remove


@then("these services run with all of their pods ready")
def _(cluster: Cluster, platform: Platform, datatable: list[list[str]]) -> None:
    named = [(name, namespace) for name, namespace in datatable[1:] if not capabilities.lacks(platform, name)]
    complete = rows("services", {name: {"lacking": 0, "ready": at_least(1)} for name, _ in named})
    eventually(lambda: workloads.several(cluster, named), complete, within=TIME.rollout)
    capabilities.need(platform, *(name for name, _ in datatable[1:]))


@then(parsers.parse('"{name}" runs in the namespace "{namespace}" with {count:d} ready pods'))
@then(parsers.parse('"{name}" runs in the namespace "{namespace}" with {count:d} ready pods again'))
@states(count="{namespace}.replicas")
def _(cluster: Cluster, name: str, namespace: str, count: int) -> None:
    _runs(cluster, name, namespace, count)


@then(parsers.parse('"{name}" runs with {count:d} ready pods'))
def _(cluster: Cluster, name: str, count: int) -> None:
    _runs(cluster, name, workloads.MICROSERVICES, count)


@then(parsers.parse('the namespace "{namespace}" holds "{one}" and "{other}" only'))
def _(cluster: Cluster, namespace: str, one: str, other: str) -> None:
    there = rows(f"workloads in {namespace}", {one: {}, other: {}})
    eventually(lambda: workloads.within(cluster, namespace), there, within=TIME.settle)


@then(parsers.parse('no microservice runs in the namespace "{namespace}"'))
def _(cluster: Cluster, namespace: str) -> None:
    eventually(lambda: workloads.microservices_in(cluster, namespace), none("microservice there"), within=TIME.settle)


@then(
    parsers.parse('every container of "{one}" and "{other}" states how it is checked for being ready and being alive')
)
@declaration
def _(cluster: Cluster, one: str, other: str) -> None:
    checked = every("containers", least=2, checked_for_being_ready=True, checked_for_being_alive=True)
    eventually(lambda: workloads.checks(cluster, one, other), checked, within=TIME.settle)


@then(parsers.parse('"{name}" is set to ask for "{cpu}" of a processor and "{memory}" of memory'))
@declaration
def _(cluster: Cluster, name: str, cpu: str, memory: str) -> None:
    asked = every("containers", asks_for={"cpu": cpu, "memory": memory})
    eventually(lambda: workloads.asked_for(cluster, name), asked, within=TIME.settle)


@then(parsers.parse('every container of "{one}" and "{other}" states what it needs and where its limit is'))
@declaration
def _(cluster: Cluster, one: str, other: str) -> None:
    stated = every("containers", least=2, needs=covering({"cpu", "memory"}), limits=covering({"memory"}))
    eventually(lambda: workloads.checks(cluster, one, other), stated, within=TIME.settle)


@when(parsers.parse('one pod of "{name}" is removed'), target_fixture="was")
def _(cluster: Cluster, platform: Platform, faults: Journal, name: str) -> Rows:
    capabilities.need(platform, name)
    there = workloads.pod_rows(cluster, name)
    remove(cluster, faults, workloads.pods(cluster, name)[0])
    return there


@when(parsers.parse('one pod of "{name}" crashes'), target_fixture="crashed")
def _(cluster: Cluster, platform: Platform, faults: Journal, name: str) -> Rows:
    capabilities.have(platform.actuators().own.pod_killer)
    pod = workloads.pods(cluster, name, workloads.MICROSERVICES)[0].metadata.name
    was = workloads.restarts(cluster, pod, workloads.MICROSERVICES)
    faults.inject(Crash(workloads.MICROSERVICES, pod))
    return was


@then("that pod is started anew on its node")
def _(cluster: Cluster, crashed: Rows) -> None:
    for pod, was in crashed.items():
        more = at_least(int(str(was["started_anew"])) + 1)
        anew = rows("pods", {pod: {"started_anew": more, "ready": True}})
        eventually(
            partial(workloads.restarts, cluster, pod, workloads.MICROSERVICES),
            anew,
            within=TIME.rollout,
        )


@then(parsers.parse('another pod of "{name}" takes its place'))
def _(cluster: Cluster, was: Rows, name: str) -> None:
    eventually(lambda: workloads.renewed(cluster, name, was), every("workloads", lacking=0, new=1), within=TIME.rollout)


@when(parsers.parse('maintenance asks both pods of "{name}" to leave at once'), target_fixture="asked")
def _(cluster: Cluster, kube: Any, faults: Journal, name: str) -> dict[str, str]:
    eventually(lambda: workloads.budgets(cluster, name), every("agreements", may_leave_now=1), within=TIME.settle)
    pods = workloads.pods(cluster, name, workloads.MICROSERVICES)
    theirs = {pod.spec.nodeName for pod in pods}
    # As a drain does; else the first is replaced at once. A node that has neither is the first to be opened again,
    # so that the new one does not come to stand beside the one that stayed.
    for node in sorted(nodes.members(cluster, "node"), key=lambda node: node not in theirs):
        faults.inject(Patch("v1", "Node", node, "", {"spec": {"unschedulable": True}}))
    answers = {pod.metadata.name: attempt(cluster, partial(_evict, kube, pod)) for pod in pods}
    faults.undo()
    return answers


@then("one of them may leave, and the other is told to wait")
def _(asked: dict[str, str]) -> None:
    waiting = {pod: answer for pod, answer in asked.items() if answer != DONE}
    assert len(asked) == 2, f"expected two to be asked, got {sorted(asked)}"  # noqa: PLR2004 - both
    assert len(waiting) == 1, f"expected one to wait, got {waiting or 'both allowed to leave'}"
    assert all("disruption budget" in answer for answer in waiting.values()), (
        f"expected a disruption budget, got {waiting}"
    )


@when("a team asks for a pod that is larger than all the namespace may hold", target_fixture="refusal")
def _(cluster: Cluster, changes: Journal) -> str:
    name = f"trial-large-{uuid.uuid4().hex[:8]}"
    asked = manifests.pod(name, "registry.invalid/trial:1", namespace=workloads.MICROSERVICES, memory="64Gi")
    return attempt(cluster, lambda: changes.inject(Create(asked)))


@then(parsers.parse('the request is refused, because of "{reason}"'))
def _(refusal: str, reason: str) -> None:
    assert refusal != DONE, f"expected the request to be refused because of {reason}, got it accepted"
    assert reason in refusal, f"expected the request to be refused because of {reason}, got {refusal}"


@when("a pod is asked for that needs more than any machine has", target_fixture="asked_for")
def _(changes: Journal) -> str:
    name = f"trial-huge-{uuid.uuid4().hex[:8]}"
    changes.inject(Create(manifests.pod(name, "registry.invalid/trial:1", memory="640Gi")))
    return name


@then(parsers.parse('the pod is not placed, because of "{reason}"'))
def _(cluster: Cluster, asked_for: str, reason: str) -> None:
    told = Matcher(f"for want of {reason}", lambda why: f"insufficient {reason}" in str(why).lower())
    unplaced = rows("pods", {asked_for: {"node": "", "why_not_placed": told}})
    eventually(lambda: workloads.placement(cluster, asked_for, manifests.ROOM), unplaced, within=TIME.settle)


@then("every container of the platform whose image has a tag that may move is told to pull it each time")
@declaration
def _(cluster: Cluster) -> None:
    eventually(lambda: workloads.images(cluster), every("containers", risk="none"), within=TIME.settle)


@then(parsers.parse('"{one}" and "{other}" are told to report to the database "{database}" of "{store}"'))
@declaration
def _(cluster: Cluster, one: str, other: str, database: str, store: str) -> None:
    told = every("containers", store=services.url(cluster, store, "backing"), database=database)
    for name in (one, other):
        eventually(partial(workloads.told, cluster, name), told, within=TIME.settle)


@then(parsers.parse('no pod of "{one}" or "{other}" was replaced'))
def _(cluster: Cluster, before_applying: list[rollouts.Before], one: str, other: str) -> None:
    assert {one, other} <= {was.name for was in before_applying}, f"expected {one} and {other} to be noted before"
    for was in before_applying:
        same = rows(f"pods of {was.name}", {pod: {} for pod in was.pods})
        eventually(partial(workloads.serving, cluster, was.name), same, within=TIME.settle)


def _runs(cluster: Cluster, name: str, namespace: str, count: int) -> None:
    wanted = rows("workloads", {name: {"wanted": count, "there": count, "ready": count}})
    eventually(lambda: workloads.workloads(cluster, name, namespace), wanted, within=TIME.rollout)


def _evict(kube: Any, pod: Any) -> None:
    meta = ObjectMeta(name=pod.metadata.name, namespace=pod.metadata.namespace)
    kube.create(Pod.Eviction(metadata=meta), meta.name, namespace=meta.namespace)
