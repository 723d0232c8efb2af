"""What a request to the AWS API asks for, in the words of an IAM policy: ``s3:GetObject`` and its resource."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

_SCOPE = re.compile(r"Credential=[^/]+/\d+/[^/]+/(?P<service>[^/]+)/")
_OF_AN_OBJECT = {"GET": "GetObject", "HEAD": "GetObject", "PUT": "PutObject", "DELETE": "DeleteObject"}
_LISTING = {
    "continuation-token", "delimiter", "encoding-type", "fetch-owner", "list-type", "max-keys", "prefix", "start-after",
    "x-id",
}  # fmt: skip
"""What may be said of a listing; every other word of a query asks for something else."""


@dataclass(frozen=True)
class Call:
    """One call.

    Attributes:
        action: What it asks for, as a policy has it; that of what is not known here ends in ``Unknown``.
        resource: The ARN of what it is asked of; ``*`` where the request alone does not tell.
    """

    action: str
    resource: str = "*"


def call_of(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Call:
    """Return what a request asks for.

    Args:
        method: Its method.
        path: Its path and query, percent-encoded as they came.
        headers: Its headers, by their names in lower case.
        body: Its content.
    """
    found = _SCOPE.search(headers.get("authorization", ""))
    service = found["service"] if found else "unknown"
    if service == "s3":
        return _of_s3(method, path, headers)
    actions = parse_qs(body.decode("utf-8", "replace")).get("Action", [])
    plain = (method, path, len(actions)) == ("POST", "/", 1)
    return Call(f"{service}:{actions[0] if plain else 'Unknown'}")


def _of_s3(method: str, path: str, headers: Mapping[str, str]) -> Call:
    parts = urlsplit(path)
    bucket, _, key = unquote(parts.path).removeprefix("/").partition("/")
    about = set(parse_qs(parts.query, keep_blank_values=True))
    name = "Unknown"
    if key and about <= {"x-id"} and "x-amz-copy-source" not in headers:  # a copy would read another object, too
        name = _OF_AN_OBJECT.get(method, name)
    elif bucket and not key and method in ("GET", "HEAD") and about <= _LISTING:
        name = "ListBucket"
    return Call(f"s3:{name}", f"arn:aws:s3:::{bucket}/{key}" if key else f"arn:aws:s3:::{bucket}")
