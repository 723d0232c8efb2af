"""Breaks of machines: their size, their place, their groups, what may run on them."""

from __future__ import annotations

from typing import Any

from lightkube.resources.core_v1 import Pod

from seatrial.faults import CallAws
from seatrial.sabotage import Sabotage, Site, until
from steps.breaks import rounds
from steps.support.site import INSTANCE, ZONE, masters, nodes

_MACHINES = "features/cluster/machines.feature"
_WORKING = f"{_MACHINES}::Every machine is a working member of the cluster"
_GROUPS = "features/cluster/replacement.feature::Groups keep exactly one machine each"


def machine_cordoned(site: Site) -> tuple[str, ...]:
    machine = masters(site)[2].metadata  # no pod moves because of it
    site.patch("v1 Node", machine.name, "", {"spec": {"unschedulable": True}})
    return (machine.labels[INSTANCE],)


def node_misplaced(site: Site) -> tuple[str, ...]:
    node = nodes(site)[0].metadata
    site.patch("v1 Node", node.name, "", {"metadata": {"labels": {ZONE: "eu-west-1c"}}})
    return (node.labels[INSTANCE],)


def master_open(site: Site) -> tuple[str, ...]:
    master = masters(site)[0].metadata.name
    site.patch("v1 Node", master, "", {"spec": {"taints": None}})
    return (master,)


def node_drained(site: Site) -> tuple[str, ...]:
    """Cordon a node and have leave it what may: one member of MongoDB finds no other place."""
    node = nodes(site)[0].metadata.name
    site.patch("v1 Node", node, "", {"spec": {"unschedulable": True}})
    for pod in _movable(site, node):  # whoever owns it makes another, so that there is nothing to undo
        site.kube.delete(Pod, pod.metadata.name, namespace=pod.metadata.namespace, grace_period=0)
    until(f"{node} is drained", lambda: not _movable(site, node))
    return (node,)


def _movable(site: Site, node: str) -> list[Any]:
    found = site.kube.list(Pod, namespace="*", fields={"spec.nodeName": node})
    return [p for p in found if all(o.kind != "DaemonSet" for o in p.metadata.ownerReferences or [])]


def machine_too_small(site: Site) -> tuple[str, ...]:
    machine = nodes(site)[2].metadata.labels[INSTANCE]
    small, large = ({"InstanceId": machine, "InstanceType": {"Value": size}} for size in ("t2.small", "t2.large"))
    site.inject(CallAws("ec2", "modify_instance_attribute", small, "modify_instance_attribute", large))
    return (machine,)


def group_too_large(site: Site) -> tuple[str, ...]:
    name = f"nodes-eu-west-1a.{site.facts.cluster}"
    more, one = ({"AutoScalingGroupName": name, "MaxSize": most} for most in (3, 1))
    site.inject(CallAws("autoscaling", "update_auto_scaling_group", more, "update_auto_scaling_group", one))
    return (name,)


def replacement_suspended(site: Site) -> tuple[str, ...]:
    name = f"nodes-eu-west-1b.{site.facts.cluster}"
    told = {"AutoScalingGroupName": name, "ScalingProcesses": ["ReplaceUnhealthy"]}
    site.inject(CallAws("autoscaling", "suspend_processes", told, "resume_processes", told))
    return (name,)


SABOTAGES = (
    Sabotage(
        "a machine takes no work",
        machine_cordoned,
        _WORKING,
        rounds.PLATFORM,
        ("open to work yes", "open to work no"),
    ),
    # not beside a node that is drained, which the scenario would name first
    Sabotage("a node in another zone", node_misplaced, _WORKING, rounds.OPEN),
    Sabotage(
        "a machine of another size",
        machine_too_small,
        f"{_MACHINES}::The size of a node",
        rounds.PLATFORM,
        ("type t2.large", "type t2.small"),
    ),
    # with nothing else: what another undoing starts anew could be put on the master
    Sabotage(
        "a master is open to applications",
        master_open,
        f"{_MACHINES}::Applications are turned away by the masters",
        rounds.MASTERS,
        ("closed to applications yes", "closed to applications no"),
    ),
    Sabotage("a group may grow", group_too_large, _GROUPS, rounds.PLATFORM, ("most=1", "most=3")),
    Sabotage(
        "a group replaces no machine", replacement_suspended, _GROUPS, rounds.PLATFORM, ("suspended ReplaceUnhealthy",)
    ),
    Sabotage(
        "a node does not earn its keep",
        node_drained,
        "features/density/density.feature::The least on any node",
        rounds.MAINTENANCE,
        ("at least 4",),
    ),
)
