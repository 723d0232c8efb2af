"""Breaks in the account: groups, ports, buckets, machines of another size."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.sabotage.site import Break, Site


@contextmanager
def group_too_large(site: Site) -> Iterator[tuple[str, ...]]:
    groups, name = site.aws("autoscaling"), f"nodes-eu-west-1a.{site.facts['cluster']}"
    groups.update_auto_scaling_group(AutoScalingGroupName=name, MaxSize=3)
    try:
        yield (name,)
    finally:
        groups.update_auto_scaling_group(AutoScalingGroupName=name, MaxSize=1)


@contextmanager
def balancer_made(site: Site) -> Iterator[tuple[str, ...]]:
    elb, listener = site.aws("elb"), {"Protocol": "TCP", "LoadBalancerPort": 80, "InstancePort": 80}
    subnets = site.aws("ec2").describe_subnets(Filters=[{"Name": "vpc-id", "Values": [_network(site)]}])["Subnets"]
    elb.create_load_balancer(
        LoadBalancerName="forgotten", Listeners=[listener], Subnets=[s["SubnetId"] for s in subnets][:1]
    )
    try:
        yield ("forgotten",)
    finally:
        elb.delete_load_balancer(LoadBalancerName="forgotten")
        left = [{"Name": "group-name", "Values": ["default_elb_*"]}]  # what AWS makes for a balancer outlives it
        for group in site.aws("ec2").describe_security_groups(Filters=left)["SecurityGroups"]:
            site.aws("ec2").delete_security_group(GroupId=group["GroupId"])


@contextmanager
def door_closed(site: Site) -> Iterator[tuple[str, ...]]:
    ec2, group = site.aws("ec2"), _nodes_group(site)
    opening = next(p for p in group["IpPermissions"] if p.get("FromPort") == 443 and p.get("IpRanges"))
    rule = {key: opening[key] for key in ("IpProtocol", "FromPort", "ToPort", "IpRanges")}
    ec2.revoke_security_group_ingress(GroupId=group["GroupId"], IpPermissions=[rule])
    try:
        yield (group["GroupName"],)
    finally:
        ec2.authorize_security_group_ingress(GroupId=group["GroupId"], IpPermissions=[rule])


@contextmanager
def door_too_many(site: Site) -> Iterator[tuple[str, ...]]:
    ec2, group = site.aws("ec2"), _nodes_group(site)
    rule = {"IpProtocol": "tcp", "FromPort": 8899, "ToPort": 8899, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    ec2.authorize_security_group_ingress(GroupId=group["GroupId"], IpPermissions=[rule])
    try:
        yield (group["GroupName"],)
    finally:
        ec2.revoke_security_group_ingress(GroupId=group["GroupId"], IpPermissions=[rule])


def opened(group: str, name: str, **permission: Any) -> Break:
    """Open a security group of the machines further; *name* is how the opening is named."""

    @contextmanager
    def break_(site: Site) -> Iterator[tuple[str, ...]]:
        ec2, found = site.aws("ec2"), _group(site, f"{group}.{site.facts['cluster']}")
        ec2.authorize_security_group_ingress(GroupId=found["GroupId"], IpPermissions=[permission])
        try:
            yield (f"{group} {name}",)
        finally:
            ec2.revoke_security_group_ingress(GroupId=found["GroupId"], IpPermissions=[permission])

    return break_


def _tcp(first: int, last: int = 0, **sources: Any) -> dict[str, Any]:
    return {"IpProtocol": "tcp", "FromPort": first, "ToPort": last or first, **sources}


_EVERYBODY, _EVERYBODY6 = [{"CidrIp": "0.0.0.0/0"}], [{"CidrIpv6": "::/0"}]
ssh_open = opened("nodes", "tcp 22 0.0.0.0/0", **_tcp(22, IpRanges=_EVERYBODY))
node_ports_open = opened("nodes", "tcp 30000-32767 0.0.0.0/0", **_tcp(30000, 32767, IpRanges=_EVERYBODY))
etcd_open = opened("masters", "tcp 2379-2380 0.0.0.0/0", **_tcp(2379, 2380, IpRanges=_EVERYBODY))
open_by_ipv6 = opened("nodes", "tcp 9090 ::/0", **_tcp(9090, Ipv6Ranges=_EVERYBODY6))


@contextmanager
def group_let_in(site: Site) -> Iterator[tuple[str, ...]]:
    """Let another group in, which none of our machines has."""
    ec2 = site.aws("ec2")
    made = ec2.create_security_group(GroupName="intruders", Description="by hand", VpcId=_network(site))["GroupId"]
    ec2.create_tags(Resources=[made], Tags=[{"Key": "KubernetesCluster", "Value": site.facts["cluster"]}])
    rule = _tcp(10250, UserIdGroupPairs=[{"GroupId": made}])
    try:
        with opened("masters", "tcp 10250 intruders", **rule)(site) as names:
            yield names
    finally:
        ec2.delete_security_group(GroupId=made)


@contextmanager
def prefix_list_let_in(site: Site) -> Iterator[tuple[str, ...]]:
    """Let in whoever is on a list of ranges."""
    ec2 = site.aws("ec2")
    made = ec2.create_managed_prefix_list(PrefixListName="friends", MaxEntries=1, AddressFamily="IPv4")["PrefixList"]
    listed = made["PrefixListId"]
    try:
        with opened("nodes", f"tcp 9100 {listed}", **_tcp(9100, PrefixListIds=[{"PrefixListId": listed}]))(
            site
        ) as names:
            yield names
    finally:
        ec2.delete_managed_prefix_list(PrefixListId=listed)


@contextmanager
def replacement_suspended(site: Site) -> Iterator[tuple[str, ...]]:
    groups, name = site.aws("autoscaling"), f"nodes-eu-west-1b.{site.facts['cluster']}"
    groups.suspend_processes(AutoScalingGroupName=name, ScalingProcesses=["ReplaceUnhealthy"])
    try:
        yield (name,)
    finally:
        groups.resume_processes(AutoScalingGroupName=name, ScalingProcesses=["ReplaceUnhealthy"])


@contextmanager
def bucket_forgetful(site: Site) -> Iterator[tuple[str, ...]]:
    s3, bucket = site.aws("s3"), site.facts["bucket"]
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    try:
        yield (bucket,)
    finally:
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})


@contextmanager
def machine_too_small(site: Site) -> Iterator[tuple[str, ...]]:
    ec2, machine = site.aws("ec2"), site.nodes()[2].metadata.labels["seatrial.dev/instance-id"]
    ec2.modify_instance_attribute(InstanceId=machine, InstanceType={"Value": "t2.small"})
    try:
        yield (machine,)
    finally:
        ec2.modify_instance_attribute(InstanceId=machine, InstanceType={"Value": "t2.large"})


@contextmanager
def group_nameless(site: Site) -> Iterator[tuple[str, ...]]:
    ec2 = site.aws("ec2")
    made = ec2.create_security_group(GroupName="nameless", Description="by hand", VpcId=_network(site))["GroupId"]
    try:
        yield ("nameless",)
    finally:
        ec2.delete_security_group(GroupId=made)


@contextmanager
def network_added(site: Site) -> Iterator[tuple[str, ...]]:
    ec2, tags = site.aws("ec2"), [{"Key": "KubernetesCluster", "Value": site.facts["cluster"]}]
    specified = [{"ResourceType": "vpc", "Tags": tags}]
    made = ec2.create_vpc(CidrBlock="10.9.0.0/16", TagSpecifications=specified)["Vpc"]["VpcId"]
    try:
        yield (made,)
    finally:
        ec2.delete_vpc(VpcId=made)


def _network(site: Site) -> str:
    named = [{"Name": "tag:KubernetesCluster", "Values": [site.facts["cluster"]]}]
    vpcs = site.aws("ec2").describe_vpcs(Filters=named)["Vpcs"]
    return str(next(v["VpcId"] for v in vpcs if v["CidrBlock"] == "172.20.0.0/16"))


def _nodes_group(site: Site) -> dict[str, Any]:
    return _group(site, f"nodes.{site.facts['cluster']}")


def _group(site: Site, name: str) -> dict[str, Any]:
    named = [{"Name": "group-name", "Values": [name]}]
    found: dict[str, Any] = site.aws("ec2").describe_security_groups(Filters=named)["SecurityGroups"][0]
    return found
