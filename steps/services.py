"""Words about services and the pods behind them."""

from __future__ import annotations

import uuid
from functools import partial

from pytest_bdd import parsers, then

from seatrial import declaration, states
from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import covering, equal_to, every, rows
from seatrial.faults import Create, Journal
from seatrial.observers.cluster import Cluster
from steps.support import capabilities, manifests, services, workloads
from steps.support.capabilities import Platform
from steps.support.instruments import Containers
from steps.support.limits import TIME


@then(parsers.parse('the service "{name}" in the namespace "{namespace}" offers port {port:d}'))
@states(port="{namespace}.port")
@declaration
def _(cluster: Cluster, name: str, namespace: str, port: int) -> None:
    offered = rows("services", {name: {"ports": covering({port})}})
    eventually(lambda: services.services(cluster, name, namespace), offered, within=TIME.settle)


@then("these services are offered, and lead to ready pods only")
def _(cluster: Cluster, platform: Platform, datatable: list[list[str]]) -> None:
    for name, namespace, port in datatable[1:]:
        if capabilities.lacks(platform, name):
            continue
        offered = rows("services", {name: {"ports": covering({int(port)})}})
        eventually(partial(services.services, cluster, name, namespace), offered, within=TIME.settle)
        led = every(f"pods behind {name}", ready=True, led_to=True)
        eventually(partial(services.behind, cluster, name), led, within=TIME.settle)
    capabilities.need(platform, *(name for name, _, _ in datatable[1:]))


@then(parsers.parse('the service "{name}" leads to ready pods only'))
def _(cluster: Cluster, name: str) -> None:
    led = every(f"pods behind {name}", ready=True, led_to=True)
    eventually(lambda: services.behind(cluster, name), led, within=TIME.settle)


@then(parsers.parse('the service "{name}" leads to {count:d} ready pods, {canaries:d} of them a canary'))
def _(cluster: Cluster, name: str, count: int, canaries: int) -> None:
    shares = equal_to({"pods": count, "canaries": canaries}, f"behind {name}")
    eventually(lambda: services.shares(cluster, name), shares, within=TIME.rollout)


@then(parsers.parse('a container that calls "{name}" on port {port:d} is answered'))
def _(cluster: Cluster, containers: Containers, changes: Journal, platform: Platform, name: str, port: int) -> None:
    capabilities.need(platform, name)
    caller = f"trial-caller-{uuid.uuid4().hex[:8]}"
    call = f"printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc -w 5 {name}.backing {port} | grep -q HTTP/"
    room = workloads.MICROSERVICES
    changes.inject(Create(manifests.pod(caller, containers.image("tools"), namespace=room, command=call, once=True)))
    answered = rows("callers", {caller: {"phase": "Succeeded"}})
    eventually(lambda: workloads.phase(cluster, caller, room), answered, within=TIME.rollout)
