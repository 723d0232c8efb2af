"""A claim: the namespaces of a cluster that scenarios may change, each marked as ours, and nothing beside them."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from lightkube import ApiError, Client
from lightkube.resources.core_v1 import Namespace

from seatrial.checks.observer import NotProvableError
from seatrial.errors import UsageError
from seatrial.provisioning.state import PlatformState

MARK = "seatrial/claim"
"""The annotation that a namespace carries while it is claimed."""
_RECORD = "claim"
_OF_THE_CLUSTER = ("kube-system", "kube-public", "kube-node-lease")


@dataclass(frozen=True)
class Claim:
    """What was claimed.

    Attributes:
        server: The cluster's address.
        namespaces: The namespaces.
        token: What their marks say, which nobody else's do.
    """

    server: str
    namespaces: tuple[str, ...]
    token: str


def read(state: PlatformState) -> Claim | None:
    """Return the claim that is written down, if there is one.

    Raises:
        StateError: If it cannot be read.
    """
    found = state.read(_RECORD)
    return Claim(found["server"], tuple(found["namespaces"]), found["token"]) if found else None


def make(state: PlatformState, server: str, namespaces: Sequence[str], client: Client) -> Claim:
    """Claim *namespaces*: write it down, then mark each of them; if one cannot be marked, none stays so.

    Args:
        state: Where it is written down.
        server: The cluster's address.
        namespaces: Their names.
        client: Changes namespaces, and nothing else.

    Raises:
        UsageError: If one is not there, is the cluster's own, or is claimed by somebody else.
    """
    if known := read(state):
        raise UsageError(f"{', '.join(known.namespaces)} of {known.server} is claimed; `seatrial release` first")
    wanted = tuple(dict.fromkeys(namespaces))
    versions = {name: _free(client, name) for name in wanted}
    claim = Claim(server, wanted, secrets.token_hex(16))
    state.write(_RECORD, {"server": claim.server, "namespaces": list(wanted), "token": claim.token})
    try:
        for name, version in versions.items():
            _mark(client, name, claim.token, version)
    except (ApiError, NotProvableError) as error:
        _unmark(client, claim)
        state.forget(_RECORD)
        raise UsageError(f"{name} cannot be marked: {error}; nothing is claimed") from error
    return claim


def end(state: PlatformState, claim: Claim, client: Client) -> None:
    """Take the marks of *claim* away, and forget it; a mark of somebody else's stays."""
    _unmark(client, claim)
    state.forget(_RECORD)


def broken(claim: Claim, client: Client) -> str:
    """Say why *claim* is not in force; nothing when every namespace of it carries its mark."""
    lost = [name for name in claim.namespaces if _marked(client, name) != claim.token]
    if not lost:
        return ""
    return f"{', '.join(lost)} does not carry the mark of this claim; `seatrial release`, and claim anew"


def _free(client: Client, name: str) -> str:
    """Return the version of a namespace that nobody has claimed."""
    if name in _OF_THE_CLUSTER:
        raise UsageError(f"{name} is the cluster's own, and is not to be claimed")
    try:
        meta = client.get(Namespace, name).metadata
    except ApiError as error:
        if error.status.code != HTTPStatus.NOT_FOUND:
            raise
        raise UsageError(f"{name}: no such namespace") from error
    if meta is None or meta.deletionTimestamp:
        raise UsageError(f"{name} is being removed")
    if MARK in (meta.annotations or {}):
        raise UsageError(f"{name} is claimed by somebody else (its annotation {MARK}); nothing is claimed")
    return meta.resourceVersion or ""


def _mark(client: Client, name: str, token: str | None, version: str = "") -> None:
    meta: dict[str, Any] = {"annotations": {MARK: token}} | ({"resourceVersion": version} if version else {})
    client.patch(Namespace, name, {"metadata": meta})


def _unmark(client: Client, claim: Claim) -> None:
    for name in _ours(client, claim):
        _mark(client, name, None)


def _ours(client: Client, claim: Claim) -> Iterator[str]:
    for name in claim.namespaces:
        if _marked(client, name) == claim.token:
            yield name


def _marked(client: Client, name: str) -> str:
    """Return what the mark of a namespace says; nothing where it has none, or is not there."""
    with suppress(NotProvableError):
        try:
            meta = client.get(Namespace, name).metadata
        except ApiError as error:
            if error.status.code != HTTPStatus.NOT_FOUND:
                raise
            return ""
        return str((meta.annotations or {}).get(MARK, "")) if meta else ""
    return ""
