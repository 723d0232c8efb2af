"""Breaks of the network: openings of the machines, networks and load balancers too many."""

from __future__ import annotations

from typing import Any

from seatrial.faults import CallAws, MakeInAws
from seatrial.sabotage import Break, Sabotage, Site
from steps.breaks import rounds
from steps.support import openings
from steps.support.openings import permission

_NETWORK = "features/cluster/network.feature"
_AGREED = f"{_NETWORK}::Nothing is open but what was agreed"


EVERYBODY, EVERYBODY6 = [{"CidrIp": "0.0.0.0/0"}], [{"CidrIpv6": "::/0"}]


def group_of(site: Site, role: str) -> dict[str, Any]:
    """Return the security group of the machines of a role."""
    named = [{"Name": "group-name", "Values": [f"{role}.{site.facts.cluster}"]}]
    found: dict[str, Any] = site.aws("ec2").describe_security_groups(Filters=named)["SecurityGroups"][0]
    return found


def network_of(site: Site) -> str:
    """Return the id of the platform's network."""
    named = [{"Name": "tag:KubernetesCluster", "Values": [site.facts.cluster]}]
    vpcs = site.aws("ec2").describe_vpcs(Filters=named)["Vpcs"]
    return str(next(v["VpcId"] for v in vpcs if v["CidrBlock"] == "172.20.0.0/16"))


def make_group(site: Site, name: str, **tags: str) -> str:
    """Make a security group beside the platform's own; give its id."""
    ec2, by = site.aws("ec2"), {"Filters": [{"Name": "group-name", "Values": [name]}]}
    tagged = [{"ResourceType": "security-group", "Tags": [{"Key": k, "Value": v} for k, v in tags.items()]}]
    told: dict[str, Any] = {"GroupName": name, "Description": "by hand", "VpcId": network_of(site)}
    told |= {"TagSpecifications": tagged} if tags else {}
    site.inject(
        MakeInAws("ec2", "create_security_group", told, "describe_security_groups", by, "SecurityGroups", "GroupId",
                  "delete_security_group")
    )  # fmt: skip
    return str(ec2.describe_security_groups(**by)["SecurityGroups"][0]["GroupId"])


def _open(site: Site, role: str, opening: dict[str, Any]) -> str:
    group = group_of(site, role)
    site.inject(openings.opened(group["GroupId"], opening))
    return str(group["GroupName"])


def opened(role: str, name: str, **opening: Any) -> Break:
    """Open the machines of a role further; *name* is how the opening is named."""

    def break_(site: Site) -> tuple[str, ...]:
        _open(site, role, opening)
        return (f"{role} {name}",)

    return break_


ssh_open = opened("nodes", "tcp 22 0.0.0.0/0", **permission(22, IpRanges=EVERYBODY))
node_ports_open = opened("nodes", "tcp 30000-32767 0.0.0.0/0", **permission(30000, 32767, IpRanges=EVERYBODY))
etcd_open = opened("masters", "tcp 2379-2380 0.0.0.0/0", **permission(2379, 2380, IpRanges=EVERYBODY))
open_by_ipv6 = opened("nodes", "tcp 9090 ::/0", **permission(9090, Ipv6Ranges=EVERYBODY6))


def door_too_many(site: Site) -> tuple[str, ...]:
    return (_open(site, "nodes", permission(8899, IpRanges=EVERYBODY)),)


def door_closed(site: Site) -> tuple[str, ...]:
    group = group_of(site, "nodes")
    opening = next(p for p in group["IpPermissions"] if p.get("FromPort") == 443 and p.get("IpRanges"))  # noqa: PLR2004
    kept = {key: opening[key] for key in ("IpProtocol", "FromPort", "ToPort", "IpRanges")}
    rule = {"GroupId": group["GroupId"], "IpPermissions": [kept]}
    there, back = "revoke_security_group_ingress", "authorize_security_group_ingress"
    site.inject(CallAws("ec2", there, rule, back, rule, already=("InvalidPermission.Duplicate",)))
    return (group["GroupName"],)


def group_let_in(site: Site) -> tuple[str, ...]:
    """Let another group in, which none of our machines has."""
    made = make_group(site, "intruders", KubernetesCluster=site.facts.cluster)
    _open(site, "masters", permission(10250, UserIdGroupPairs=[{"GroupId": made}]))
    return ("masters tcp 10250 intruders",)


def prefix_list_let_in(site: Site) -> tuple[str, ...]:
    """Let in whoever is on a list of ranges."""
    told = {"PrefixListName": "friends", "MaxEntries": 1, "AddressFamily": "IPv4"}
    site.inject(
        MakeInAws("ec2", "create_managed_prefix_list", told, "describe_managed_prefix_lists", {}, "PrefixLists",
                  "PrefixListId", "delete_managed_prefix_list")
    )  # fmt: skip
    lists = site.aws("ec2").describe_managed_prefix_lists()["PrefixLists"]
    listed = next(found["PrefixListId"] for found in lists if found["PrefixListName"] == "friends")
    _open(site, "nodes", permission(9100, PrefixListIds=[{"PrefixListId": listed}]))
    return (f"nodes tcp 9100 {listed}",)


def balancer_made(site: Site) -> tuple[str, ...]:
    left = {"Filters": [{"Name": "group-name", "Values": ["default_elb_*"]}]}  # what AWS makes for it outlives it
    site.inject(
        MakeInAws("ec2", "", {}, "describe_security_groups", left, "SecurityGroups", "GroupId", "delete_security_group")
    )
    subnets = site.aws("ec2").describe_subnets(Filters=[{"Name": "vpc-id", "Values": [network_of(site)]}])["Subnets"]
    listener = {"Protocol": "TCP", "LoadBalancerPort": 80, "InstancePort": 80}
    told = {"LoadBalancerName": "forgotten", "Listeners": [listener], "Subnets": [subnets[0]["SubnetId"]]}
    site.inject(
        MakeInAws("elb", "create_load_balancer", told, "describe_load_balancers", {}, "LoadBalancerDescriptions",
                  "LoadBalancerName", "delete_load_balancer")
    )  # fmt: skip
    return ("forgotten",)


def network_added(site: Site) -> tuple[str, ...]:
    tags = [{"Key": "KubernetesCluster", "Value": site.facts.cluster}]
    told = {"CidrBlock": "10.9.0.0/16", "TagSpecifications": [{"ResourceType": "vpc", "Tags": tags}]}
    by = {"Filters": [{"Name": "cidr", "Values": ["10.9.0.0/16"]}]}
    site.inject(MakeInAws("ec2", "create_vpc", told, "describe_vpcs", by, "Vpcs", "VpcId", "delete_vpc"))
    return (site.aws("ec2").describe_vpcs(**by)["Vpcs"][0]["VpcId"],)


def quotas_removed(site: Site) -> tuple[str, ...]:
    site.delete("v1 ResourceQuota", "microservices", "microservices")
    return ()


SABOTAGES = (
    Sabotage(
        "a network too many",
        network_added,
        f"{_NETWORK}::The network has the agreed range",
        rounds.PLATFORM,
        ("range 172.20.0.0/16", "range 10.9.0.0/16"),
    ),
    Sabotage("a load balancer", balancer_made, f"{_NETWORK}::None was made", rounds.PLATFORM, ("no load balancer",)),
    Sabotage(
        "a port is closed",
        door_closed,
        f"{_NETWORK}::The ports of the ingress are open",
        rounds.PLATFORM,
        ("on port 443", "open to at least 0.0.0.0/0"),
    ),
    Sabotage(
        "a port too many",
        door_too_many,
        f"{_NETWORK}::A microservice's own port is closed to visitors",
        rounds.PLATFORM,
        ("on port 8899", "nobody outside", "0.0.0.0/0"),
    ),
    *(
        Sabotage(name, break_, _AGREED, rounds.PLATFORM)
        for name, break_ in (
            ("SSH is open", ssh_open),
            ("the ports of services are open", node_ports_open),
            ("etcd is open", etcd_open),
            ("a port is open by IPv6", open_by_ipv6),
            ("a port is open to another group", group_let_in),
            ("a port is open to a list of ranges", prefix_list_let_in),
        )
    ),
    Sabotage(
        "SSH is open to whoever works by hand",
        ssh_open,
        f"{_NETWORK}::Nobody works on a machine by hand",
        rounds.PLATFORM,
        ("nodes.", "port 22", "0.0.0.0/0"),
        by_words=True,
    ),
    Sabotage(
        "no quota",
        quotas_removed,
        f"{_NETWORK}::A microservice that asks for a load balancer is refused one",
        rounds.WOULD_HAPPEN,
        ("because of quota", "accepted"),
    ),
)
