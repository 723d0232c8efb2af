"""A real moto server for the tests of the estate, and the real kops where the toolchain's cache has it."""

from __future__ import annotations

import datetime as dt
import ipaddress
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from ruamel.yaml import YAML

from provision.estate import AwsAccess, Estate, Keys, Kops, moto_environment, ready
from provision.estate.guest import GUEST_PREFIX
from provision.estate.keys import make
from provision.spec import PLATFORM_FILE, PlatformSpec
from provision.targets.base.encryption import encryption_config
from provision.toolchain import Toolchain
from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import Judgement, Mismatch
from seatrial.checks.observer import Fidelity, Recorder
from seatrial.observers.aws import Aws
from seatrial.provisioning.state import PlatformState

from . import telling_moto

ROOT = Path(__file__).parents[2]
WORLD = ipaddress.ip_network("127.99.99.0/24")
"""The range that plays public addresses."""


def _yes(answer: bool) -> Judgement:
    return Judgement() if answer else Judgement((Mismatch("moto", "an answer", "none"),))


@pytest.fixture(scope="module")
def keys() -> Keys:
    """The keys that the moto server lets in."""
    return make()


@pytest.fixture(scope="module")
def guest_keys() -> Keys:
    """The keys of somebody else in the account."""
    return make()


@pytest.fixture(scope="module")
def faults(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of what the moto server does amiss; nothing while it is not there."""
    return tmp_path_factory.mktemp("faults") / "faults.json"


@pytest.fixture(scope="module")
def endpoint(keys: Keys, guest_keys: Keys, faults: Path) -> Iterator[str]:
    """The address of a moto server of this module's own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    argv = [sys.executable, "-m", telling_moto.__name__, "--host", "127.0.0.1", "--port", str(port)]
    argv += ["--faults", str(faults), "--calls", str(faults.with_name("calls")), f"--world={WORLD}"]
    known = keys.environment() | guest_keys.environment(GUEST_PREFIX)
    with subprocess.Popen(argv, cwd=ROOT, env=os.environ | known) as server:
        address = f"http://127.0.0.1:{port}"
        try:
            eventually(lambda: ready(address, keys), _yes, within=60)
            yield address
        finally:
            server.terminate()


@pytest.fixture(scope="module")
def access(endpoint: str, keys: Keys) -> AwsAccess:
    """The cloud: the moto server."""
    base = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return AwsAccess(base | moto_environment(endpoint, "eu-west-1", keys))


@pytest.fixture(scope="module")
def aws(access: AwsAccess) -> Aws:
    """The AWS observer on the moto server."""
    return Aws(access, Fidelity.SIMULATED, Recorder())


@pytest.fixture(scope="session")
def spec() -> PlatformSpec:
    """The platform's own parameters."""
    return PlatformSpec.model_validate(YAML(typ="safe").load(PLATFORM_FILE))


@pytest.fixture(scope="session")
def kops_binary() -> Path:
    """The real kops."""
    status = Toolchain().look("kops")
    if status.path is None:
        pytest.skip("kops is not in the toolchain's cache: any standup puts it there")
    return status.path


@pytest.fixture(scope="session")
def ca(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The files of a platform's CA: its certificate and its key."""
    folder = tmp_path_factory.mktemp("ca")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "kubernetes-ca")])
    now = dt.datetime.now(dt.UTC)
    usage = dict.fromkeys(
        (
            "digital_signature",
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "encipher_only",
            "decipher_only",
        ),
        False,
    ) | {"key_cert_sign": True, "crl_sign": True}
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=10))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / "ca.crt", folder / "ca.key"
    cert_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return cert_file, key_file


@pytest.fixture(scope="session")
def encryption(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a platform's key for Secrets."""
    return encryption_config(PlatformState(tmp_path_factory.mktemp("encryption"), "red"))


@pytest.fixture(scope="module")
def kops(
    kops_binary: Path, access: AwsAccess, spec: PlatformSpec, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Kops]:
    """Makes the kops of a team."""
    return lambda team: Kops(kops_binary, access, spec, team, tmp_path_factory.getbasetemp() / f"kops-{team}")


@pytest.fixture(scope="module")
def estate(access: AwsAccess, spec: PlatformSpec, kops: Callable[[str], Kops]) -> Callable[[str], Estate]:
    """Makes the estate of a team, not stood up."""
    return lambda team: Estate(spec, team, access, kops(team))


@pytest.fixture(scope="module")
def stood_up(estate: Callable[[str], Estate], ca: tuple[Path, Path], encryption: Path) -> Callable[[str], Estate]:
    """Stands the estate of a team up."""

    def stand_up(team: str) -> Estate:
        made = estate(team)
        made.ensure_store()
        made.ensure_zone()
        made.ensure_cluster(*ca, encryption)
        made.ensure_volumes()
        made.ensure_ingress_rules()
        return made

    return stand_up
