"""The keys of a platform's own cloud: made when it is stood up, and known to nobody who cannot read its state."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from seatrial.provisioning.state import PlatformState

RECORD = "aws-keys"
GUEST = "guest-keys"
"""The record of the keys of somebody else in the same account, to whom nobody has given rights."""


@dataclass(frozen=True)
class Keys:
    """An access key of the AWS API: its public id, and the secret that requests are signed with."""

    id: str
    secret: str = field(repr=False)

    def environment(self, prefix: str = "") -> dict[str, str]:
        """Return the variables by which AWS's own libraries and programs take the keys, each after a *prefix*."""
        return {f"{prefix}AWS_ACCESS_KEY_ID": self.id, f"{prefix}AWS_SECRET_ACCESS_KEY": self.secret}


def make() -> Keys:
    """Return new keys."""
    return Keys(f"SEATRIAL{secrets.token_hex(6).upper()}", secrets.token_urlsafe(30))


def ensure(state: PlatformState, name: str = RECORD) -> Keys:
    """Return the keys of a platform, from the record *name* of its state; they are made if there are none yet.

    Raises:
        StateError: The state cannot be used.
    """
    record = state.read(name)
    if record is None:
        made = make()
        state.write(name, {"id": made.id, "secret": made.secret})
        return made
    return Keys(str(record["id"]), str(record["secret"]))


def given(environ: Mapping[str, str], prefix: str = "") -> Keys | None:
    """Return the keys that an environment has by variables with a *prefix*, or nothing where it has none."""
    id_, secret = environ.get(f"{prefix}AWS_ACCESS_KEY_ID"), environ.get(f"{prefix}AWS_SECRET_ACCESS_KEY")
    return Keys(id_, secret) if id_ and secret else None
