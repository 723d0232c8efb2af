"""A request that the gate could take for one call, and moto for another, is refused to whoever has few rights."""

from __future__ import annotations

import http.client
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from provision.estate import AwsAccess, Keys

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PARTS = {"Content-Type": "multipart/form-data; boundary=x"}
LOOK, REMOVE = "Action=DescribeVolumes", "Action=DeleteVolume"


@pytest.fixture
def volume(access: AwsAccess) -> Iterator[str]:
    """A volume of the platform's."""
    ec2 = access.client("ec2")
    made = str(ec2.create_volume(AvailabilityZone="eu-west-1a", Size=1)["VolumeId"])
    yield made
    ec2.delete_volume(VolumeId=made)


def ask(endpoint: str, keys: Keys, path: str, body: str, headers: Mapping[str, str]) -> int:
    """Send a request of the service ``ec2``, signed with *keys*; give the status of the answer."""
    request = AWSRequest("POST", f"{endpoint}{path}", data=body.encode(), headers=dict(headers))
    SigV4Auth(Credentials(keys.id, keys.secret), "ec2", "eu-west-1").add_auth(request)
    where = urlsplit(endpoint)
    connection = http.client.HTTPConnection(str(where.hostname), where.port, timeout=60)
    try:
        connection.request("POST", path, body.encode(), dict(request.headers.items()))
        return connection.getresponse().status
    finally:
        connection.close()


def parts(fields: Mapping[str, str]) -> str:
    """Return a form as a browser sends files."""
    told = (f'--x\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{value}\r\n' for n, value in fields.items())
    return "".join([*told, "--x--\r\n"])


WAYS: Mapping[str, tuple[str, str, Mapping[str, str]]] = {
    "one in the address, another in the form": (f"/?{LOOK}", f"{REMOVE}&VolumeId={{}}", FORM),
    "one in the address, another in a form of parts": (
        f"/?{LOOK}",
        parts({"Action": "DeleteVolume", "VolumeId": "{}"}),
        PARTS,
    ),
    "two in the form": ("/", f"{LOOK}&{REMOVE}&VolumeId={{}}", FORM),
    "two in the form, turned around": ("/", f"{REMOVE}&{LOOK}&VolumeId={{}}", FORM),
    "one in a header, another in the form": (
        "/",
        f"{REMOVE}&VolumeId={{}}",
        {**FORM, "X-Amz-Target": "AmazonEC2.DescribeVolumes"},
    ),
    "one in a header, another in the address": (
        f"/?{REMOVE}&VolumeId={{}}",
        "",
        {"X-Amz-Target": "AmazonEC2.DescribeVolumes"},
    ),
    "two headers": (
        "/",
        "",
        {"X-Amz-Target": "AmazonEC2.DescribeVolumes", "Action": "DeleteVolume", "VolumeId": "{}"},
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_two_calls_in_one(endpoint: str, guest_keys: Keys, access: AwsAccess, volume: str, way: str) -> None:
    """She may look at volumes; whatever she adds to that is not done, and the volume stays."""
    path, body, headers = WAYS[way]
    named = {name: value.format(volume) for name, value in headers.items()}
    status = ask(endpoint, guest_keys, path.format(volume), body.format(volume), named)
    there = [one["VolumeId"] for one in access.client("ec2").describe_volumes()["Volumes"]]
    assert (403, True) == (status, volume in there)


def test_one_call(endpoint: str, guest_keys: Keys) -> None:
    """What says once what it asks for is answered, wherever it says so."""
    assert 200 == ask(endpoint, guest_keys, "/", f"{LOOK}&Version=2016-11-15", FORM)
    assert 200 == ask(endpoint, guest_keys, f"/?{LOOK}&Version=2016-11-15", "", {})
