"""What a request to the AWS API asks for, in the words of an IAM policy: ``ec2:CreateVpc`` and its resource."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import botocore.session
from botocore.exceptions import UnknownServiceError

_SCOPE = re.compile(r"Credential=[^/]+/\d+/[^/]+/(?P<service>[^/]+)/")
RIGHTS_OF_S3 = {  # whose names are not those of the calls
    "DeleteObjects": "DeleteObject",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "HeadBucket": "ListBucket",
    "HeadObject": "GetObject",
    "ListBuckets": "ListAllMyBuckets",
    "ListObjectVersions": "ListBucketVersions",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
}
_UNKNOWN = "Unknown"
_COPIES = ("CopyObject", "UploadPartCopy")
_IMPLIED = {  # what AWS asks for beside the call itself, and moto does not
    "autoscaling:CreateAutoScalingGroup": ("ec2:RunInstances", "iam:CreateServiceLinkedRole", "iam:PassRole"),
    "events:PutRule": ("events:TagResource",),
    "iam:AddRoleToInstanceProfile": ("iam:PassRole",),
    "iam:CreateInstanceProfile": ("iam:TagInstanceProfile",),
    "iam:CreateRole": ("iam:TagRole",),
    "iam:CreateUser": ("iam:TagUser",),
    "s3:DeleteObject": ("s3:DeleteObjectVersion",),
    "sqs:CreateQueue": ("sqs:TagQueue",),
}


@dataclass(frozen=True)
class Call:
    """One call.

    Attributes:
        action: What it asks for, as a policy has it.
        resource: The ARN of what it is asked of; ``*`` where the request alone does not tell.
    """

    action: str
    resource: str = "*"

    def implied(self) -> list[Call]:
        """Return the call with the rights that AWS asks for beside it."""
        return [self, *(Call(action) for action in _IMPLIED.get(self.action, ()))]


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
    if service in ("s3", "route53"):
        return _of_path(service, method, path, headers)
    asked = _asked(path, headers, body)
    told = asked.pop("Action")
    if target := headers.get("x-amz-target"):
        told.append(target.rpartition(".")[2] if _takes_a_target(service) else _UNKNOWN)
    elif any(len(values) > 1 for values in asked.values()):
        told.append(_UNKNOWN)
    action = told[0] if len(told) == 1 else _UNKNOWN
    return Call(f"{service}:{action}", _of_identity(asked) if service == "iam" else "*")


def _asked(path: str, headers: Mapping[str, str], body: bytes) -> dict[str, list[str]]:
    """Return all that a request says in its address, in its form, and in a header called so.

    Who answers it reads one of these: what is said twice may have two meanings, and a form of another kind any.
    """
    asked = parse_qs(urlsplit(path).query, keep_blank_values=True)
    for name, values in parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True).items():
        asked[name] = [*asked.get(name, []), *values]
    more = [headers["action"]] if "action" in headers else []
    if headers.get("content-type", "").startswith("multipart/") or "content-encoding" in headers:
        more.append(_UNKNOWN)
    return {**asked, "Action": [*asked.get("Action", []), *more]}


@cache
def _takes_a_target(service: str) -> bool:
    """Return whether a service, as requests to it are signed, is told in a header what to do: those of JSON are."""
    session = botocore.session.get_session()
    called = (name for name in session.get_available_services() if name.replace("-", "") == service)
    try:
        model: Any = session.get_service_model(next(called, service))
    except UnknownServiceError:
        return False
    return "json" in model.metadata.get("protocols", [model.metadata["protocol"]])


def _of_identity(asked: Mapping[str, list[str]]) -> str:
    for kind, name in (("instance-profile", "InstanceProfileName"), ("role", "RoleName"), ("user", "UserName")):
        if name in asked:
            return f"arn:aws:iam:::{kind}/{asked[name][0]}"
    return "*"


def _of_path(service: str, method: str, path: str, headers: Mapping[str, str]) -> Call:
    if service == "s3" and "x-amz-copy-source" in headers:
        return Call("s3:CopyObject")  # which reads another object, too: nobody's policy names that as one right
    parts = urlsplit(path)
    query = set(parse_qs(parts.query, keep_blank_values=True))
    fitting = [
        (len(needs), name)
        for name, how, pattern, needs in _operations(service)
        if how == method and needs <= query and pattern.fullmatch(parts.path)
    ]
    names = [name for most, name in fitting if most == max(fitting)[0] and name not in _COPIES]
    if not names:
        return Call(f"{service}:{_UNKNOWN}", f"{method} {path}")
    name = names[0]
    if service == "route53":
        return Call(f"route53:{name}", _of_route53(parts.path))
    bucket = unquote(parts.path).strip("/") + ("/*" if name == "DeleteObjects" else "")
    return Call(f"s3:{RIGHTS_OF_S3.get(name, name)}", f"arn:aws:s3:::{bucket}" if bucket else "*")


def _of_route53(path: str) -> str:
    found = re.match(r"/[\d-]+/(?:tags/)?(hostedzone|healthcheck)/([^/]+)", path)
    return f"arn:aws:route53:::{found[1]}/{found[2]}" if found else "*"


@cache
def _operations(service: str) -> list[tuple[str, str, re.Pattern[str], frozenset[str]]]:
    """Return each operation with its method, the pattern of its path, and the names that its query has to have."""
    model: Any = botocore.session.get_session().get_service_model(service)
    found = []
    for name in model.operation_names:
        http = model.operation_model(name).http
        path, _, query = http["requestUri"].partition("?")
        pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.sub(r"\\\{\w+\\\+\\\}", ".+", re.escape(path.rstrip("/"))))
        needs = frozenset(parse_qs(query, keep_blank_values=True))
        found.append((name, http["method"], re.compile(f"{pattern}/?"), needs))
    return found
