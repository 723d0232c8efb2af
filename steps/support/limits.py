"""Every time limit of this platform's words; how they are measured and scaled: `seatrial.checks.limits`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from seatrial.checks import limits


@dataclass
class PlatformTime(limits.Time):
    """How long something of this platform may take to become true (seconds)."""

    rollout: float = 60.0  # a Deployment's new pods replace its old ones
    failover: float = 30.0  # writes go on after one of three masters was lost
    quorum_back: float = 60.0  # writes go on after a lost majority has returned
    master_back: float = 90.0  # a lost master serves and its etcd member is healthy again
    node_lost: float = 60.0  # a dead machine's node is NotReady
    node_replaced: float = 90.0  # a group's new instance is a Ready node
    dns_update: float = 20.0  # from an event in the cluster to the records in the zone
    dns_moved: float = 60.0  # the same, where who keeps the names was lost as well and has to start elsewhere
    dns_repair: float = 75.0  # a record changed by hand is put right: one resync of the updater and its writes
    dns_failover: float = 60.0  # a failed node leaves the answers by its health check
    volume_bind: float = 60.0  # a claim is bound and its pod scheduled
    drift_undone: float = 60.0  # applying again undoes a hand-made change
    http: float = 60.0  # a route answers as agreed
    data: float = 90.0  # a database, an index or a series shows what was sent
    delivery: float = 300.0  # what was pushed is rolled out
    refusal: float = 30.0  # a write without quorum gives up: etcd itself waits seven seconds

    # how long something must stay true; see `_WINDOWS`
    unbegun: float = 3.0  # no rollout begins: the controllers have answered a change within a tenth of it
    unreleased: float = 15.0  # nothing is rolled out: the server looks what may begin every ten seconds
    stuck: float = 5.0  # a rollout does not complete: new pods were asked twice whether they are ready
    beyond_resync: float = 1.0  # and so long after the updater has looked at everything anew

    def __getattribute__(self, name: str) -> Any:
        if name in _WINDOWS:
            return object.__getattribute__(self, name)
        return limits.TIME.patience if name == "patience" else super().__getattribute__(name)


_WINDOWS = {"unbegun", "unreleased", "stuck", "beyond_resync"}
"""What could still happen does not happen sooner for anybody's patience."""

TIME = PlatformTime()
"""The limits in force, by the patience that the run was given."""
