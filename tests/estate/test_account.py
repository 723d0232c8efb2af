"""Bad accounts: each gets one message that says what to do, before anything is made, and nothing is left."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import dns.message
import dns.resolver
import dns.rrset
import pytest

from provision.estate import AwsAccess, inventory
from provision.estate.account.delegation import asked_of_dns
from provision.estate.account.findings import findings
from provision.estate.account.preflight import Preflight
from provision.estate.names import Names
from provision.estate.session import NO_FILES
from provision.estate.store import delete_store
from provision.spec import PlatformSpec
from provision.targets.aws.parts import AwsParts
from provision.targets.aws.target import AwsTarget
from seatrial.errors import UsageError
from seatrial.provisioning.progress import Quiet

from .refusals import refused

ACCOUNT, ANOTHER = "123456789012", "111122223333"
TEAM = "preflight"
ZONE = f"{TEAM}.example.com"
NOBODY = {"AWS_REGION": "eu-west-1", "AWS_EC2_METADATA_DISABLED": "true", **NO_FILES}


@pytest.fixture
def names(spec: PlatformSpec) -> Names:
    """The names of the platform that is to be built."""
    return Names(spec, TEAM)


@pytest.fixture
def servers(access: AwsAccess) -> Iterator[set[str]]:
    """The name servers of a public zone of the platform's name."""
    route53 = access.client("route53")
    made = route53.create_hosted_zone(Name=ZONE, CallerReference=os.urandom(4).hex())
    yield set(made["DelegationSet"]["NameServers"])
    route53.delete_hosted_zone(Id=made["HostedZone"]["Id"])


@pytest.fixture
def good(access: AwsAccess, spec: PlatformSpec, names: Names, servers: set[str]) -> Iterator[Preflight]:
    """The look at an account in which nothing stands in the way; nothing was made once it is over."""
    before = len(access.client("ec2").describe_vpcs()["Vpcs"])
    yield Preflight(access, names, spec, [ANOTHER, ACCOUNT], lambda _zone: servers)
    assert before == len(access.client("ec2").describe_vpcs()["Vpcs"])
    assert {} == {kind: ids for kind, ids in inventory(access, names).items() if ids}


def test_a_good_account(good: Preflight) -> None:
    """Nothing stands in the way, and the doctor names what was looked at."""
    good.see()
    found = findings(good)
    assert [] == [one for one in found if one.wrong]
    said = {one.what: one.found for one in found}
    assert ACCOUNT in said["AWS account"]
    assert f"{TEAM}-store, not there yet" == said["bucket"]
    assert f"{ZONE}, delegated" == said["hosted zone"]


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "no AWS credentials .*: set AWS_PROFILE, or AWS_ACCESS_KEY_ID"),
        ({"AWS_ACCESS_KEY_ID": "half"}, "AWS_SECRET_ACCESS_KEY is not: set both, or neither"),
        ({"AWS_PROFILE": "nobody"}, r"profile \(nobody\) could not be found; correct AWS_PROFILE"),
        (
            {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"},
            "AWS cannot be reached: .*127.0.0.1:9.*; look at the network",
        ),
    ],
)
def test_no_credentials(
    spec: PlatformSpec, names: Names, environment: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has none, half of some, or no network is told so; nobody is asked."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name, value in NO_FILES.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(UsageError, match=said):
        Preflight(AwsAccess(NOBODY | environment), names, spec, [ACCOUNT]).see()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("ExpiredToken", "have expired .*get new ones"),
        ("InvalidClientTokenId", "does not know the credentials"),
        ("SignatureDoesNotMatch", "does not know the credentials"),
        ("AccessDenied", "does not say whose the credentials are"),
    ],
)
def test_credentials_that_are_no_good(good: Preflight, access: AwsAccess, code: str, said: str) -> None:
    """Those that have expired, or that AWS does not know, are told apart; the doctor looks at nothing more."""
    with refused(access, "sts", "GetCallerIdentity", code):
        with pytest.raises(UsageError, match=said):
            good.see()
        assert [True] == [bool(one.wrong) for one in findings(good)]


@pytest.mark.parametrize("accounts", [[], [ANOTHER]])
def test_another_account(access: AwsAccess, spec: PlatformSpec, names: Names, accounts: list[str]) -> None:
    """An account that platform.yaml does not allow is refused, whoever may do what in it."""
    with pytest.raises(UsageError, match=rf"account {ACCOUNT} .*aws\.accounts allows .*({ANOTHER}|none yet)"):
        Preflight(access, names, spec, accounts).see()


@pytest.mark.parametrize(
    ("service", "operation", "code", "action"),
    [
        ("ec2", "CreateVpc", "UnauthorizedOperation", "ec2:CreateVpc"),
        ("ec2", "CreateVolume", "UnauthorizedOperation", "ec2:CreateVolume"),
        ("iam", "GetRole", "AccessDenied", "iam:GetRole"),
        ("route53", "ListHostedZonesByName", "AccessDenied", "route53:ListHostedZonesByName"),
    ],
)
def test_a_denied_action(
    good: Preflight, access: AwsAccess, service: str, operation: str, code: str, action: str
) -> None:
    """A right that is missing is named, with the file that has all of them."""
    with refused(access, service, operation, code):
        with pytest.raises(UsageError, match=rf"may not {action}; .*platform\.json"):
            good.see()
        assert [f"denied: {action}"] == [one.wrong.partition(";")[0] for one in findings(good) if one.wrong][:1]


def test_somebody_elses_bucket(good: Preflight, access: AwsAccess, names: Names) -> None:
    """A bucket of the platform's name that is another account's, or another's in ours, is not touched."""
    with refused(access, "s3", "HeadBucket", "403"), pytest.raises(UsageError, match="is not this platform's"):
        good.see()
    s3 = access.client("s3")
    s3.create_bucket(Bucket=names.store, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket=names.store, Key="theirs", Body=b"x")
    try:
        with pytest.raises(UsageError, match=f"bucket {names.store} .* choose another team id"):
            good.see()
        assert b"x" == s3.get_object(Bucket=names.store, Key="theirs")["Body"].read()
    finally:
        delete_store(access, names.store)


def test_no_zone(access: AwsAccess, spec: PlatformSpec, names: Names) -> None:
    """A zone that nobody has made is asked for, with the command that makes it."""
    with pytest.raises(UsageError, match=f"no public hosted zone {ZONE}: make it"):
        Preflight(access, names, spec, [ACCOUNT], lambda _zone: set()).see()


@pytest.mark.parametrize("found", [set(), {"ns.elsewhere.example"}])
def test_a_zone_that_is_not_delegated(
    access: AwsAccess, spec: PlatformSpec, names: Names, servers: set[str], found: set[str]
) -> None:
    """A zone that DNS does not lead to is named with the servers that its parent names, and those that it has to."""
    with pytest.raises(UsageError, match=f"{ZONE} is not delegated") as refusal:
        Preflight(access, names, spec, [ACCOUNT], lambda _zone: found).see()
    for server in servers | found:
        assert server in str(refusal.value)
    assert "into the zone example.com" in str(refusal.value)


def test_two_zones_of_one_name(good: Preflight, access: AwsAccess) -> None:
    """Which of two would be meant is not guessed."""
    route53 = access.client("route53")
    second = route53.create_hosted_zone(Name=ZONE, CallerReference="second")["HostedZone"]["Id"]
    try:
        with pytest.raises(UsageError, match=f"expected one public hosted zone {ZONE}, found"):
            good.see()
    finally:
        route53.delete_hosted_zone(Id=second)


def test_no_such_availability_zone(access: AwsAccess, spec: PlatformSpec, names: Names) -> None:
    """Zones that the account lacks are named beside those that it has."""
    elsewhere = spec.model_copy(update={"zones": ["eu-west-1a", "eu-west-1z"]})
    with pytest.raises(UsageError, match=r"zones: the account has no eu-west-1z; expected any of eu-west-1a"):
        Preflight(access, names, elsewhere, [ACCOUNT]).see()


def test_no_room(good: Preflight, access: AwsAccess) -> None:
    """An account that has all the networks that it may have is refused, with what it has and what is needed."""
    ec2 = access.client("ec2")
    made = [ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"] for _ in range(5)]
    try:
        with pytest.raises(UsageError, match=r"no room .*networks \(VPCs\): quota 5, in use 6, needed 1 more"):
            good.see()
        assert ["quota"] == [one.what for one in findings(good) if one.wrong]
    finally:
        for vpc in made:
            ec2.delete_vpc(VpcId=vpc)


def test_each_quota(good: Preflight, access: AwsAccess, spec: PlatformSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that a platform needs is counted, by kind: kops's own volumes too."""
    ec2 = access.client("ec2")
    made = [ec2.create_volume(AvailabilityZone="eu-west-1a", Size=2048, VolumeType=kind) for kind in ("gp3", "st1")]
    elastic = ec2.allocate_address(Domain="vpc")["AllocationId"]
    try:
        found = {room.what: room for room in good.rooms()}
        gp3 = found["TiB of gp3 volumes"]
        assert (2, round((3 * (64 + 40) + 3 * 128 + 3 * 20) / 1024, 3)) == (gp3.used, gp3.needed)
        assert (1, 0, False) == (
            (addresses := found["elastic addresses"]).used,
            addresses.needed,
            addresses.exceeded,
        )
        assert (3 * 2 + 3 * 2, 3) == (found["vCPUs of standard machines"].needed, found["health checks"].needed)
        throughput = spec.mongodb.volume.model_copy(update={"type": "st1", "size": 1024})
        monkeypatch.setattr(
            good, "_spec", spec.model_copy(update={"mongodb": spec.mongodb.model_copy(update={"volume": throughput})})
        )
        found = {room.what: room for room in good.rooms()}
        assert (2, 3) == ((st1 := found["TiB of st1 volumes"]).used, st1.needed)
    finally:
        ec2.release_address(AllocationId=elastic)
        for volume in made:
            ec2.delete_volume(VolumeId=volume["VolumeId"])


def test_nothing_is_left(access: AwsAccess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A standup that is refused leaves nothing behind: nothing in the account, and nothing on this machine."""
    monkeypatch.setattr(AwsParts, "access", access)
    with pytest.raises(UsageError, match="allows none yet"):
        AwsTarget(tmp_path).up(TEAM, Quiet())
    assert [] == list(tmp_path.iterdir())


def test_another_endpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the variables lead elsewhere than to AWS, nothing is made there as if it were AWS."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(UsageError, match="AWS_ENDPOINT_URL is set, so this would not be AWS"):
        AwsTarget(tmp_path).up(TEAM, Quiet())
    assert ["missing"] == [check.state for check in AwsTarget(tmp_path).doctor()]
    assert [] == list(tmp_path.iterdir())


@pytest.fixture
def name_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """A name server on loopback that this machine asks; it answers with the NS record of each name it is given."""
    records: dict[str, str] = {}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))

        def serve() -> None:
            while True:
                data, client = server.recvfrom(4096)
                if not data:
                    return
                question = dns.message.from_wire(data)
                answer = dns.message.make_response(question)
                name = question.question[0].name
                if str(name) in records:
                    answer.answer.append(dns.rrset.from_text(name, 60, "IN", "NS", records[str(name)]))
                server.sendto(answer.to_wire(), client)

        thread = threading.Thread(target=serve)
        thread.start()
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], server.getsockname()[1]
        monkeypatch.setattr(dns.resolver, "default_resolver", resolver)
        yield records
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", server.getsockname())
        thread.join(10)


def test_who_serves_a_zone(name_server: dict[str, str]) -> None:
    """DNS is asked for a zone's servers; a zone that nobody serves has none."""
    name_server[f"{ZONE}."] = "NS-1.Example.ORG."
    assert {"ns-1.example.org"} == asked_of_dns(ZONE)
    assert set() == asked_of_dns("nobody.example.com")


def test_no_name_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose name servers do not answer says so, and not that the zone is not delegated."""
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port, resolver.timeout = ["127.0.0.1"], 9, 0.1
    monkeypatch.setattr(dns.resolver, "default_resolver", resolver)
    monkeypatch.setattr("provision.estate.account.delegation._SECONDS", 0.5)
    with pytest.raises(UsageError, match="DNS does not say who serves it"):
        asked_of_dns(ZONE)
