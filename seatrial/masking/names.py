"""Names that say that what they name is a secret."""

from __future__ import annotations

import re

HIDDEN = "***"

_PLAIN = {"true", "false", "null", "none", "nothing", "nil", "yes", "no", "", HIDDEN, "simulated", "<nil>", "<none>"}
"""What a name of a secret may stand beside without being one; ``simulated`` is the account of a simulated cloud."""

_ENDINGS = (
    "password",
    "passwd",
    "passphrase",
    "passwort",
    "secret",
    "token",
    "apikey",
    "accesskey",
    "accesskeyid",
    "secretkey",
    "privatekey",
    "clientkey",
    "clientkeydata",
    "encryptionkey",
    "signingkey",
    "credential",
    "credentials",
    "authorization",
    "cookie",
    "xamzsignature",
)
_SHORT = re.compile(r"(?i)(?:^|[_.-])(?:pass|pwd|pw)$")
_PLURAL = ("passwords", "tokens", "passphrases", "apikeys")
_JOINTS = re.compile(r"[\W_]+")
_LONGEST = 48
"""The end of a name is enough to know it."""


def names_secret(name: str) -> bool:
    """Return whether *name*, as in ``DB_PASSWORD``, ``--api-token`` or ``clientKey2``, names a secret."""
    end = name[-_LONGEST:].rstrip("0123456789_-. ")
    return _JOINTS.sub("", end).lower().endswith(_ENDINGS) or _SHORT.search(end) is not None


def names_secrets(name: str) -> bool:
    """Return whether *name* names several."""
    return _JOINTS.sub("", name[-_LONGEST:]).lower().endswith(_PLURAL)


def is_plain(value: str) -> bool:
    """Return whether *value* says only that there is one or none."""
    return value.strip().lower() in _PLAIN
