"""What a certificate may be used for, so that kops keeps an authority."""

from __future__ import annotations

from pathlib import Path

from cryptography import x509


def key_usage(*, authority: bool) -> x509.KeyUsage:
    """Return what the key of a certificate is for: an authority's signs alone."""
    return x509.KeyUsage(
        digital_signature=not authority,  # kops replaces a CA that may do more than sign certificates and lists
        key_cert_sign=authority,
        crl_sign=authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
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
    return usage.public_bytes() == key_usage(authority=True).public_bytes()
