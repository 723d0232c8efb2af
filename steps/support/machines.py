"""The AWS side of one platform: machines, groups, networks, openings."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from seatrial.checks.expectations import Rows
from seatrial.observers.aws import Aws

EVERYBODY = "0.0.0.0/0"
OWNER = "KubernetesCluster"
_ALIVE = ("running", "pending")
_ENDED = ("terminated", "shutting-down")
_ROLES = {
    "master": ("k8s.io/role/control-plane", "k8s.io/role/master"),
    "node": ("k8s.io/role/node",),
}


class Estate:
    """What a platform has in its account.

    Args:
        aws: The account.
        cluster: The platform's full name, which everything of its bears as a tag.
    """

    def __init__(self, aws: Aws, cluster: str) -> None:
        self._aws = aws
        self._cluster = cluster
        self._tags = {OWNER: cluster}

    def machines(self, role: str | None = None) -> Rows:
        """Return every running machine by its id, or those of one *role*."""
        return {m.id: _machine(m) for m in self._running() if role in (None, role_of(m.tags))}

    def in_our_networks(self) -> Rows:
        """Return every running machine in the platform's networks by its id, whatever name it bears."""
        ours = set(self.networks())
        return {m.id: _machine(m) for m in self._aws.instances() if m.state in _ALIVE and m.vpc in ours}

    def machine_in(self, zone: str, role: str) -> str:
        """Return the id of the machine of *role* in *zone*, running or stopped.

        Raises:
            LookupError: If there is none.
        """
        there = [m for m in self._aws.instances(self._tags) if m.state not in _ENDED]
        found = [m.id for m in there if m.zone == zone and role_of(m.tags) == role]
        if not found:
            raise LookupError(f"no {role} in {zone}")
        return found[0]

    def by_zone(self, role: str) -> Rows:
        """Return every zone that has machines of *role*, with how many."""
        zones = [str(m["zone"]) for m in self.machines(role).values()]
        return {zone: {"machines": zones.count(zone)} for zone in zones}

    def groups(self, role: str | None = None) -> Rows:
        """Return every group of machines by name, or those of one *role*: how many it keeps, and of what type."""
        found = [g for g in self._aws.groups(self._tags) if role in (None, role_of(g.tags))]
        return {
            g.name: {
                "size": {"least": g.min, "wanted": g.desired, "most": g.max},
                "suspended": set(g.suspended),
                "type": g.type,
                "session_tokens": g.session_tokens,
            }
            for g in found
        }

    def networks(self) -> Rows:
        """Return every network of the platform by its id with its range."""
        return {v.id: {"range": v.cidr} for v in self._aws.vpcs(self._tags)}

    def load_balancers(self) -> Rows:
        """Return every load balancer, of any kind, but those in a network that bears another platform's name."""
        foreign = {v.id for v in self._aws.vpcs() if v.tags.get(OWNER, self._cluster) != self._cluster}
        return {b.name: {"kind": b.kind} for b in self._aws.load_balancers() if b.vpc not in foreign}

    def owners(self, things: str) -> Rows:
        """Return all *things* of the platform with their owner.

        The things are ``machines``, ``groups``, ``volumes``, ``subnets`` and ``security groups``. A thing is the
        platform's if it bears its name, if it belongs to a thing that does, or if its name ends with the platform's.
        """
        found: Mapping[str, Callable[[], Sequence[tuple[str, Mapping[str, str]]]]] = {
            "machines": lambda: [(m.id, m.tags) for m in self._in_our_groups()],
            "groups": lambda: [(g.name, g.tags) for g in self._aws.groups() if g.name.endswith(self._cluster)],
            "volumes": lambda: [(v.id, v.tags) for v in self._aws.volumes() if self._near(v.tags)],
            "subnets": self._subnets_in_our_networks,
            "security groups": self._security_groups_in_our_networks,
        }
        return {name: {"team": tags.get(OWNER, "nobody")} for name, tags in found[things]()}

    def volumes_of(self, team: str) -> Rows:
        """Return every volume that bears the name of another *team*."""
        found = self._aws.volumes({OWNER: team})
        return {v.id: {"size": v.size, "zone": v.zone, "state": v.state, "tags": dict(v.tags)} for v in found}

    def doors(self, port: int) -> Rows:
        """Return the nodes' security group with whom it lets in at *port*."""
        return {
            g.name: {"port": port, "open_to": sources(g.ingress, port)}
            for g in self._aws.security_groups(self._tags)
            if g.name == f"nodes.{self._cluster}"
        }

    def group_of_nodes(self) -> str:
        """Return the id of the nodes' security group.

        Raises:
            LookupError: If there is none.
        """
        name = f"nodes.{self._cluster}"
        for group in self._aws.security_groups(self._tags):
            if group.name == name:
                return group.id
        raise LookupError(f"no security group {name}")

    def open_to_ranges(self, port: int) -> Rows:
        """Return the security groups of masters and nodes with the ranges of addresses that they let in at *port*."""
        groups = {g.id for g in self._aws.security_groups()}
        return {
            g.name: {"port": port, "open_to_ranges": sources(g.ingress, port) - groups}
            for g in self._aws.security_groups(self._tags)
        }

    def openings(self) -> Rows:
        """Return every opening of every security group that a machine has or that lies in our network.

        An opening is named as it is agreed: the group, the protocol, the ports, who may come.
        """
        networks = set(self.networks())
        worn = {group for machine in self._running() for group in machine.security_groups}
        groups = self._aws.security_groups()
        called = {g.id: g.name.removesuffix(f".{self._cluster}") for g in groups}
        ours = [g for g in groups if g.id in worn or g.tags.get(OWNER) == self._cluster or g.vpc in networks]
        return {
            f"{called[g.id]} {rule.written(called)}": {}
            for g in ours
            for rule in g.ingress
            if g.id in worn or g.name != "default"  # which opens itself to itself, and which nobody has
        }

    def _running(self) -> list[Any]:
        return [m for m in self._aws.instances(self._tags) if m.state in _ALIVE]

    def _in_our_groups(self) -> list[Any]:
        ours = {g.name for g in self._aws.groups() if g.name.endswith(self._cluster)}
        return [m for m in self._aws.instances() if m.state in _ALIVE and m.group in ours]

    def _near(self, tags: Mapping[str, str]) -> bool:
        return tags.get("Name", "").endswith(self._cluster) or tags.get(OWNER) == self._cluster

    def _subnets_in_our_networks(self) -> list[tuple[str, Mapping[str, str]]]:
        ours = set(self.networks())
        return [(subnet.id, subnet.tags) for subnet in self._aws.subnets() if subnet.vpc in ours]

    def _security_groups_in_our_networks(self) -> list[tuple[str, Mapping[str, str]]]:
        ours = set(self.networks())
        return [(g.name, g.tags) for g in self._aws.security_groups() if g.vpc in ours and g.name != "default"]


def role_of(tags: Mapping[str, str]) -> str:
    """Say what a machine is for, by its *tags*: ``master``, ``node`` or nothing known."""
    return next((role for role, keys in _ROLES.items() if any(key in tags for key in keys)), "")


def sources(rules: Sequence[Any], port: int) -> set[str]:
    """Name every source that the *rules* of a security group let in at a TCP *port*."""
    return {rule.source for rule in rules if _covers(rule, port)}


def within(network: str) -> Callable[[str], bool]:
    """Return a test for an address within *network*."""
    return lambda address: bool(address) and ipaddress.ip_address(address) in ipaddress.ip_network(network)


def _covers(rule: Any, port: int) -> bool:
    if rule.protocol not in ("tcp", "-1"):
        return False
    return rule.first_port is None or rule.first_port <= port <= rule.last_port


def _machine(machine: Any) -> dict[str, object]:
    return {
        "role": role_of(machine.tags),
        "zone": machine.zone,
        "type": machine.type,
        "address": machine.private_ip,
        "public_address": machine.public_ip or "",
        "session_tokens": machine.session_tokens,
    }
