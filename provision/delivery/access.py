"""Who may do what at a platform's server of pipelines: keys and passwords, made anew for each platform."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from seatrial import contained
from seatrial.provisioning.state import PlatformState

RECORD: Final = "delivery-access"
"""Under which name a platform's state has the passwords."""
USER: Final = "seatrial"
"""The one user of the server, of its database, and of the repositories."""
SESSION, HOST, WORKER = "session", "host", "worker"

_BITS = 2048
_BYTES = 24


@dataclass(frozen=True, repr=False)
class Access:
    """The passwords of one platform's server of pipelines.

    Attributes:
        server: Of its user.
        database: Of its database.
        git: Of the repositories.
        client: What its own parts know one another by.
        hook: What a repository tells of a push with.
    """

    server: str
    database: str
    git: str
    client: str
    hook: str

    @classmethod
    def ensure(cls, state: PlatformState) -> Access:
        """Return those of a platform; they are made if there are none yet."""
        known = state.read(RECORD)
        if known is None:
            known = {one.name: secrets.token_urlsafe(_BYTES) for one in fields(cls)}
            state.write(RECORD, known)
        return cls(**known)

    def of_server(self) -> Mapping[str, str]:
        """Return the variables by which the server is told of them."""
        return {
            "CONCOURSE_ADD_LOCAL_USER": f"{USER}:{self.server}",
            "CONCOURSE_POSTGRES_PASSWORD": self.database,
            "CONCOURSE_CLIENT_SECRET": self.client,
            "CONCOURSE_TSA_CLIENT_SECRET": self.client,
        }


def ensure_keys(folder: Path) -> Path:
    """Have the server's own keys in *folder*, each for its owner alone, with its public half beside it; return it."""
    for name in (SESSION, HOST, WORKER):
        if contained.read(folder / f"{name}.key") is None:
            key = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
            form, plain = serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
            openssh = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
            contained.write(folder / f"{name}.pub", openssh.decode() + "\n")
            contained.write(folder / f"{name}.key", key.private_bytes(serialization.Encoding.PEM, form, plain).decode())
    return folder


def environment_file(file: Path, values: Mapping[str, str]) -> Path:
    """Write variables as a container engine reads them; return the file."""
    return contained.write(file, "".join(f"{name}={value}\n" for name, value in values.items()))
