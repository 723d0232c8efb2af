"""Breaks of what tells teams apart."""

from __future__ import annotations

from seatrial.faults import CallAws
from seatrial.sabotage import Sabotage, Site
from steps.breaks import rounds
from steps.breaks.networks import make_group, network_of
from steps.support.site import begun, once

_TEAMS = "features/isolation/teams.feature"
_VOLUME, _STRANGERS = f"{_TEAMS}::A volume of another team", "othercrew"
_LATE = 0.3  # seconds, within which what is there has been noted


def group_nameless(site: Site) -> tuple[str, ...]:
    make_group(site, "nameless")
    return ("nameless",)


def subnet_of_strangers(site: Site) -> tuple[str, ...]:
    """Have a subnet of ours bear another team's name."""
    found = site.aws("ec2").describe_subnets(Filters=[{"Name": "vpc-id", "Values": [network_of(site)]}])["Subnets"]
    subnet = min(str(one["SubnetId"]) for one in found)
    theirs, ours = (
        {"Resources": [subnet], "Tags": [{"Key": "KubernetesCluster", "Value": value}]}
        for value in (_STRANGERS, site.facts.cluster)
    )
    site.inject(CallAws("ec2", "create_tags", theirs, "create_tags", ours))
    return (subnet,)


def mark_lost(site: Site) -> tuple[str, ...]:
    site.patch("v1 ConfigMap", "seatrial-ownership", "kube-system", {"data": {"team": "strangers"}})
    return ("strangers",)


def volume_of_strangers_touched(site: Site) -> tuple[str, ...]:
    """Put a mark on another team's volume while Git is applied."""
    named = [{"Name": "tag:KubernetesCluster", "Values": [_STRANGERS]}]

    def touch() -> None:
        for volume in site.aws("ec2").describe_volumes(Filters=named)["Volumes"]:
            site.aws("ec2").create_tags(Resources=[volume["VolumeId"]], Tags=[{"Key": "taken", "Value": "over"}])

    once(site, lambda: begun(site, _VOLUME), touch, _LATE)
    return (_STRANGERS, "taken=over")


def volume_retagged(site: Site) -> tuple[str, ...]:
    """Retag a volume of ours while another platform stands beside it."""
    ec2, owner = site.aws("ec2"), "KubernetesCluster"
    tags = ec2.describe_tags(Filters=[{"Name": "resource-type", "Values": ["volume"]}])["Tags"]
    volume = min(t["ResourceId"] for t in tags if t["Key"] == owner and t["Value"] == site.facts.cluster)
    stray, own = (
        {"Resources": [volume], "Tags": [{"Key": owner, "Value": value}]} for value in (_STRANGERS, site.facts.cluster)
    )

    def beside() -> bool:
        found = site.aws("ec2").describe_vpcs()["Vpcs"]
        names = {t["Value"] for vpc in found for t in vpc.get("Tags", []) if t["Key"] == owner}
        return bool(names - {site.facts.cluster})

    once(site, beside, lambda: site.inject(CallAws("ec2", "create_tags", stray, "create_tags", own)))
    return (volume,)


SABOTAGES = (
    Sabotage(
        "a security group is nobody's",
        group_nameless,
        f"{_TEAMS}::Whatever was made in the account",
        rounds.PLATFORM,
        ("team nobody",),
    ),
    Sabotage(
        "a subnet is another team's",
        subnet_of_strangers,
        f"{_TEAMS}::Whatever was made in the account",
        rounds.STRAYS,
        (f"team {_STRANGERS}",),
    ),
    Sabotage(
        "the ownership mark is another team's",
        mark_lost,
        f"{_TEAMS}::The platform itself says whose it is",
        rounds.FOREIGN,
        ("refused to try", "carries the mark of"),
        verdict="error",
    ),
    Sabotage("another team's volume is touched", volume_of_strangers_touched, _VOLUME, rounds.BY_HAND),
    Sabotage(
        "a volume is retagged beside another platform",
        volume_retagged,
        f"{_TEAMS}::A second platform comes and goes",
        rounds.BESIDE,
    ),
)
