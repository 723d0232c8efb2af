"""Breaks at random of the estate: one record, opening, health check, tag, group's setting, or setting of the bucket."""

from __future__ import annotations

from random import Random
from typing import Any

from seatrial.faults import CallAws, ReplaceRecord
from seatrial.sabotage import Chance, Pick, Site
from steps.breaks.access import forgetting
from steps.breaks.names import records
from steps.breaks.networks import group_of
from steps.support import openings
from steps.support.site import nodes, visited

_OPENINGS = "features/cluster/network.feature::Nothing is open but what was agreed"
_RECORDS = "features/dns/records.feature::Every service has a record"
_CHECKS = "features/dns/records.feature::A health check for each node"
_GROUPS = "features/cluster/replacement.feature::Groups keep exactly one machine each"
_TAGS = "features/isolation/teams.feature::Whatever was made in the account"
_BUCKET = "features/access/shared_access.feature::The bucket is closed to everybody else, and forgets nothing"
_SUSPENDED = ("Launch", "Terminate", "HealthCheck", "ReplaceUnhealthy", "AZRebalance", "AlarmNotification")
_LAST_PORT = 65535


def record_changed(site: Site, dice: Random) -> Pick:
    """Pick a record of ours that goes, lives as long as it should not, or leads elsewhere."""
    record = dice.choice(sorted(records(site), key=lambda r: (r["Name"], r.get("SetIdentifier", ""))))
    other = dice.choice(
        (None, record | {"TTL": record["TTL"] + 1}, record | {"ResourceRecords": [{"Value": "172.20.250.250"}]})
    )
    name = str(record["Name"]).rstrip(".")
    what = f"record {name}: {'gone' if other is None else {key: other[key] for key in ('TTL', 'ResourceRecords')}}"
    return Pick(name, what, (name,), lambda: site.inject(ReplaceRecord(site.facts.zone_id, record, other)))


def opened(site: Site, dice: Random) -> Pick:
    """Pick an opening of the machines of one role that nobody agreed on."""
    role, port = dice.choice(("masters", "nodes")), dice.randrange(1, _LAST_PORT)
    source: dict[str, Any] = dice.choice(
        (
            {"IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
            {"Ipv6Ranges": [{"CidrIpv6": "::/0"}]},
            {"IpRanges": [{"CidrIp": f"198.51.100.{dice.randrange(256)}/32"}]},
        )
    )
    protocol = dice.choice(("tcp", "udp"))
    opening = openings.permission(port, **source) | {"IpProtocol": protocol}
    fault = openings.opened(group_of(site, role)["GroupId"], opening)
    what = f"{role}: {protocol} {port} is open to {source}"
    return Pick(f"{role} {port}", what, (f"{role} {protocol} {port}",), lambda: site.inject(fault))


def check_changed(site: Site, dice: Random) -> Pick:
    """Pick a health check of a node, and another value of one of its settings."""
    node = dice.choice(nodes(site))
    listed = site.aws("route53").list_health_checks()["HealthChecks"]
    check = dice.choice([c for c in listed if c["HealthCheckConfig"].get("IPAddress") == visited(site, node)])
    config = check["HealthCheckConfig"]
    to: dict[str, Any] = dice.choice(
        (
            {"ResourcePath": "/elsewhere"},
            {"Port": config["Port"] + 1},
            {"FailureThreshold": config.get("FailureThreshold", 3) + 2},
            {"Disabled": True},
            {"Inverted": True},
        )
    )
    named = {"HealthCheckId": check["Id"]}
    before = {name: config.get(name, False) for name in to}
    fault = CallAws("route53", "update_health_check", named | to, "update_health_check", named | before)
    name = str(node.metadata.name)
    return Pick(
        f"health check of {name}: {', '.join(to)}", f"health check of {name}: {to}", (name,), lambda: site.inject(fault)
    )


def tag_changed(site: Site, dice: Random) -> Pick:
    """Pick a tag of ours of a volume, a security group or a subnet; it says another team, or is gone.

    A machine that is not ours any more is a machine that is lost: what simulates machines goes by their tags.
    """
    kind = dice.choice(("volume", "security-group", "subnet"))
    found = site.aws("ec2").describe_tags(
        Filters=[{"Name": "resource-type", "Values": [kind]}, {"Name": "key", "Values": ["KubernetesCluster"]}]
    )["Tags"]
    mine = sorted(tag["ResourceId"] for tag in found if tag["Value"] == site.facts.cluster)
    resource = dice.choice(mine)
    right = {"Resources": [resource], "Tags": [{"Key": "KubernetesCluster", "Value": site.facts.cluster}]}
    wrong = {"Resources": [resource], "Tags": [{"Key": "KubernetesCluster", "Value": "strangers.example.com"}]}
    gone = dice.random() < 0.5  # noqa: PLR2004 - as likely as not
    fault = CallAws("ec2", "delete_tags" if gone else "create_tags", right if gone else wrong, "create_tags", right)
    what = f"{kind} {resource}: tag KubernetesCluster {'is gone' if gone else 'names strangers'}"
    return Pick(resource, what, (_called(site, kind, resource),), lambda: site.inject(fault))


def _called(site: Site, kind: str, resource: str) -> str:
    """Return what scenarios call a resource: a security group by its name."""
    if kind != "security-group":
        return resource
    (group,) = site.aws("ec2").describe_security_groups(GroupIds=[resource])["SecurityGroups"]
    return str(group["GroupName"])


def group_changed(site: Site, dice: Random) -> Pick:
    """Pick a setting of a group of machines."""
    client = site.aws("autoscaling")
    groups = client.describe_auto_scaling_groups()["AutoScalingGroups"]
    mine = sorted((g for g in groups if site.facts.cluster in g["AutoScalingGroupName"]), key=_name)
    group = dice.choice(mine)
    name = _name(group)
    of = {"AutoScalingGroupName": name}
    if dice.random() < 0.5:  # noqa: PLR2004 - as likely as not
        told = of | {"ScalingProcesses": [dice.choice(_SUSPENDED)]}
        fault = CallAws("autoscaling", "suspend_processes", told, "resume_processes", told)
        return Pick(name, f"group {name}: suspended {told['ScalingProcesses']}", (name,), lambda: site.inject(fault))
    setting, value = dice.choice((("MaxSize", 2), ("MinSize", 0)))
    to, before = of | {setting: value}, of | {setting: group[setting]}
    update = "update_auto_scaling_group"
    fault = CallAws("autoscaling", update, to, update, before)
    return Pick(name, f"group {name}: {setting} {value}", (name,), lambda: site.inject(fault))


def bucket_changed(site: Site, dice: Random) -> Pick:
    """Pick a setting of the bucket."""
    bucket = site.facts.bucket

    def publish() -> None:
        block = site.aws("s3").get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
        back = {"Bucket": bucket, "PublicAccessBlockConfiguration": block}
        site.inject(CallAws("s3", "delete_public_access_block", {"Bucket": bucket}, "put_public_access_block", back))

    forgets, open_ = "forgets versions", "may be public"
    what, make = dice.choice(((forgets, lambda: site.inject(forgetting(bucket))), (open_, publish)))
    return Pick(f"{bucket} {what}", f"bucket {bucket} {what}", (bucket,), make)


def _name(group: Any) -> str:
    return str(group["AutoScalingGroupName"])


CHANCES = (
    Chance("a record", record_changed, _RECORDS),
    Chance("an opening", opened, _OPENINGS),
    Chance("a health check", check_changed, _CHECKS),
    Chance("a tag", tag_changed, _TAGS),
    Chance("a group's setting", group_changed, _GROUPS),
    Chance("a setting of the bucket", bucket_changed, _BUCKET),
)
