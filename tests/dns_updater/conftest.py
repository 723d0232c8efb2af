"""What the tests of the DNS updater share; the program under test is not installed beside the harness."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parents[2] / "images" / "dns-updater"
sys.path.insert(0, str(PROGRAM))

from tests.dns_updater.aws_proxy import AwsProxy, moto_process  # noqa: E402 - needs the path above
from tests.dns_updater.kubernetes_api import Kubernetes, api_server  # noqa: E402
from tests.dns_updater.updater_process import Updater  # noqa: E402


@pytest.fixture(scope="session")
def moto() -> Iterator[str]:
    """A moto server of its own; its endpoint."""
    with moto_process() as endpoint:
        yield endpoint


@pytest.fixture
def aws(moto: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[AwsProxy]:
    """A proxy before moto, which counts calls and can fail; the AWS variables point at it."""
    for name, value in {
        "AWS_ENDPOINT_URL": moto,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    with AwsProxy(moto) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.endpoint)
        yield proxy


@pytest.fixture(scope="session")
def kubernetes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kubernetes]:
    """A real API server over a real etcd, without any controller."""
    with api_server(tmp_path_factory.mktemp("kubernetes")) as server:
        yield server


@pytest.fixture
def updater(aws: AwsProxy, kubernetes: Kubernetes, tmp_path: Path) -> Iterator[Updater]:
    """The updater as a process, not yet started."""
    env = {**os.environ, "KUBECONFIG": str(kubernetes.kubeconfig), "PYTHONPATH": str(PROGRAM)}
    with Updater(env, tmp_path / "updater.log") as process:
        yield process
