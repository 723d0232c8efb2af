"""Words about logs and metrics: their collectors, and what arrives."""

from __future__ import annotations

import uuid

from pytest_bdd import parsers, then, when

from seatrial import declaration, states
from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import at_least, covering, every, none, rows, some
from seatrial.faults import Create, Journal
from seatrial.observers.cluster import Cluster
from steps.support import capabilities, collectors, manifests, nodes
from steps.support.capabilities import Platform
from steps.support.instruments import Containers, Logs, Metrics
from steps.support.limits import TIME
from steps.support.pods import remove

_MINUTE = 60


@then(parsers.parse("every member of the cluster has a ready collector of {of}"))
def _(cluster: Cluster, platform: Platform, of: str) -> None:
    capabilities.need(platform, collectors.COLLECTORS[of])
    ready = every("members of the cluster", least=6, collector="ready")
    eventually(lambda: collectors.collectors(cluster, of), ready, within=TIME.rollout)


@then("every collector of logs mounts the logs of its node")
@declaration
def _(cluster: Cluster, platform: Platform) -> None:
    capabilities.need(platform, collectors.COLLECTORS["logs"])
    reads = every("collectors", reads=covering({"/var/log"}))
    eventually(lambda: collectors.reading(cluster, "logs"), reads, within=TIME.settle)


@then(parsers.parse('every collector of logs is told to send them to "{store}" on port {port:d}'))
@declaration
def _(cluster: Cluster, platform: Platform, store: str, port: int) -> None:
    capabilities.need(platform, collectors.COLLECTORS["logs"])
    sends = every("collectors", sends_to={f"{store}:{port}"})
    eventually(lambda: collectors.sending(cluster, "logs"), sends, within=TIME.settle)


@when(parsers.parse('the collector of {of} in "{zone}" is removed'))
@states(zone="zones")
def _(cluster: Cluster, platform: Platform, faults: Journal, of: str, zone: str) -> None:
    capabilities.need(platform, collectors.COLLECTORS[of])
    remove(cluster, faults, collectors.collector_on(cluster, of, nodes.in_zone(cluster, zone)))


@when("a pod writes a line that nobody has written before", target_fixture="lines")
def _(containers: Containers, changes: Journal) -> dict[str, str]:
    return _write(containers, changes, "")


@when("a pod on each node writes a line that nobody has written before", target_fixture="lines")
def _(cluster: Cluster, containers: Containers, changes: Journal) -> dict[str, str]:
    written: dict[str, str] = {}
    for node in nodes.members(cluster, "node"):
        written |= _write(containers, changes, node)
    return written


@when("a program on each machine writes a line that nobody has written before", target_fixture="lines")
def _(cluster: Cluster, platform: Platform) -> dict[str, str]:
    shell = capabilities.have(platform.actuators().own.machine_shell)
    written = {machine: uuid.uuid4().hex for machine in nodes.members(cluster)}
    for machine, line in written.items():
        shell.run(machine, "systemd-cat", "--identifier=seatrial", "echo", line)
    return written


@then(parsers.parse("the line is found in the logs within {seconds:d} seconds, with the name of that pod"))
@then(parsers.parse("each line is found in the logs within {seconds:d} seconds, with the name of its pod"))
def _(logs: Logs, lines: dict[str, str], seconds: int) -> None:
    _found(logs, lines, "pod", seconds)


@then(parsers.parse("each line is found in the logs within {seconds:d} seconds, with the name of its machine"))
def _(logs: Logs, lines: dict[str, str], seconds: int) -> None:
    _found(logs, lines, "node", seconds)


@then("a line that nobody wrote is not found in the logs")
def _(logs: Logs) -> None:
    mark = uuid.uuid4().hex
    eventually(lambda: logs.find(mark), none("such line"), within=TIME.data)


@then(parsers.parse("metrics of {of} of every member of the cluster have arrived within the last minute"))
def _(cluster: Cluster, metrics: Metrics, of: str) -> None:
    wanted = {member: {"points": at_least(1)} for member in nodes.members(cluster)}
    eventually(lambda: metrics.hosts(_MINUTE, of), rows("hosts", wanted, exactly=False), within=TIME.data)


@then("no metrics of a node that does not exist have arrived")
def _(cluster: Cluster, metrics: Metrics) -> None:
    known = rows("hosts", {member: {} for member in nodes.members(cluster)})
    eventually(lambda: metrics.hosts(_MINUTE), known, within=TIME.data)


@then(parsers.parse('metrics of "{name}" have arrived within the last minute'))
def _(metrics: Metrics, name: str) -> None:
    wanted = {name: {"points": at_least(1)}}
    eventually(lambda: metrics.services(_MINUTE), rows("microservices", wanted, exactly=False), within=TIME.data)


@then(parsers.parse('"grafana" has "{source}" as a source'))
def _(metrics: Metrics, source: str) -> None:
    eventually(metrics.sources, some("sources", kind=source, healthy=True), within=TIME.data)


@then("a graph of the nodes shows values of the last minute")
def _(metrics: Metrics) -> None:
    shows = every("series", points=at_least(1))
    eventually(lambda: metrics.graph("nodes", _MINUTE), shows, within=TIME.data)


def _found(logs: Logs, lines: dict[str, str], of: str, seconds: int) -> None:
    found = rows("lines", {writer: {"line": line} for writer, line in lines.items()})
    eventually(lambda: collectors.lines(logs, lines, of), found, within=seconds * TIME.patience)


def _write(containers: Containers, changes: Journal, node: str) -> dict[str, str]:
    name, line = f"trial-writer-{uuid.uuid4().hex[:8]}", uuid.uuid4().hex
    say = f"echo {line}; exec sleep 600"
    writer = manifests.pod(name, containers.image("tools"), command=say, node=node)
    changes.inject(Create(writer))
    return {name: line}
