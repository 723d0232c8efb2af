"""The estate held against what was agreed, beside kops's own preview of what it would change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from provision.estate import store, zones
from provision.estate.access import AwsAccess
from provision.estate.account.delegation import Ask
from provision.estate.names import CLUSTER_TAG, MEMBER_TAG, Names
from provision.estate.openings import agreed_openings
from provision.estate.policies import foreign_policies
from provision.spec import PlatformSpec
from seatrial.observers.aws import Aws, IngressRule, Instance, SecurityGroup, Volume
from seatrial.provisioning.comparing import Difference

_ALIVE = ("pending", "running", "stopping", "stopped")
_MASTER = "k8s.io/role/control-plane"
_MADE_FOR = ("k8s.io/etcd/", "kubernetes.io/created-for/", "ebs.csi.aws.com/")  # volumes of etcd, and of claims
_THERE = "present"


@dataclass(frozen=True)
class Look:
    """One look at a platform's estate.

    Attributes:
        aws: The account.
        access: The same, for what no observer reads.
        spec: The platform's parameters.
        names: What marks a resource as the platform's.
        ask: Asks who serves a zone by its parent's word.
    """

    aws: Aws
    access: AwsAccess
    spec: PlatformSpec
    names: Names
    ask: Ask

    @property
    def tags(self) -> dict[str, str]:
        """The tag of all that is the platform's."""
        return {CLUSTER_TAG: self.names.cluster}


def differences(look: Look) -> list[Difference]:
    """Return every difference of machines, roles, openings, volumes, bucket and zone from what was agreed."""
    parts = (_machines, _strangers, _roles, _openings, _volumes, _bucket, _zone)
    return [one for part in parts for one in part(look)]


def excess(look: Look) -> list[tuple[SecurityGroup, IngressRule, str]]:
    """Return every opening that nobody agreed on, of the groups that our machines have or that lie in our network.

    Returns:
        Each with its group and how it is written, as in ``nodes tcp 22 0.0.0.0/0``.
    """
    cluster = look.names.cluster
    networks = {network.id for network in look.aws.vpcs(look.tags)}
    worn = {group for machine in _alive(look) for group in machine.security_groups}
    groups = look.aws.security_groups()
    called = {g.id: g.name.removesuffix(f".{cluster}") for g in groups}
    near = [g for g in groups if g.id in worn or look.names.owns(g.tags) or (g.vpc in networks and g.name != "default")]
    agreed = set(agreed_openings(look.spec))
    written = [(group, rule, f"{called[group.id]} {rule.written(called)}") for group in near for rule in group.ingress]
    return [one for one in written if one[2] not in agreed]


def _machines(look: Look) -> Iterator[Difference]:
    for machine in _alive(look):
        if machine.group is None:
            yield Difference(f"machine {machine.id}", "", None, _THERE)
        yield from _compared(f"machine {machine.id}", [("type", _type(look.spec, machine), machine.type)])


def _strangers(look: Look) -> Iterator[Difference]:
    """Give machines in our networks that are not ours, and ours that bear other security groups than their own."""
    networks = {network.id for network in look.aws.vpcs(look.tags)}
    ours = {machine.id: machine for machine in _alive(look)}
    for machine in look.aws.instances():
        if machine.vpc in networks and machine.state in _ALIVE and machine.id not in ours:
            yield Difference(f"machine {machine.id} in our network", "", None, _THERE)
    called = {group.id: group.name for group in look.aws.security_groups()}
    for machine in ours.values():
        agreed = f"{'masters' if _MASTER in machine.tags else 'nodes'}.{look.names.cluster}"
        worn = sorted(called.get(group, group) for group in machine.security_groups)
        yield from _compared(f"machine {machine.id}", [("security groups", [agreed], worn)])


def _alive(look: Look) -> list[Instance]:
    return [machine for machine in look.aws.instances(look.tags) if machine.state in _ALIVE]


def _type(spec: PlatformSpec, machine: Instance) -> str:
    return spec.masters.type if _MASTER in machine.tags else spec.nodes.type


def _roles(look: Look) -> Iterator[Difference]:
    for role, policy in foreign_policies(look.access, look.names):
        yield Difference(f"role {role}", f"policy {policy.name}", None, policy.kind)


def _openings(look: Look) -> Iterator[Difference]:
    for group, _, text in excess(look):
        yield Difference(f"security group {group.name}", f"opening {text.partition(' ')[2]}", None, _THERE)


def _volumes(look: Look) -> Iterator[Difference]:
    wanted = look.spec.mongodb
    there = look.aws.volumes(look.tags)
    found = {v.tags[MEMBER_TAG]: v for v in there if MEMBER_TAG in v.tags}
    for volume in there:
        if MEMBER_TAG not in volume.tags and not _made_for(volume) and volume.attached is None:
            yield Difference(f"volume {volume.id}", "", None, _THERE)
    for member in map(str, range(wanted.members)):
        if member not in found:
            yield Difference(f"volume of MongoDB member {member}", "", _THERE, None)
            continue
        yield from _compared(f"volume {found[member].id}", _settings_of_volume(look, int(member), found[member]))
    for member in found.keys() - set(map(str, range(wanted.members))):
        yield Difference(f"volume {found[member].id}", "", None, _THERE)


def _made_for(volume: Volume) -> bool:
    return any(tag.startswith(_MADE_FOR) for tag in volume.tags)


def _settings_of_volume(look: Look, member: int, volume: Volume) -> list[tuple[str, object, object]]:
    agreed, zones = look.spec.mongodb.volume, look.spec.zones
    return [
        ("GiB", agreed.size, volume.size),
        ("type", agreed.type, volume.type),
        ("encrypted", True, volume.encrypted),
        ("zone", zones[member % len(zones)], volume.zone),
        ("tag Name", f"mongodb-{member}.{look.names.cluster}", volume.tags.get("Name")),
    ]


def _bucket(look: Look) -> Iterator[Difference]:
    thing = f"bucket {look.names.store}"
    found = next((b for b in look.aws.buckets() if b.name == look.names.store), None)
    if found is None:
        yield Difference(thing, "", _THERE, None)
        return
    settings = [("versioned", found.versioned), ("encrypted", found.encrypted), ("closed to the public", found.private)]
    yield from _compared(thing, [(name, True, value) for name, value in settings])
    if policy := store.policy_of(look.access, look.names.store):
        yield Difference(thing, "policy", None, policy)


def _zone(look: Look) -> Iterator[Difference]:
    found, kind = zones.delegation(look), look.spec.dns.zone
    thing = f"hosted zone {look.names.cluster}"
    if not found.kinds:
        yield Difference(thing, "", kind, None)
        return
    yield from _compared(thing, [("kinds", [kind], found.kinds)])
    if kind == "public":
        yield from _compared(thing, [("delegated to", sorted(found.served_by), sorted(found.delegated_to))])


def _compared(thing: str, fields: Iterable[tuple[str, object, object]]) -> Iterator[Difference]:
    for name, wanted, found in fields:
        if wanted != found:
            yield Difference(thing, name, wanted, found)
