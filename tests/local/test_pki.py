"""Certificates: two authorities, private files, made once."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from ruamel.yaml import YAML

from provision.targets.base.pki import Pki
from seatrial.provisioning.state import PlatformState


@pytest.fixture
def state(tmp_path: Path) -> PlatformState:
    return PlatformState(tmp_path, "team1")


def load(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def test_a_client_is_known_by_name_and_groups(state: PlatformState) -> None:
    """Kubernetes reads the user from the common name and the groups from the organizations."""
    cert = load(Pki(state).user("someone", "someone", ["system:masters", "others"]).cert)
    names = {oid: [a.value for a in cert.subject.get_attributes_for_oid(oid)] for oid in (NameOID.COMMON_NAME,)}
    groups = [a.value for a in cert.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)]
    assert (["someone"], ["system:masters", "others"]) == (names[NameOID.COMMON_NAME], groups)
    usage = cert.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert [ExtendedKeyUsageOID.CLIENT_AUTH] == list(usage)


def test_a_server_answers_to_its_hosts(state: PlatformState) -> None:
    """Addresses and names are told apart."""
    cert = load(Pki(state).kubernetes.issue("api", "api", hosts=["127.52.1.11", "kubernetes.default"]).cert)
    hosts = cert.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert ["127.52.1.11"] == [str(address) for address in hosts.get_values_for_type(x509.IPAddress)]
    assert ["kubernetes.default"] == hosts.get_values_for_type(x509.DNSName)


def test_no_client_of_the_api_is_let_into_etcd(state: PlatformState) -> None:
    """The two authorities do not vouch for one another's certificates."""
    pki = Pki(state)
    cert = load(pki.user("someone", "someone").cert)
    cert.verify_directly_issued_by(load(pki.kubernetes.pair.cert))
    with pytest.raises((InvalidSignature, ValueError)):
        cert.verify_directly_issued_by(load(pki.etcd.pair.cert))


def test_certificates_are_made_once(state: PlatformState) -> None:
    """A second run finds them as they were."""
    before = {path: path.read_bytes() for path in [Pki(state).user("one", "one").cert]}
    pki = Pki(state)
    pki.user("one", "one")
    assert before == {path: path.read_bytes() for path in before}


def test_every_file_is_private(state: PlatformState) -> None:
    """Keys, certificates and kubeconfigs have mode 0600."""
    pki = Pki(state)
    pki.kubeconfig(state.path("kubeconfig"), "https://127.52.1.10:6443", pki.user("one", "one"), name="team1")
    modes = {stat.S_IMODE(path.stat().st_mode) for path in state.dir.rglob("*") if path.is_file()}
    assert {0o600} == modes


def test_a_kubeconfig_has_all_it_needs_inside(state: PlatformState) -> None:
    """It can be copied anywhere."""
    pki = Pki(state)
    path = pki.kubeconfig(state.path("kubeconfig"), "https://api:6443", pki.user("one", "one"), name="team1")
    config = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    assert "team1" == config["current-context"]
    assert "https://api:6443" == config["clusters"][0]["cluster"]["server"]
    assert {"client-certificate-data", "client-key-data"} == set(config["users"][0]["user"])
