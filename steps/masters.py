"""Words about masters and the memory that they share."""

from __future__ import annotations

from pytest_bdd import parsers, then, when

from seatrial import states
from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import Rows, equal_to, every, not_equal, rows
from seatrial.faults import Journal, StopInstances
from seatrial.observers.cluster import Cluster
from seatrial.observers.etcd import Etcd
from steps.support import capabilities, nodes
from steps.support import masters as quorum
from steps.support.capabilities import Platform
from steps.support.faults import GrowEtcd, StartInstances
from steps.support.limits import TIME
from steps.support.machines import Estate


@then(parsers.parse("etcd has {count:d} healthy members, one on each master"))
@states(count="masters.count")
def _(cluster: Cluster, etcd: Etcd, platform: Platform, count: int) -> None:
    masters = every("masters", least=count, ready=True)
    eventually(lambda: nodes.members(cluster, "master"), masters, within=TIME.master_back)
    each = rows("masters", {master: {"members_of_etcd": 1} for master in nodes.members(cluster, "master")})
    elsewhere = platform.facts.etcd_at
    eventually(lambda: quorum.by_master(cluster, etcd, elsewhere), each, within=TIME.master_back)
    _all_healthy(etcd, count)


@then(parsers.parse("etcd has {count:d} healthy members"))
def _(etcd: Etcd, count: int) -> None:
    _all_healthy(etcd, count)


@then(parsers.parse("a majority is {count:d} of its members"))
def _(etcd: Etcd, count: int) -> None:
    eventually(lambda: quorum.majority(quorum.members(etcd)), equal_to(count, "majority"), within=TIME.settle)


@then("exactly one member leads, and all members agree on it")
def _(etcd: Etcd) -> None:
    def followed() -> Rows:
        leads = quorum.leader(etcd)
        return {name: {**row, "agrees": row["follows"] == leads} for name, row in quorum.members(etcd).items()}

    eventually(followed, every("members of etcd", agrees=True), within=TIME.failover)


@when(parsers.parse('the master in "{zone}" is lost'))
@states(zone="zones")
def _(estate: Estate, etcd: Etcd, faults: Journal, zone: str) -> None:
    _lose(estate, etcd, faults, zone)


@when(parsers.parse('the masters in "{a}" and "{b}" are lost'), target_fixture="lost_masters")
@states(a="zones", b="zones")
def _(estate: Estate, etcd: Etcd, faults: Journal, a: str, b: str) -> dict[str, str]:
    return _lose(estate, etcd, faults, a, b)


@when("the master that leads etcd is lost")
def _(estate: Estate, cluster: Cluster, etcd: Etcd, platform: Platform, faults: Journal) -> None:
    led = quorum.leader(etcd)
    _lose(estate, etcd, faults, quorum.zone_of_leader(cluster, etcd, platform.facts.etcd_at))
    eventually(lambda: quorum.leader(etcd), equal_to(not_equal(led), "the leader"), within=TIME.failover)


@when(parsers.parse("etcd grows by {count:d} members"))
def _(etcd: Etcd, platform: Platform, faults: Journal, count: int) -> None:
    capabilities.have(platform.actuators().own.etcd_size)
    faults.inject(GrowEtcd(count, len(quorum.members(etcd))))


@when("the masters are restarted one at a time")
def _(estate: Estate, etcd: Etcd, faults: Journal) -> None:
    masters = sorted(estate.machines("master"))
    for master in masters:
        faults.inject(StopInstances((master,)))
        down = equal_to(len(masters) - 1, "healthy members")
        eventually(lambda: quorum.healthy(etcd), down, within=TIME.node_lost)
        faults.inject(StartInstances((master,)))
        _all_healthy(etcd, len(masters))


def _lose(estate: Estate, etcd: Etcd, faults: Journal, *zones: str) -> dict[str, str]:
    """Lose the masters in *zones*, see that their members of the memory are down, and give the machines by zone."""
    lost = {zone: estate.machine_in(zone, "master") for zone in zones}
    left = quorum.healthy(etcd) - len(lost)
    faults.inject(StopInstances(tuple(lost.values())))
    eventually(lambda: quorum.healthy(etcd) <= left, equal_to(True, "the members are down"), within=TIME.node_lost)
    return lost


def _all_healthy(etcd: Etcd, count: int) -> None:
    healthy = every("members of etcd", least=count, healthy=True, votes=True)
    eventually(lambda: quorum.members(etcd), healthy, within=TIME.master_back)
    eventually(lambda: len(quorum.members(etcd)), equal_to(count, "members of etcd"), within=TIME.settle)
