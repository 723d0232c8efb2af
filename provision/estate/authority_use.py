"""What a certificate authority may be used for, so that kops keeps it."""

from __future__ import annotations

from pathlib import Path

from cryptography import x509

_SIGNS = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


def signs_alone(cert: Path) -> bool:
    """Tell whether kops will keep *cert*: it replaces, without failing, a CA that may do more or less than sign."""
    extensions = x509.load_pem_x509_certificate(cert.read_bytes()).extensions
    try:
        usage = extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return usage.public_bytes() == _SIGNS.public_bytes()
