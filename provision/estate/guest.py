"""Somebody else in the account: she may look at machines, as kops has to, and do what a bucket's own policy lets her.

Nothing else: no policy but those of buckets is looked at.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from provision.estate.keys import Keys
from provision.estate.signature import Received, claimed

GUEST_PREFIX = "GUEST_"
"""What stands before the variables of her keys."""

_OF_AN_OBJECT = {"GET": "s3:GetObject", "HEAD": "s3:GetObject", "PUT": "s3:PutObject", "DELETE": "s3:DeleteObject"}
_LISTING = {
    "continuation-token", "delimiter", "encoding-type", "fetch-owner", "list-type", "max-keys", "prefix", "start-after",
    "x-id",
}  # fmt: skip
"""What may be said of a listing; every other word of a query asks for something else."""


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

    def refusal(self, request: Received, body: bytes) -> str:
        """Return why a request of hers is refused; nothing of a look at machines, nor of what a bucket permits."""
        if _looks_at_machines(request, body):
            return ""
        action, bucket, resource = asked(request)
        if not action:
            return "she has no rights in this account"
        permitted = permits(self.policy_of(bucket), self.arn, action, resource)
        return "" if permitted else f"the bucket {bucket} does not let her do {action}"


def _looks_at_machines(request: Received, body: bytes) -> bool:
    if claimed(request)[1] != "ec2" or (request.method, request.path) != ("POST", "/"):
        return False
    actions = parse_qs(body.decode("utf-8", "replace")).get("Action", [])
    return len(actions) == 1 and actions[0].startswith("Describe")


def asked(request: Received) -> tuple[str, str, str]:
    """Return what a request does to a bucket or an object: the action, the bucket, the resource as policies name them.

    The action is empty of whatever is neither a listing nor an object that is read, written or deleted.
    """
    if claimed(request)[1] != "s3" or "x-amz-copy-source" in request.headers:  # a copy would read another object, too
        return "", "", ""
    parts = urlsplit(request.path)
    bucket, _, key = unquote(parts.path).removeprefix("/").partition("/")
    about = set(parse_qs(parts.query, keep_blank_values=True))
    action = ""
    if key and about <= {"x-id"}:
        action = _OF_AN_OBJECT.get(request.method, "")
    elif bucket and not key and request.method in ("GET", "HEAD") and about <= _LISTING:
        action = "s3:ListBucket"
    return action, bucket, f"arn:aws:s3:::{bucket}/{key}" if key else f"arn:aws:s3:::{bucket}"


def permits(policy: str, arn: str, action: str, resource: str) -> bool:
    """Return whether a bucket's *policy* permits *action* on *resource* to the principal *arn*.

    A statement that permits under a condition permits nothing here; one that denies under a condition denies.
    """
    found = json.loads(policy)["Statement"] if policy else []
    statements: list[Mapping[str, Any]] = [found] if isinstance(found, dict) else found
    meant = [
        s for s in statements if _meant(s, arn) and _names(s, "Action", action) and _names(s, "Resource", resource)
    ]
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
