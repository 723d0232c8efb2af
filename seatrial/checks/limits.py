"""Every time limit of the harness, in one place.

Limits are seconds on an idle machine of two cores, about ten times what was measured on the embedded target.
`--patience 2` doubles them all, for a slower machine; windows of observation are never scaled down below their value.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields


@dataclass
class Time:
    """Named limits (seconds). Read them as attributes of `TIME`, which scales them by its patience."""

    patience: float = field(default=1.0)

    # how long something may take to become true
    settle: float = 30.0  # whatever a controller does to one object
    rollout: float = 60.0  # a Deployment's new pods replace its old ones
    failover: float = 30.0  # writes go on after one of three masters was lost
    quorum_back: float = 60.0  # writes go on after a lost majority has returned
    master_back: float = 90.0  # a lost master serves and its etcd member is healthy again
    node_lost: float = 60.0  # a dead machine's node is NotReady
    node_replaced: float = 90.0  # a group's new instance is a Ready node
    dns_update: float = 20.0  # from an event in the cluster to the records in the zone
    dns_repair: float = 75.0  # a record changed by hand is put right: one resync of the updater and its writes
    dns_failover: float = 60.0  # a failed node leaves the answers by its health check
    volume_bind: float = 60.0  # a claim is bound and its pod scheduled
    drift_undone: float = 60.0  # applying again undoes a hand-made change
    undo: float = 120.0  # a fault is undone and seen to be undone
    http: float = 60.0  # a route answers as agreed
    data: float = 90.0  # a database, an index or a series shows what was sent

    fresh: float = 5.0  # what a verdict rests on is no older: the API server confirms a cache in some milliseconds

    # how long something must stay true, or must not happen
    window: float = 1.0  # the "only if" half of a rule
    refusal: float = 30.0  # a write without quorum gives up: etcd itself waits seven seconds

    def __getattribute__(self, name: str) -> float:
        value: float = object.__getattribute__(self, name)
        patience: float = object.__getattribute__(self, "patience")
        if name in _BOUNDS:
            return value * max(patience, 1.0)
        return value * patience if name in _SCALED else value


_WINDOWS = {"window"}
_BOUNDS = {"fresh"}  # what a server needs to answer does not become less with anybody's patience
_SCALED = {f.name for f in fields(Time)} - {"patience"} - _WINDOWS

TIME = Time()
"""The limits in force; the plugin sets their patience."""
