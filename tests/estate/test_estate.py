"""The estate, made by the real kops on a real moto server."""

from __future__ import annotations

import base64
import ipaddress
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from cryptography import x509
from ruamel.yaml import YAML

from provision.estate import AwsAccess, Estate, Kops, KopsError
from provision.estate.costs import gibibytes
from provision.spec import PlatformSpec
from seatrial.observers.aws import Aws
from steps.support.access import seconds_left

from .conftest import WORLD
from .telling_moto import HOLDS

ZONES = ("eu-west-1a", "eu-west-1b", "eu-west-1c")
OF_RED = {"KubernetesCluster": "red.example.com"}


@pytest.fixture(scope="module")
def red(stood_up: Callable[[str], Estate]) -> Estate:
    """The estate of the team red."""
    return stood_up("red")


def test_one_master_and_one_node_in_each_zone(red: Estate, aws: Aws) -> None:
    """Each zone has a group of one t2.medium master and a group of one t2.large node."""
    groups = {(g.name, g.type, g.min, g.max, g.zones, len(g.instances)) for g in aws.groups(OF_RED)}

    assert {
        *((f"control-plane-{zone}.masters.red.example.com", "t2.medium", 1, 1, (zone,), 1) for zone in ZONES),
        *((f"nodes-{zone}.red.example.com", "t2.large", 1, 1, (zone,), 1) for zone in ZONES),
    } == groups
    assert len(red.instances()) == 6


def test_machines_give_their_access_to_sessions_alone(red: Estate, aws: Aws) -> None:
    """Machines, and those that groups would start, answer nobody who has not opened a session first (IMDSv2)."""
    assert {True} == {machine.session_tokens for machine in aws.instances(OF_RED)}
    assert {True} == {group.session_tokens for group in aws.groups(OF_RED)}
    assert red.instances()


def test_instances_look_as_on_aws(red: Estate) -> None:
    """An instance is named after its address in its region, and lies in the platform's network."""
    for instance in red.instances():
        assert str(instance.private_ip).startswith("172.20.")
        assert ipaddress.ip_address(str(instance.public_ip)) in WORLD
        dashed = str(instance.private_ip).replace(".", "-")
        assert f"ip-{dashed}.eu-west-1.compute.internal" == instance.private_dns_name
        assert instance.state == "running"


def test_nodes_have_the_nodes_security_group(red: Estate, access: AwsAccess) -> None:
    """The opened security group is the one that the nodes have."""
    by_name: Any = {"Name": "instance.group-name", "Values": ["nodes.red.example.com"]}
    pages = access.client("ec2").get_paginator("describe_instances").paginate(Filters=[by_name])
    nodes = {i["InstanceId"] for page in pages for r in page["Reservations"] for i in r["Instances"]}

    assert {i.id for i in red.instances() if str(i.group).startswith("nodes-")} == nodes


def test_the_volumes_are_those_that_are_paid_for(red: Estate, access: AwsAccess, spec: PlatformSpec) -> None:
    """What kops and we make has as many GiB as a plan reckons with."""
    made: Counter[str] = Counter()
    for name, values in (
        ("tag:KubernetesCluster", ["red.example.com"]),
        ("attachment.instance-id", [machine.id for machine in red.instances()]),  # their roots
    ):
        asked: Any = [{"Name": name, "Values": values}]
        for volume in access.client("ec2").describe_volumes(Filters=asked)["Volumes"]:
            made[volume["VolumeType"]] += volume["Size"]
    assert gibibytes(spec) == made


def test_network_and_zone_and_no_load_balancer(red: Estate, aws: Aws) -> None:
    """The network is the platform's, its zone is public and its own, and nothing balances load."""
    assert [vpc.cidr for vpc in aws.vpcs(OF_RED)] == ["172.20.0.0/16"]
    zones = {zone.id: (zone.name, zone.private) for zone in aws.hosted_zones() if zone.name != "example.com"}
    assert {red.hosted_zone_id(): ("red.example.com", False)} == zones
    assert aws.load_balancers() == []


def test_store_is_closed(red: Estate, aws: Aws) -> None:
    """The bucket of the state keeps versions, is encrypted, and refuses public access."""
    (store,) = [bucket for bucket in aws.buckets() if bucket.name == "red-store"]

    assert (store.versioned, store.encrypted, store.private) == (True, True, True)
    assert store.tags["seatrial.dev/team"] == "red"


def test_volumes_are_in_their_members_zones(red: Estate, aws: Aws) -> None:
    """Member i's volume lies in zone i, and the observer sees the same."""
    made = red.ensure_volumes()

    assert list(enumerate(ZONES)) == [(volume.member, volume.zone) for volume in made]
    seen = {v.id: (v.zone, v.size, v.type) for v in aws.volumes({"seatrial.dev/team": "red"})}
    assert {v.volume_id: (v.zone, 20, "gp3") for v in made} == seen


def test_ingress_ports_are_open_on_the_nodes(red: Estate, aws: Aws) -> None:
    """The nodes' security group lets everybody reach 80, 443 and 18080."""
    assert red.ensure_ingress_rules() == []
    (group,) = [g for g in aws.security_groups(OF_RED) if g.name == "nodes.red.example.com"]

    assert {80, 443, 18080} <= {rule.first_port for rule in group.ingress if rule.source == "0.0.0.0/0"}


def test_second_run_changes_nothing(
    red: Estate, stood_up: Callable[[str], Estate], kops: Callable[[str], Kops]
) -> None:
    """Standing up again makes nothing new, and kops sees nothing to change."""
    before = red.inventory()

    stood_up("red")

    assert before == red.inventory()
    assert kops("red").changes() == []


def test_kops_names_and_undoes_a_change(red: Estate, aws: Aws, access: AwsAccess, kops: Callable[[str], Kops]) -> None:
    """A group whose size was changed behind kops's back is named, and set right by the next update."""
    scaling = access.client("autoscaling")
    scaling.update_auto_scaling_group(AutoScalingGroupName="nodes-eu-west-1a.red.example.com", MaxSize=2)

    assert kops("red").changes() == ["AutoscalingGroup/nodes-eu-west-1a.red.example.com"]

    kops("red").update()
    assert {1} == {group.max for group in aws.groups(OF_RED)}


def test_kubeconfig_is_signed_by_the_platforms_ca(
    red: Estate, kops: Callable[[str], Kops], ca: tuple[Path, Path], tmp_path: Path
) -> None:
    """A kubeconfig exported by kops trusts the platform's CA and has an administrator's certificate from it."""
    path = tmp_path / "kubeconfig"

    kops("red").export_kubeconfig(path, "https://127.0.0.9:6443")

    assert path.stat().st_mode & 0o777 == 0o600
    config = YAML(typ="safe").load(path)
    cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
    assert cluster["server"] == "https://127.0.0.9:6443"
    assert ca[0].read_bytes() == base64.b64decode(cluster["certificate-authority-data"])
    admin = x509.load_pem_x509_certificate(base64.b64decode(user["client-certificate-data"]))
    admin.verify_directly_issued_by(x509.load_pem_x509_certificate(ca[0].read_bytes()))
    organizations = admin.subject.get_attributes_for_oid(x509.NameOID.ORGANIZATION_NAME)
    assert [organization.value for organization in organizations] == ["system:masters"]


@pytest.mark.parametrize(("asked", "seconds"), [({}, 18 * 3600), ({"lifetime": "10s"}, 10)])
def test_an_exported_access_ends(
    red: Estate, kops: Callable[[str], Kops], tmp_path: Path, asked: dict[str, str], seconds: int
) -> None:
    """A kubeconfig exported by kops is good for as long as it was asked for, and for eighteen hours if nobody said."""
    path = tmp_path / "kubeconfig"

    before = time.monotonic()
    kops("red").export_kubeconfig(path, "https://127.0.0.9:6443", **asked)

    left = seconds_left(path)
    assert seconds - (time.monotonic() - before) - 1 < left <= seconds  # a certificate knows whole seconds


def test_no_kubeconfig_without_the_store(
    red: Estate, access: AwsAccess, spec: PlatformSpec, kops_binary: Path, tmp_path: Path
) -> None:
    """Whoever does not have the bucket exports nothing, and is told what kops said."""
    stranger = Kops(kops_binary, access, spec, "stranger", tmp_path)

    with pytest.raises(KopsError, match="kops export kubeconfig failed"):
        stranger.export_kubeconfig(tmp_path / "kubeconfig")
    assert not (tmp_path / "kubeconfig").exists()


def test_a_lost_instance_is_replaced(red: Estate, access: AwsAccess) -> None:
    """A group replaces an instance that ended."""
    lost = red.instances()[0]

    access.client("ec2").terminate_instances(InstanceIds=[lost.id])

    groups = {i.group: i.id for i in red.instances()}
    assert len(groups) == 6
    assert groups[lost.group] != lost.id


def test_teams_side_by_side(red: Estate, stood_up: Callable[[str], Estate], access: AwsAccess) -> None:
    """A second team's estate has nothing in common with the first's, and its end leaves the first whole."""
    before = red.inventory()
    blue = stood_up("blue")
    check = access.client("route53").create_health_check(
        CallerReference="blue", HealthCheckConfig={"Type": "TCP", "IPAddress": str(WORLD[4]), "Port": 80}
    )["HealthCheck"]["Id"]
    access.client("route53").change_tags_for_resource(
        ResourceType="healthcheck", ResourceId=check, AddTags=[{"Key": "seatrial.dev/team", "Value": "blue"}]
    )

    ours = {found for ids in blue.inventory().values() for found in ids}
    assert check in ours
    assert set() == ours & {found for ids in before.values() for found in ids}

    blue.destroy(within=120)

    assert {kind: ids for kind, ids in blue.inventory().items() if ids} == {}
    assert before == red.inventory()


_OF_MOTO = {
    "autoscaling eu-west-1 lifecycle_hooks", "ec2 eu-west-1 groups", "ec2 eu-west-1 launch_template_insert_order",
    "ec2 eu-west-1 network_acls", "ec2 eu-west-1 reservations", "ec2 eu-west-1 tags", "kms eu-west-1 keys",
    "route53 aws delegation_sets", "route53 aws resource_tags",
}  # fmt: skip
"""What moto keeps of things that are gone, and of its own: on AWS all of that goes with them, or is AWS's."""


@pytest.fixture
def held(endpoint: str, aws: Aws, access: AwsAccess) -> Callable[[], dict[str, object]]:
    """Gives everything that the account holds, of whatever kind, whoever lists it and whomever it belongs to."""

    def look() -> dict[str, object]:
        inner = {  # what lies within other things, or outlives its end for a while
            "alive": sorted(i.id for i in aws.instances() if i.state != "terminated"),
            "groups": sorted(group.id for group in aws.security_groups()),
            "rules": sorted(rule["Name"] for rule in access.client("events").list_rules()["Rules"]),
        }
        told: dict[str, object] = httpx2.get(f"{endpoint}{HOLDS}").raise_for_status().json()  # with AWS's own network
        here = {kind: ids for kind, ids in told.items() if ids and kind.split()[1] in ("aws", "eu-west-1")}
        return {kind: ids for kind, ids in here.items() if kind not in _OF_MOTO} | inner

    return look


def test_nothing_is_left(
    stood_up: Callable[[str], Estate], held: Callable[[], dict[str, object]], access: AwsAccess
) -> None:
    """After an estate's end, even when kops's state was lost, the account has nothing of it; a second end is fine."""
    before = held()
    green = stood_up("green")
    assert {"sqs eu-west-1 queues", "iam aws roles", "ec2 eu-west-1 volumes"} <= _changed(before, held())
    access.client("s3").delete_object(Bucket="green-store", Key="green.example.com/config")

    green.destroy(within=120)
    green.destroy(within=120)

    assert set() == _changed(before, held())


def test_what_no_removal_knows_of_is_seen(held: Callable[[], dict[str, object]], access: AwsAccess) -> None:
    """A thing of a kind that nobody lists, such as a topic, is among what the account holds."""
    before = held()
    access.client("sns").create_topic(Name="green")
    assert "sns eu-west-1 topics" in _changed(before, held())


def _changed(before: dict[str, object], now: dict[str, object]) -> set[str]:
    """Name the kinds of which there is now something else than before."""
    return {kind for kind in before | now if before.get(kind) != now.get(kind)}
