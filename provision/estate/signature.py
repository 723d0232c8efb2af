"""Whether a request is signed as AWS asks, by the holder of some keys: botocore's own signature, made once more."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.compat import HTTPHeaders
from botocore.credentials import Credentials

from provision.estate.keys import Keys

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 "
    r"Credential=(?P<id>[\w-]+)/(?P<date>\d{8})/(?P<region>[\w-]+)/(?P<service>[\w.-]+)/aws4_request, ?"
    r"SignedHeaders=(?P<headers>[\w;-]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)
_STAMP, _SKEW = "%Y%m%dT%H%M%SZ", dt.timedelta(minutes=15)  # AWS takes no older and no newer ones


@dataclass(frozen=True)
class Received:
    """A request as it came over the wire.

    Attributes:
        method: Its method.
        path: Its path and query, percent-encoded as they came.
        headers: Its headers, by their names in lower case.
    """

    method: str
    path: str
    headers: Mapping[str, str]


def refusal(request: Received, body: bytes, keys: Keys, now: dt.datetime) -> str:
    """Return why a request is refused; nothing of one that the holder of *keys* has just signed, body and all."""
    found = _AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    if found is None:
        return "it is not signed"
    if not hmac.compare_digest(found["id"].encode(), keys.id.encode()):
        return "its keys are not this platform's"
    stamp = request.headers.get("x-amz-date", "")
    if reason := _untimely(stamp, found["date"], now):
        return reason
    names = found["headers"].split(";")
    left_out = {"host", *(name for name in request.headers if name.startswith("x-amz-"))} - set(names)
    if left_out or any(name not in request.headers for name in names):
        return "its signature leaves headers out, or names some that it has not"
    content = hashlib.sha256(body).hexdigest()
    if request.headers.get("x-amz-content-sha256", content) != content:
        return "its content is not what was signed"
    expected = _signature(request, body, keys, names, (stamp, found["region"], found["service"]))
    return "" if hmac.compare_digest(expected, found["signature"]) else "its signature is wrong"


def _untimely(stamp: str, date: str, now: dt.datetime) -> str:
    try:
        signed = dt.datetime.strptime(stamp, _STAMP).replace(tzinfo=dt.UTC)
    except ValueError:
        return "it does not say when it was signed"
    return "" if abs(now - signed) < _SKEW and stamp.startswith(date) else "it was not signed just now"


def _signature(request: Received, body: bytes, keys: Keys, names: Sequence[str], scope: tuple[str, str, str]) -> str:
    stamp, region, service = scope
    again = AWSRequest(
        method=request.method,
        url=f"http://{request.headers['host']}{request.path}",
        headers={name: request.headers[name] for name in names},
        data=body,
    )
    again.context["timestamp"] = stamp
    signer = (_ExactlyForS3 if service == "s3" else _Exactly)(Credentials(keys.id, keys.secret), service, region)
    text: str = signer.string_to_sign(again, signer.canonical_request(again))
    return str(signer.signature(text, again))


class _Exactly(SigV4Auth):
    """Signs exactly the headers that a request has: those that its sender chose."""

    def headers_to_sign(self, request: AWSRequest) -> HTTPHeaders:
        return request.headers


class _ExactlyForS3(_Exactly, S3SigV4Auth):
    """The same, for the one service whose paths are signed as they are."""
