"""The platform's own certificate authorities and certificates, under ``pki/`` in its state; private to its owner.

Two authorities, as kops has them: one for the Kubernetes API, one for etcd alone, so that no client of the API is let
into etcd. Keys are ECDSA P-256, which kops imports as well and which are made in no time.
"""

from __future__ import annotations

import base64
import datetime as dt
import io
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from ruamel.yaml import YAML

from provision.estate.authority_use import key_usage
from seatrial import contained
from seatrial.provisioning.state import PlatformState

_YEAR = dt.timedelta(days=365)
_SKEW = dt.timedelta(hours=1)


@dataclass(frozen=True)
class KeyPair:
    """A certificate and its key, as files in PEM."""

    cert: Path
    key: Path


class Authority:
    """A certificate authority in a directory; made on first use, read again later.

    Args:
        directory: Where its files are: ``<name>.crt`` and ``<name>.key``, and those of each certificate it issues.
        name: Its common name.
    """

    def __init__(self, directory: Path, name: str) -> None:
        self._directory = directory
        self.pair = KeyPair(directory / f"{name}.crt", directory / f"{name}.key")
        if not (self.pair.cert.exists() and self.pair.key.exists()):
            self._make(name)
        self._cert = x509.load_pem_x509_certificate(self.pair.cert.read_bytes())
        key = serialization.load_pem_private_key(self.pair.key.read_bytes(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError(f"expected an ECDSA key in {self.pair.key}")
        self._key = key

    def issue(
        self, name: str, common_name: str, organizations: Sequence[str] = (), hosts: Sequence[str] = ()
    ) -> KeyPair:
        """Issue a certificate, unless there is one for the same hosts already.

        Args:
            name: The stem of its files.
            common_name: The subject's common name, which is the user's name in Kubernetes.
            organizations: The subject's organizations, which are the user's groups.
            hosts: Names and addresses that a server answers to; a certificate without any is for clients only.
        """
        pair = KeyPair(self._directory / f"{name}.crt", self._directory / f"{name}.key")
        if pair.cert.exists() and pair.key.exists():
            return pair
        key = ec.generate_private_key(ec.SECP256R1())
        attributes = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, group) for group in organizations]
        attributes.append(x509.NameAttribute(NameOID.COMMON_NAME, common_name))
        usages = [ExtendedKeyUsageOID.CLIENT_AUTH]
        if hosts:
            usages.append(ExtendedKeyUsageOID.SERVER_AUTH)
        builder = (
            _builder(x509.Name(attributes), self._cert.subject, key.public_key())
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(key_usage(authority=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        )
        if hosts:
            builder = builder.add_extension(x509.SubjectAlternativeName([_host(h) for h in hosts]), critical=False)
        _write_key(pair.key, key)
        contained.write(pair.cert, builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
        return pair

    def _make(self, name: str) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = (
            _builder(subject, subject, key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(key_usage(authority=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        )
        _write_key(self.pair.key, key)
        contained.write(self.pair.cert, builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))


class Pki:
    """All certificates of a platform.

    Attributes:
        kubernetes: The authority of the Kubernetes API; its key pair is what kops imports.
        etcd: The authority of etcd.
        service_accounts: The key pair that signs tokens of service accounts; its `cert` is the bare public key.
    """

    def __init__(self, state: PlatformState) -> None:
        directory = state.path("pki", "x").parent
        self._state = state
        self.kubernetes = Authority(directory, "kubernetes-ca")
        self.etcd = Authority(directory, "etcd-ca")
        self.service_accounts = KeyPair(directory / "service-account.pub", directory / "service-account.key")
        if not (self.service_accounts.cert.exists() and self.service_accounts.key.exists()):
            key = ec.generate_private_key(ec.SECP256R1())
            _write_key(self.service_accounts.key, key)
            public = key.public_key().public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
            contained.write(self.service_accounts.cert, public)

    def user(self, name: str, common_name: str, organizations: Sequence[str] = ()) -> KeyPair:
        """Issue a client certificate of the Kubernetes API."""
        return self.kubernetes.issue(name, common_name, organizations)

    def etcd_client(self) -> KeyPair:
        """Issue the certificate with which etcd can be asked."""
        return self.etcd.issue("etcd-client", "seatrial")

    def kubeconfig(self, path: Path, server: str, user: KeyPair, *, name: str) -> Path:
        """Write a kubeconfig (mode 0600) that has all it needs inside.

        Args:
            path: The file.
            server: The API's address.
            user: The client certificate.
            name: The name of its cluster, user and context.
        """
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [
                {
                    "name": name,
                    "cluster": {"server": server, "certificate-authority-data": _base64(self.kubernetes.pair.cert)},
                }
            ],
            "users": [
                {
                    "name": name,
                    "user": {
                        "client-certificate-data": _base64(user.cert),
                        "client-key-data": _base64(user.key),
                    },
                }
            ],
            "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
            "current-context": name,
        }
        text = io.StringIO()
        YAML(typ="safe", pure=True).dump(config, text)
        return contained.write(path, text.getvalue())


def _builder(subject: x509.Name, issuer: x509.Name, public_key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SKEW)
        .not_valid_after(now + _YEAR)
    )


def _host(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    contained.write(
        path,
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        ),
    )


def _base64(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()
