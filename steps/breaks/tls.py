"""Breaks of certificates: none, or that of a stranger."""

from __future__ import annotations

import base64
import datetime as dt

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from seatrial.sabotage import Sabotage, Site, until
from steps.breaks import rounds
from steps.support.ingress import CERTIFICATE, CONTROLLERS
from steps.support.names import fqdn
from steps.support.site import DAEMONSET

_ROUTING = "features/ingress/routing.feature"


def certificate_lost(site: Site) -> tuple[str, ...]:
    site.delete("v1 Secret", CERTIFICATE, CONTROLLERS)
    return (fqdn(site.platform, "msvc1"),)


def certificate_of_a_stranger(site: Site) -> tuple[str, ...]:
    """Put a certificate of nobody's authority in the place of the platform's, wherever the controllers have it from."""
    zone = site.facts.zone
    files = {name: base64.b64encode(text).decode() for name, text in self_signed(zone, days=30).items()}
    site.patch("v1 Secret", CERTIFICATE, CONTROLLERS, {"data": files})
    if _mounts(site, CERTIFICATE):
        meta = {"name": "strangers-tls", "namespace": CONTROLLERS}
        kind = {"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls"}
        site.create({**kind, "metadata": meta, "data": files})
        volume = {"name": "certificate", "secret": {"secretName": "strangers-tls"}}
        spec = {"template": {"spec": {"volumes": [volume]}}}
        site.patch(DAEMONSET, "ingress-controller", "ingress", {"spec": spec})
        until("the controllers have the certificate", lambda: _rolled_out(site))
    return (fqdn(site.platform, "msvc1"),)


def _mounts(site: Site, secret: str) -> bool:
    found = site.read(DAEMONSET, "ingress-controller", "ingress")["spec"]["template"]["spec"].get("volumes", [])
    return any(volume.get("secret", {}).get("secretName") == secret for volume in found)


def _rolled_out(site: Site) -> bool:
    found = site.read(DAEMONSET, "ingress-controller", "ingress")
    status, wanted = found["status"], found["status"]["desiredNumberScheduled"]
    current = status.get("observedGeneration") == found["metadata"]["generation"]
    return bool(current and status.get("updatedNumberScheduled") == wanted == status.get("numberAvailable"))


def self_signed(zone: str, days: int) -> dict[str, bytes]:
    """Return a certificate for all names of *zone* that nobody vouches for, and its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, zone)])
    names = x509.SubjectAlternativeName([x509.DNSName(zone), x509.DNSName(f"*.{zone}")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    written = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    return {"tls.crt": certificate.public_bytes(pem), "tls.key": written}


SABOTAGES = (
    Sabotage(
        "a certificate is missing",
        certificate_lost,
        f"{_ROUTING}::Every route has a certificate for its name",
        rounds.PLATFORM,
        ("certificate there", "certificate missing"),
    ),
    Sabotage(
        "a certificate of a stranger's",
        certificate_of_a_stranger,
        f"{_ROUTING}::A visitor comes by TLS",
        rounds.WAY_IN,
        ("certificate verify failed",),
    ),
)
