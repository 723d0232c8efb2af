"""Who may do what in the cloud: the policies, what a request asks for, and a user who is held to hers."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from provision.estate import AwsAccess
from provision.estate.account.policy import PLATFORM, UPDATER, Policy, document, main
from provision.estate.calls import Call, call_of
from provision.estate.keys import Keys, make
from provision.estate.names import Names
from provision.estate.updater_access import ensure_updater, user_of
from provision.spec import PlatformSpec

ACCOUNT = "123456789012"
_ALL = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:*"], "Resource": "*"}]}'


def _signed(service: str) -> dict[str, str]:
    return {"authorization": f"AWS4-HMAC-SHA256 Credential=ID/20260101/eu-west-1/{service}/aws4_request, x"}


@pytest.mark.parametrize(
    ("service", "method", "path", "body", "call"),
    [
        ("ec2", "POST", "/", b"Action=CreateVpc&CidrBlock=x", Call("ec2:CreateVpc")),
        ("iam", "POST", "/", b"Action=GetRole&RoleName=r", Call("iam:GetRole", "arn:aws:iam:::role/r")),
        ("s3", "HEAD", "/state", b"", Call("s3:ListBucket", "arn:aws:s3:::state")),
        ("s3", "GET", "/state/a/b%20c", b"", Call("s3:GetObject", "arn:aws:s3:::state/a/b c")),
        ("s3", "PUT", "/state/a", b"x", Call("s3:PutObject", "arn:aws:s3:::state/a")),
        ("s3", "PUT", "/state?tagging", b"x", Call("s3:PutBucketTagging", "arn:aws:s3:::state")),
        ("s3", "POST", "/state?delete", b"x", Call("s3:DeleteObject", "arn:aws:s3:::state/*")),
        ("s3", "GET", "/", b"", Call("s3:ListAllMyBuckets")),
        (
            "route53",
            "POST",
            "/2013-04-01/hostedzone/Z1/rrset/",
            b"<x/>",
            Call("route53:ChangeResourceRecordSets", "arn:aws:route53:::hostedzone/Z1"),
        ),
        ("route53", "GET", "/2013-04-01/hostedzonesbyname?dnsname=x", b"", Call("route53:ListHostedZonesByName")),
        ("route53", "GET", "/nothing", b"", Call("route53:Unknown", "GET /nothing")),
    ],
)
def test_what_is_asked_for(service: str, method: str, path: str, body: bytes, call: Call) -> None:
    """A request is named as a policy names what it asks for, and whom it is asked of."""
    assert call == call_of(method, path, _signed(service), body)


def test_a_target_in_a_header() -> None:
    """So are the requests of services that say it in a header."""
    assert Call("events:ListRules") == call_of(
        "POST", "/", _signed("events") | {"x-amz-target": "AWSEvents.ListRules"}, b""
    )


@pytest.mark.parametrize(
    ("service", "path", "body", "more"),
    [
        ("ec2", "/?Action=DescribeVolumes", b"Action=DeleteVolume", {}),
        ("ec2", "/", b"Action=DescribeVolumes&Action=DeleteVolume", {}),
        ("ec2", "/", b"Action=DescribeVolumes", {"x-amz-target": "x.DescribeVolumes"}),
        ("ec2", "/", b"Action=DescribeVolumes", {"action": "DeleteVolume"}),
        ("ec2", "/?Action=DescribeVolumes", b"--x", {"content-type": "multipart/form-data; boundary=x"}),
        ("ec2", "/?Action=DescribeVolumes", b"\x1f\x8b", {"content-encoding": "gzip"}),
        ("ec2", "/?Action=", b"Action=DeleteVolume", {}),
        ("iam", "/?RoleName=mine", b"Action=GetRole&RoleName=theirs", {}),
        ("events", "/", b'{"a": "&Action=DeleteRule"}', {"x-amz-target": "AWSEvents.ListRules"}),
    ],
)
def test_two_meanings(service: str, path: str, body: bytes, more: dict[str, str]) -> None:
    """What could be taken for two calls, or for one of two things, is named as none of them."""
    assert f"{service}:Unknown" == call_of("POST", path, _signed(service) | more, body).action


@pytest.mark.parametrize("path", ["/open/copy", "/open/copy?partNumber=1&uploadId=u"])
def test_a_copy_reads_as_well(path: str) -> None:
    """Whatever copies from another bucket, in whole or in part, is no mere write."""
    headers = _signed("s3") | {"x-amz-copy-source": "/closed/secret"}
    assert Call("s3:CopyObject") == call_of("PUT", path, headers, b"")


def test_policies_allow_no_more(spec: PlatformSpec) -> None:
    """Each is held to this platform's own bucket, roles, zone; neither allows everything of a service."""
    names = Names(spec, "red")
    made = {
        name: document(name, names, account=ACCOUNT, region="eu-west-1", zone_id="Z1") for name in (PLATFORM, UPDATER)
    }
    for policy in map(Policy, made.values()):
        assert [] == [action for action in policy.actions() if "*" in action]
    platform, updater = Policy(made[PLATFORM]), Policy(made[UPDATER])
    assert platform.allows(Call("s3:GetObject", "arn:aws:s3:::red-store/a"))
    assert not platform.allows(Call("s3:GetObject", "arn:aws:s3:::blue-store/a"))
    assert not platform.allows(Call("iam:CreateRole", "arn:aws:iam:::role/admin"))
    assert not platform.allows(Call("iam:PutUserPolicy", "arn:aws:iam:::user/dns-updater.blue.example.com"))
    assert updater.allows(Call("route53:ChangeResourceRecordSets", "arn:aws:route53:::hostedzone/Z1"))
    assert not updater.allows(Call("route53:ChangeResourceRecordSets", "arn:aws:route53:::hostedzone/Z2"))
    assert [] == [one for document in made.values() for one in document["Statement"] if "${" in str(one)]


def test_a_policy_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever gives the rights gets a policy that is filled in."""
    main([PLATFORM, "--team", "red", "--account", "111122223333"])
    assert "arn:aws:iam::111122223333:role/masters.red.example.com" in capsys.readouterr().out


def test_the_updater_is_held_to_its_policy(access: AwsAccess, spec: PlatformSpec, endpoint: str) -> None:
    """With its own keys it keeps records of its zone; another zone, the bucket, and a machine are refused it."""
    names, route53 = Names(spec, "held"), access.client("route53")
    ours, theirs = (
        route53.create_hosted_zone(Name=name, CallerReference=name)["HostedZone"]["Id"].rsplit("/", 1)[-1]
        for name in ("held.example.com", "theirs.example.com")
    )
    keys = ensure_updater(access, names, ours, None)

    def client(service: str, with_keys: Keys = keys) -> Any:
        make_client: Any = boto3.client
        where = {"endpoint_url": endpoint, "region_name": "eu-west-1"}
        return make_client(service, **where, aws_access_key_id=with_keys.id, aws_secret_access_key=with_keys.secret)

    assert 2 == len(client("route53").list_resource_record_sets(HostedZoneId=ours)["ResourceRecordSets"])
    for service, call, arguments in (
        ("route53", "list_resource_record_sets", {"HostedZoneId": theirs}),
        ("s3", "get_object", {"Bucket": names.store, "Key": "x"}),
        ("ec2", "describe_instances", {}),
    ):
        with pytest.raises(ClientError) as refusal:
            getattr(client(service), call)(**arguments)
        assert 403 == refusal.value.response["ResponseMetadata"]["HTTPStatusCode"]
    with pytest.raises(ClientError, match="not allowed s3:ListAllMyBuckets"):
        client("s3").list_buckets()
    stranger = client("route53", Keys(keys.id, make().secret))
    with pytest.raises(ClientError, match="signature is wrong"):
        stranger.list_health_checks()


def test_the_updaters_keys(access: AwsAccess, spec: PlatformSpec) -> None:
    """Keys that are known are kept; where they are lost, new ones are made, and the old ones are no good any more."""
    names, iam = Names(spec, "kept"), access.client("iam")
    first = ensure_updater(access, names, "Z1", None)
    assert first == ensure_updater(access, names, "Z1", first)
    second = ensure_updater(access, names, "Z1", None)
    there = [key["AccessKeyId"] for key in iam.list_access_keys(UserName=user_of(names))["AccessKeyMetadata"]]
    assert [second.id] == there
    iam.put_user_policy(UserName=user_of(names), PolicyName=UPDATER, PolicyDocument=_ALL)
    ensure_updater(access, names, "Z1", second)
    found = iam.get_user_policy(UserName=user_of(names), PolicyName=UPDATER)["PolicyDocument"]
    assert document(UPDATER, names, account=ACCOUNT, region="eu-west-1", zone_id="Z1") == found
