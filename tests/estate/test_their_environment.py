"""What somebody has set for an account of theirs reaches no client of a simulated cloud."""

from __future__ import annotations

import http.server
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from provision.estate import AwsAccess, Keys, moto_environment
from seatrial.errors import UsageError
from tests import nonsense

OURS = Keys("simulated", "simulated")
SERVICES = ["ec2", "autoscaling", "elb", "elbv2", "iam", "route53", "s3", "sts", "events", "sqs"]


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """The address of a server that refuses everything, and every line of a request that it was sent."""
    lines: list[str] = []

    class Refuse(http.server.BaseHTTPRequestHandler):
        def _refuse(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            lines.append(f"{self.headers.get('Authorization', '')} {self.headers.get('X-Amz-Security-Token', '')}")
            self.send_response(400)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST = do_HEAD = _refuse  # noqa: N815 - named by the library

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refuse)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", lines
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("service", SERVICES)
def test_no_client_knows_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, asked: tuple[str, list[str]], service: str
) -> None:
    """Every client asks the server that it is told to, as nobody, whatever the environment says."""
    endpoint, lines = asked
    for name, value in nonsense.environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    client = AwsAccess(moto_environment(endpoint, "eu-west-1", OURS)).client(service)
    call = {
        "ec2": "describe_regions", "autoscaling": "describe_auto_scaling_groups", "iam": "list_roles",
        "elb": "describe_load_balancers", "elbv2": "describe_load_balancers", "route53": "list_hosted_zones",
        "s3": "list_buckets", "sts": "get_caller_identity", "events": "list_rules", "sqs": "list_queues",
    }[service]  # fmt: skip
    with pytest.raises((ClientError, ResponseParserError)):
        getattr(client, call)()
    assert lines
    assert all("Credential=simulated/" in line and "their" not in line for line in lines)


def test_kops_knows_none_of_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The environment of kops has neither their files, nor their account, nor their proxies."""
    theirs = nonsense.environment(tmp_path)
    for name, value in theirs.items():
        monkeypatch.setenv(name, value)
    endpoint = "http://127.0.0.1:1"
    access = AwsAccess(dict(os.environ) | moto_environment(endpoint, "eu-west-1", OURS))
    known = access.environment()
    assert {"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"}.items() <= known.items()
    assert not {"AWS_PROFILE", "AWS_CA_BUNDLE", "AWS_ROLE_ARN", "AWS_ENDPOINT_URL_S3"} & set(known)


def test_a_real_cloud_is_reached_as_its_environment_says(tmp_path: Path) -> None:
    """Of the real cloud, profile and files are those of the environment that is given; a missing one is named."""
    file = tmp_path / "config"
    file.write_text("[profile ours]\naws_access_key_id = OURS\naws_secret_access_key = ours\n")
    env = {"AWS_REGION": "eu-west-1", "AWS_CONFIG_FILE": str(file), "AWS_PROFILE": "ours"}
    client: Any = AwsAccess(env | {"AWS_SHARED_CREDENTIALS_FILE": "/dev/null"}).client("ec2")
    assert "OURS" == client._request_signer._credentials.access_key
    with pytest.raises(UsageError, match=r"AWS cannot be asked: .*nobody.*; correct AWS_PROFILE"):
        AwsAccess(env | {"AWS_PROFILE": "nobody"}).client("ec2")
