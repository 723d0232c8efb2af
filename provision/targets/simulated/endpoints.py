"""Whether servers answer, asked once with a client's certificate."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException, HTTPSConnection
from pathlib import Path

from provision.targets.base.pki import KeyPair

_LOOK_SECONDS = 2.0
_LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/"

Address = tuple[str, int]
"""A host and a TCP port."""


def client_context(ca: Path, pair: KeyPair) -> ssl.SSLContext:
    """Make the TLS context of a client that trusts *ca* alone."""
    context = ssl.create_default_context(cafile=str(ca))
    context.load_cert_chain(pair.cert, pair.key)
    return context


def unready(addresses: Mapping[str, Address], path: str, context: ssl.SSLContext) -> list[str]:
    """Ask every server for *path*; name those that do not answer 200, and what they said instead."""
    if not addresses:
        return ["there is none yet"]
    with ThreadPoolExecutor(len(addresses)) as pool:
        answers = pool.map(lambda address: _status(address, path, context), addresses.values())
    return [
        f"{name} at {host}:{port}: {answer}"
        for (name, (host, port)), answer in zip(addresses.items(), answers, strict=True)
        if answer != "200"
    ]


def leaderless(api: Address, context: ssl.SSLContext) -> list[str]:
    """Name the controllers whose lease nobody holds yet."""
    return [
        f"no {name} leads yet"
        for name in ("kube-controller-manager", "kube-scheduler")
        if _status(api, _LEASES + name, context) != "200"
    ]


def _status(address: Address, path: str, context: ssl.SSLContext) -> str:
    connection = HTTPSConnection(*address, timeout=_LOOK_SECONDS, context=context)
    try:
        connection.request("GET", path)
        return str(connection.getresponse().status)
    except (OSError, HTTPException) as error:
        return str(error) or type(error).__name__
    finally:
        connection.close()
