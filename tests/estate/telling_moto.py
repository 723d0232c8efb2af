"""The moto server of these tests, which also tells what it holds: everything, of whatever kind, whoever lists it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sized
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import moto.backends
from moto.core.base_backend import BackendDict

from provision.estate import moto_server
from provision.estate.gate import Gate

HOLDS = "/holds"
_SERVICES = ("autoscaling", "ec2", "elb", "elbv2", "events", "iam", "kms", "logs", "route53", "s3", "sns", "sqs")


class TellingGate(Gate):
    """The gate, with one more path, at which it tells what the server holds."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        if environ.get("PATH_INFO") != HOLDS:
            return super().__call__(environ, start_response)
        body = json.dumps(held()).encode()
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]


def held() -> dict[str, list[str]]:
    """Return the keys of every collection of every service in use, by service, region and the collection's name."""
    found: dict[str, list[str]] = {}
    for service in _SERVICES:
        backends: BackendDict[Any] = moto.backends.get_backend(service)  # type: ignore[call-overload]
        for account in backends.values():
            for region, backend in account.items():
                for name, value in vars(backend).items():
                    if isinstance(value, Sized) and isinstance(value, Iterable) and not isinstance(value, str | bytes):
                        found[f"{service} {region} {name}"] = sorted(str(one) for one in value)
    return found


if __name__ == "__main__":
    setattr(moto_server, "Gate", TellingGate)  # noqa: B010 - it is not its own to give
    moto_server.main()
