"""The keys of a platform's own cloud: made when it is stood up, and known to nobody who cannot read its state."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from seatrial.provisioning.state import PlatformState

RECORD, UPDATERS, GUEST = "aws-keys", "updater-keys", "guest-keys"
"""Under which names a platform's state has keys: its own, its DNS updater's, those of somebody else in the account."""


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
    known = recorded(state, name)
    if known is None:
        known = make()
        record(state, known, name)
    return known


def recorded(state: PlatformState, name: str = RECORD) -> Keys | None:
    """Return the keys that a platform's state has under *name*, if any.

    Raises:
        StateError: The state cannot be used.
    """
    found = state.read(name)
    return None if found is None else Keys(str(found["id"]), str(found["secret"]))


def record(state: PlatformState, keys: Keys, name: str = RECORD) -> None:
    """Keep *keys* in a platform's state under *name*.

    Raises:
        StateError: The state cannot be used.
    """
    state.write(name, {"id": keys.id, "secret": keys.secret})


def given(environ: Mapping[str, str], prefix: str = "") -> Keys | None:
    """Return the keys that an environment has by variables with a *prefix*, or nothing where it has none."""
    id_, secret = environ.get(f"{prefix}AWS_ACCESS_KEY_ID"), environ.get(f"{prefix}AWS_SECRET_ACCESS_KEY")
    return Keys(id_, secret) if id_ and secret else None
