"""Answers of AWS that moto never gives: a call of a client is refused as AWS would refuse it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from provision.estate import AwsAccess

_EC2 = "<Response><Errors><Error><Code>{0}</Code><Message>refused</Message></Error></Errors></Response>"
_OTHERS = "<ErrorResponse><Error><Code>{0}</Code><Message>refused</Message></Error></ErrorResponse>"


class _Body(io.BytesIO):
    def stream(self, **_: object) -> Iterator[bytes]:
        yield self.read()


@contextmanager
def refused(access: AwsAccess, service: str, operation: str, code: str) -> Iterator[None]:
    """Within it, *operation* of *service* is answered with the error *code*, and nothing reaches the server."""
    text = (_EC2 if service == "ec2" else _OTHERS).format(code).encode()
    events = access.client(service).meta.events
    event = f"before-send.{service.replace('elbv2', 'elastic-load-balancing-v2')}.{operation}"

    def answer(request: Any, **_: object) -> AWSResponse:
        return AWSResponse(request.url, 403, HTTPHeaders.from_pairs([("Content-Type", "text/xml")]), _Body(text))

    events.register_first(event, answer)
    try:
        yield
    finally:
        events.unregister(event, answer)
