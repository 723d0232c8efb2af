"""Somebody else in the account: she may look at machines, as kops has to, and do what a bucket's own policy lets her.

Nothing else: no policy but those of buckets is looked at.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from provision.estate.calls import Call
from provision.estate.keys import Keys

GUEST_PREFIX = "GUEST_"
"""What stands before the variables of her keys."""

_LOOKS, _BUCKET = "ec2:Describe", "arn:aws:s3:::"


@dataclass(frozen=True)
class Guest:
    """The account's guest.

    Attributes:
        keys: Her keys.
        arn: Her name in policies.
        policy_of: Gives the policy of a bucket as JSON; empty where it has none.
    """

    keys: Keys
    arn: str
    policy_of: Callable[[str], str]

    def keys_of(self, key_id: str) -> Keys | None:
        """Return the access key of that id, if she has it."""
        return self.keys if key_id == self.keys.id else None

    def allowed(self, key_id: str, call: Call) -> bool:
        """Return whether she, if the access key *key_id* is hers, may make a call."""
        if key_id != self.keys.id or call.action.endswith(":Unknown"):
            return False
        bucket = call.resource.removeprefix(_BUCKET).partition("/")[0] if call.resource.startswith(_BUCKET) else ""
        return call.action.startswith(_LOOKS) or permits(self.policy_of(bucket), self.arn, call)


def permits(policy: str, arn: str, call: Call) -> bool:
    """Return whether a bucket's *policy* permits a call to the principal *arn*.

    A statement that permits under a condition permits nothing here; one that denies under a condition denies.
    """
    found = json.loads(policy)["Statement"] if policy else []
    statements: list[Mapping[str, Any]] = [found] if isinstance(found, dict) else found
    asked = (("Action", call.action), ("Resource", call.resource))
    meant = [s for s in statements if _meant(s, arn) and all(_names(s, element, value) for element, value in asked)]
    denied = any(statement["Effect"] != "Allow" for statement in meant)
    return not denied and any("Condition" not in statement for statement in meant)


def _meant(statement: Mapping[str, Any], arn: str) -> bool:
    principal = statement.get("Principal", {})
    named = principal if isinstance(principal, str) else principal.get("AWS", [])
    return any(one in ("*", arn) for one in _listed(named))


def _names(statement: Mapping[str, Any], element: str, value: str) -> bool:
    return any(fnmatchcase(value, pattern) for pattern in _listed(statement.get(element, [])))


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
