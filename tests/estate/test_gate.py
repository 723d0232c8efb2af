"""The gate before moto: only the holder of the platform's keys gets an answer, and moto's own controls nobody."""

from __future__ import annotations

import datetime as dt
import hashlib
import http.client
from collections.abc import Callable
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from provision.estate import AwsAccess
from provision.estate.gate import Gate, proof
from provision.estate.keys import Keys, make
from provision.estate.moto import ready

PRIVATE = "team.example.com/pki/private/kubernetes-ca/keyset.yaml"
Ask = Callable[..., tuple[int, bytes]]


@pytest.fixture(scope="module")
def bucket(access: AwsAccess) -> str:
    """Return the bucket of a state, with a private key in it."""
    s3 = access.client("s3")
    s3.create_bucket(Bucket="state", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket="state", Key=PRIVATE, Body=b"the CA's key")
    return "state"


@pytest.fixture
def ask(endpoint: str) -> Ask:
    """Send a request as it is; give the status and the body of the answer."""

    def send(method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b"") -> tuple[int, bytes]:
        where = urlsplit(endpoint)
        connection = http.client.HTTPConnection(str(where.hostname), where.port, timeout=20)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    return send


def signed(
    keys: Keys, endpoint: str, path: str, method: str = "GET", body: bytes = b"", signer: type[SigV4Auth] = S3SigV4Auth
) -> dict[str, str]:
    """Return the headers of a request that is signed by botocore."""
    request = AWSRequest(method, f"{endpoint}{path}", data=body)
    signer(Credentials(keys.id, keys.secret), "s3", "eu-west-1").add_auth(request)
    return dict(request.headers.items())


def test_the_holder_of_the_keys(access: AwsAccess, bucket: str, endpoint: str, keys: Keys, ask: Ask) -> None:
    """What is signed with the platform's keys is answered, by each way of signing that clients have."""
    assert b"the CA's key" == access.client("s3").get_object(Bucket=bucket, Key=PRIVATE)["Body"].read()
    path = f"/{bucket}/{PRIVATE}"
    assert (200, b"the CA's key") == ask("GET", path, signed(keys, endpoint, path))
    spaced = access.client("s3")
    spaced.put_object(Bucket=bucket, Key="a b/ö+~(1)=?&x", Body=b"odd")
    assert b"odd" == spaced.get_object(Bucket=bucket, Key="a b/ö+~(1)=?&x")["Body"].read()
    assert ["a b/ö+~(1)=?&x"] == [o["Key"] for o in spaced.list_objects_v2(Bucket=bucket, Prefix="a b/ö+")["Contents"]]
    assert access.client("ec2").describe_vpcs()["Vpcs"]
    assert [] == access.client("route53").list_hosted_zones(MaxItems="3")["HostedZones"]


def test_nobody(bucket: str, ask: Ask) -> None:
    """An unsigned request for the cluster's CA is refused, and says nothing of what there is."""
    status, body = ask("GET", f"/{bucket}/{PRIVATE}")
    assert 403 == status
    assert b"AccessDenied" in body
    assert b"CA's key" not in body
    assert body == ask("GET", "/no-such-bucket/none")[1]
    assert 403 == ask("GET", "/")[0]
    assert 403 == ask("POST", "/", {"Content-Type": "application/x-www-form-urlencoded"}, b"Action=DescribeVpcs")[0]


def test_other_keys(endpoint: str, bucket: str, keys: Keys, ask: Ask) -> None:
    """Another id, or another secret for the same id, is refused; AWS's own client says so."""
    path = f"/{bucket}/{PRIVATE}"
    for wrong in (make(), Keys(keys.id, make().secret), Keys(make().id, keys.secret), Keys("simulated", "simulated")):
        assert 403 == ask("GET", path, signed(wrong, endpoint, path))[0]
    stranger = boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="eu-west-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 - it is to be refused
        config=Config(retries={"total_max_attempts": 1}),
    )
    with pytest.raises(ClientError, match="AccessDenied"):
        stranger.list_buckets()
    address = stranger.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": PRIVATE})
    assert 403 == ask("GET", address.removeprefix(endpoint))[0]


def test_a_signature_is_of_one_request(endpoint: str, bucket: str, keys: Keys, ask: Ask) -> None:
    """Taken to another path, query, method or body, or with a header changed, a signature is worth nothing."""
    path = f"/{bucket}/{PRIVATE}"
    good = signed(keys, endpoint, path)
    assert 200 == ask("GET", path, good)[0]
    assert 403 == ask("GET", f"/{bucket}", good)[0]
    assert 403 == ask("GET", f"{path}?acl", good)[0]
    assert 403 == ask("DELETE", path, good)[0]
    assert 403 == ask("PUT", path, good, b"mine")[0]
    put = signed(keys, endpoint, path, "PUT", b"theirs")
    assert 403 == ask("PUT", path, put, b"mine")[0]
    mine = put | {"X-Amz-Content-SHA256": hashlib.sha256(b"mine").hexdigest()}
    assert 403 == ask("PUT", path, mine, b"mine")[0]
    assert 403 == ask("GET", path, good | {"X-Amz-Acl": "public-read"})[0]
    assert 403 == ask("GET", path, {**good, "Authorization": good["Authorization"].replace("host;", "")})[0]
    assert 200 == ask("GET", path, good)[0]


@pytest.mark.parametrize("age", [-3600, 3600])
def test_an_old_signature(
    endpoint: str, bucket: str, keys: Keys, ask: Ask, age: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A signature is good for minutes."""
    path = f"/{bucket}/{PRIVATE}"
    then = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=age)
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: then)
    assert 403 == ask("GET", path, signed(keys, endpoint, path))[0]


@pytest.mark.parametrize(
    "header",
    [
        {"Host": "evil.example"},
        {"Host": "localhost"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Referer": "https://evil.example/page"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
    ids=lambda header: "-".join(*header.items()),
)
@pytest.mark.parametrize("path", ["/state/" + PRIVATE, "/seatrial-ready?nonce=x", "/kops-assets/1.36.1/linux/a.sha256"])
def test_a_web_page(endpoint: str, bucket: str, keys: Keys, ask: Ask, header: dict[str, str], path: str) -> None:
    """What a browser sends, or who asks for another host's name, is refused whatever it is signed with."""
    assert 403 == ask("GET", path, signed(keys, endpoint, path) | header)[0]


@pytest.mark.parametrize(
    "path", ["/moto-api/reset", "//moto-api/reset", "/%6doto-api/reset", "/moto-api", "/latest/api/token"]
)
@pytest.mark.parametrize("signer", [S3SigV4Auth, SigV4Auth, None])
def test_motos_own_controls(
    access: AwsAccess, endpoint: str, bucket: str, keys: Keys, ask: Ask, path: str, signer: type[SigV4Auth] | None
) -> None:
    """Nobody empties the cloud, signed or not."""
    headers = signed(keys, endpoint, path, "POST", signer=signer) if signer else {}
    assert 403 == ask("POST", path, headers)[0]
    assert b"the CA's key" == access.client("s3").get_object(Bucket=bucket, Key=PRIVATE)["Body"].read()


def test_the_length_of_a_body(ask: Ask, keys: Keys, endpoint: str) -> None:
    """A body is not read without a signature, nor when it is too long or does not say how long it is."""
    head = signed(keys, endpoint, "/x", "PUT")
    for headers in ({"Content-Length": "999999999999"}, {"Content-Length": "-1"}, {"Content-Length": "x"}):
        assert 403 == ask("PUT", "/x", head | headers)[0]
    assert 403 == ask("PUT", "/x", {"Content-Length": "999999999999"})[0]


def test_known_by_its_keys(endpoint: str, keys: Keys) -> None:
    """Another server at the address is not taken for the platform's own."""
    assert ready(endpoint, keys)
    assert not ready(endpoint, make())
    assert proof(keys, "one") != proof(keys, "two")


def test_what_needs_no_keys(ask: Ask) -> None:
    """The hashes of kops's assets, which are the same everywhere, are served to anybody."""
    status, body = ask("GET", "/kops-assets/1.36.1/linux/amd64/nodeup.sha256")
    assert (200, 64) == (status, len(body))
    for path in ("/kops-assets/../state/", "//kops-assets/../state/", "/kops-assets/", "/kops-assets%2f../state/"):
        assert ask("GET", path + PRIVATE)[0] in (403, 404)


def test_keys_stay_out_of_messages(keys: Keys) -> None:
    """The secret is not in what Python prints of the keys, nor in an answer of the gate."""
    assert keys.secret not in repr(keys)
    assert callable(Gate)
