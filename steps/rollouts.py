"""Words about rollouts: what makes one, how it goes, and the way back."""

from __future__ import annotations

import itertools
import time
from typing import Any

from lightkube.resources.core_v1 import Pod
from pytest_bdd import given, parsers, then, when

from seatrial.checks.convergence import always, eventually
from seatrial.checks.expectations import Matcher, at_least, every, rows
from seatrial.checks.traffic import StartTraffic, Traffic
from seatrial.faults import Create, Journal, Patch
from seatrial.observers.cluster import Cluster
from steps.support import manifests, rollouts, services, visitors, workloads
from steps.support.capabilities import Platform
from steps.support.faults import Unmake
from steps.support.instruments import Http
from steps.support.limits import TIME
from steps.support.names import fqdn
from steps.support.rollouts import Before

MISSING = "registry.invalid/msvc1:missing"
_LOOKS = 50  # a second
_CONFIRMED = 25  # one look in so many is held to what the API server has: two a second


@given(parsers.parse('"{name}" runs with {count:d} ready pods'), target_fixture="before")
def _(cluster: Cluster, name: str, count: int) -> Before:
    wanted = rows("workloads", {name: {"wanted": count, "there": count, "ready": count}})
    eventually(lambda: workloads.workloads(cluster, name, workloads.MICROSERVICES), wanted, within=TIME.rollout)
    return rollouts.before(cluster, name)


@when(parsers.parse('the image of "{name}" is changed to another version'))
def _(cluster: Cluster, faults: Journal, platform: Platform, before: Before, name: str) -> None:
    _change_image(cluster, faults, name, rollouts.another_version(platform, before.image))


@given(parsers.parse('the image of "{name}" was changed to another version, and rolled out'))
def _(cluster: Cluster, faults: Journal, platform: Platform, before: Before, name: str) -> None:
    _change_image(cluster, faults, name, rollouts.another_version(platform, before.image))
    _all_replaced(cluster, before)


@given(parsers.parse('the image of "{name}" was changed to one that is missing'))
@when(parsers.parse('the image of "{name}" is changed to one that is missing'))
def _(cluster: Cluster, faults: Journal, name: str) -> None:
    _change_image(cluster, faults, name, MISSING)
    begun = every("rollouts", image=MISSING, begun=True)
    eventually(lambda: {name: rollouts.progress(cluster, name)}, begun, within=TIME.settle)


@when(parsers.parse('the image of "{name}" is changed to one that is missing, with a deadline of {seconds:d} seconds'))
def _(cluster: Cluster, faults: Journal, name: str, seconds: int) -> None:
    _change_image(cluster, faults, name, MISSING, progressDeadlineSeconds=seconds)


@when(parsers.parse('a version of "{name}" that never says it is ready is rolled out'))
def _(cluster: Cluster, faults: Journal, name: str) -> None:
    template = workloads.deployment(cluster, name).spec.template.to_dict()
    container = dict(template["spec"]["containers"][0])
    probe = container["readinessProbe"]
    container["readinessProbe"] = {**probe, "httpGet": {**probe["httpGet"], "path": "/never-ready"}}
    faults.inject(_patch(name, {"spec": {"template": {"spec": {"containers": [container]}}}}))
    begun = every("rollouts", begun=True, complete=False)
    eventually(lambda: {name: rollouts.progress(cluster, name)}, begun, within=TIME.settle)


@when(parsers.parse('the image of "{name}" is set to the one it has'))
def _(cluster: Cluster, faults: Journal, before: Before, name: str) -> None:
    _change_image(cluster, faults, name, before.image)


@when(parsers.parse('the pods of "{name}" are given the label "{label}" with the value "{value}"'))
def _(faults: Journal, name: str, label: str, value: str) -> None:
    faults.inject(_patch(name, {"spec": {"template": {"metadata": {"labels": {label: value}}}}}))


@when(parsers.parse('the deployment of "{name}" is given the label "{label}" with the value "{value}"'))
def _(faults: Journal, name: str, label: str, value: str) -> None:
    faults.inject(_patch(name, {"metadata": {"labels": {label: value}}}))


@when(parsers.parse('the number of replicas of "{name}" is changed to {count:d}'))
def _(faults: Journal, name: str, count: int) -> None:
    faults.inject(_patch(name, {"spec": {"replicas": count}}))


@when(parsers.parse('a rollout of "{name}" is forced by its date'), target_fixture="attendance")
def _(cluster: Cluster, faults: Journal, traffic: StartTraffic, name: str) -> Traffic:
    looks = itertools.count()
    attendance = traffic(lambda: _attended(cluster, name, confirmed=next(looks) % _CONFIRMED == 0), rate=_LOOKS)
    dated = {"spec": {"template": {"metadata": {"labels": {"date": str(int(time.time()))}}}}}
    faults.inject(_patch(name, dated))
    return attendance


@then(parsers.parse('"{name}" had at least 2 ready pods all the time'))
def _(attendance: Traffic, name: str) -> None:
    flow = attendance.end()
    assert flow.sent, f"expected {name} to be watched, got no look at it"
    assert not flow.failed, f"expected at least 2 ready pods of {name} all the time, got {flow.last_error}"


@then(parsers.parse('all pods of "{name}" are replaced'))
def _(cluster: Cluster, before: Before, name: str) -> None:
    assert before.name == name
    _all_replaced(cluster, before)


@then(parsers.parse('every pod of "{name}" runs the other version'))
def _(cluster: Cluster, platform: Platform, before: Before, name: str) -> None:
    other = every(f"pods of {name}", least=2, image=rollouts.another_version(platform, before.image))
    eventually(lambda: rollouts.replaced(cluster, before), other, within=TIME.rollout)


@then(parsers.parse('no pod of "{name}" is replaced'))
def _(cluster: Cluster, before: Before, name: str) -> None:
    same = rows(f"pods of {name}", {pod: {"ready": True, "new": False} for pod in before.pods})
    always(lambda: rollouts.replaced(cluster, before), same, during=TIME.unbegun)


@then(parsers.parse("the {count:d} pods that ran before still run"))
def _(cluster: Cluster, before: Before, count: int) -> None:
    assert len(before.pods) == count, f"expected {count} pods before, got {sorted(before.pods)}"
    same = rows("pods", {pod: {"ready": True} for pod in before.pods}, exactly=False)
    always(lambda: rollouts.replaced(cluster, before), same, during=TIME.window)


@then(parsers.parse('the rollout of "{name}" does not complete'))
def _(cluster: Cluster, name: str) -> None:
    stuck = every("rollouts", begun=True, complete=False)
    always(lambda: {name: rollouts.progress(cluster, name)}, stuck, during=TIME.stuck)


@then(parsers.parse('the rollout of "{name}" has failed, because of its deadline'))
def _(cluster: Cluster, name: str) -> None:
    failed = every("rollouts", failed_for="ProgressDeadlineExceeded")
    eventually(lambda: {name: rollouts.failure(cluster, name)}, failed, within=TIME.settle)


@when(parsers.parse('"{name}" is rolled back'), target_fixture="generations")
def _(cluster: Cluster, faults: Journal, before: Before, name: str) -> frozenset[str]:
    generations = rollouts.before(cluster, name).generations
    faults.inject(_patch(name, {"spec": {"template": rollouts.template_before(cluster, before)}}))
    return generations


@then(parsers.parse('"{name}" runs the version that it had before'))
def _(cluster: Cluster, before: Before, name: str) -> None:
    back = every("microservices", generation=before.generation, image=before.image, images={before.image})
    eventually(lambda: {name: rollouts.version(cluster, name)}, back, within=TIME.rollout)


@then(parsers.parse('no new generation of "{name}" was made for it'))
def _(cluster: Cluster, generations: frozenset[str], name: str) -> None:
    known = Matcher("no other than before: " + " ".join(sorted(generations)), lambda now: now <= generations)
    kept = every("microservices", generations=known)
    eventually(lambda: {name: {"generations": rollouts.before(cluster, name).generations}}, kept, within=TIME.settle)


@given(parsers.parse('a canary of "{name}" with {count:d} pod'))
@when(parsers.parse('a canary of "{name}" with {count:d} pod is started'))
def _(cluster: Cluster, faults: Journal, name: str, count: int) -> None:
    stable = workloads.deployment(cluster, name)
    faults.inject(Create(manifests.canary(stable.to_dict(), count)))
    takes_part = every("services", canaries=count)
    eventually(lambda: {name: services.shares(cluster, name)}, takes_part, within=TIME.rollout)


@when(parsers.parse('the canary of "{name}" is withdrawn'))
def _(faults: Journal, name: str) -> None:
    faults.inject(Unmake("apps/v1", "Deployment", f"{name}-canary", workloads.MICROSERVICES))


@then(
    parsers.parse('of {count:d} requests to "{name}" between {least:d} and {most:d} in 100 are answered by the canary')
)
def _(http: Http, platform: Platform, count: int, name: str, least: int, most: int) -> None:
    share = Matcher(f"{least} to {most}", lambda found: least <= found <= most)
    by_canary = every("versions", in_100=share)  # looked at again: the ways in hear of a new pod some seconds later
    eventually(lambda: rollouts.canary_share(_asked(http, platform, count, name)), by_canary, within=TIME.data)


@then(parsers.parse('of {count:d} requests to "{name}" every pod answers at least {least:d}'))
def _(cluster: Cluster, http: Http, platform: Platform, count: int, name: str, least: int) -> None:
    served = every(f"pods of {name}", least=2, answers=at_least(least))
    eventually(lambda: rollouts.served(cluster, name, _asked(http, platform, count, name)), served, within=TIME.data)


def _asked(http: Http, platform: Platform, count: int, name: str) -> list[str]:
    host = fqdn(platform, name)
    return [visitors.instance(visitors.succeed(http.get(host, visitors.INSTANCE))) for _ in range(count)]


def _patch(name: str, patch: dict[str, Any]) -> Patch:
    return Patch("apps/v1", "Deployment", name, workloads.MICROSERVICES, patch)


def _change_image(cluster: Cluster, faults: Journal, name: str, image: str, **more: object) -> None:
    template = workloads.deployment(cluster, name).spec.template.to_dict()
    container = {**template["spec"]["containers"][0], "image": image}
    faults.inject(_patch(name, {"spec": {"template": {"spec": {"containers": [container]}}, **more}}))


def _all_replaced(cluster: Cluster, before: Before) -> None:
    new = every(f"pods of {before.name}", least=2, ready=True, new=True)
    eventually(lambda: rollouts.replaced(cluster, before), new, within=TIME.rollout)


def _attended(cluster: Cluster, name: str, *, confirmed: bool) -> None:
    """See that two pods are ready; a lack that is soon over is seen as the watch brings it, confirmed or not."""
    stable = {workloads.NAME: name, workloads.TRACK: "stable"}
    pods = cluster.all(Pod, namespace=workloads.MICROSERVICES, labels=stable, confirmed=confirmed)
    ready = [str(pod.metadata.name) for pod in pods if pod.metadata and workloads.readiness(pod)]
    if len(ready) < 2:  # noqa: PLR2004 - as many as the specification says
        raise LookupError(f"{len(ready)}: {' '.join(ready) or 'none'}")
