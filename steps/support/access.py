"""The team's bucket, and the access that comes out of it."""

from __future__ import annotations

import base64
import datetime as dt
import io
import math
from collections.abc import Callable
from pathlib import Path

from cryptography import x509
from ruamel.yaml import YAML

from seatrial import contained
from seatrial.checks.expectations import Rows
from seatrial.observers.aws import Aws

_CREDENTIALS = ("401", "403", "unauthorized", "forbidden", "logged in", "anonymous", "credentials", "username")


def buckets(aws: Aws) -> Rows:
    """Return every bucket: whether it keeps versions, encrypts, and is closed to the public."""
    return {
        b.name: {"keeps_versions": b.versioned, "encrypted": b.encrypted, "closed_to_public": b.private}
        for b in aws.buckets()
    }


def without_credentials(kubeconfig: Path, to: Path) -> Path:
    """Write *kubeconfig* without any user's keys, passwords or tokens *to* another file."""
    yaml = YAML()
    content = yaml.load(kubeconfig.read_text("utf-8"))
    for user in content.get("users") or []:
        user["user"] = {}
    text = io.StringIO()
    yaml.dump(content, text)
    return contained.write(to, text.getvalue())


def seconds_left(kubeconfig: Path) -> float:
    """Return for how many seconds the keys in *kubeconfig* are good at most; a token or a password has no end."""
    users = YAML(typ="safe").load(kubeconfig.read_text("utf-8")).get("users") or []
    return max((_left(user["user"]) for user in users), default=0.0)


def turned_away(operate: Callable[[], object]) -> str:
    """Say how the platform answers somebody who tries to *operate* it without credentials."""
    try:
        seen = operate()
    except Exception as error:  # noqa: BLE001 - which error depends on the client
        return f"turned away: {error}" if any(c in str(error).lower() for c in _CREDENTIALS) else f"an error: {error}"
    return f"let in, and shown {seen}"


def _left(user: dict[str, str]) -> float:
    """Return for how many seconds the certificate of *user* is good; for ever where there is none."""
    if "client-certificate-data" not in user:
        return math.inf
    certificate = x509.load_pem_x509_certificate(base64.b64decode(user["client-certificate-data"]))
    return (certificate.not_valid_after_utc - dt.datetime.now(dt.UTC)).total_seconds()
