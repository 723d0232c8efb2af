"""What a pod of nobody's is told at the ports of the platform's pods, and what was agreed about them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from seatrial.checks.expectations import Matcher, Rows
from steps.support.instruments import Policies
from steps.support.manifests import ROOM

NAMESPACES = ("backing", "dns", "ingress", "microservices")
"""Where the pods of the platform are."""

CONNECTED, _UNTRIED = "connected", "nothing: it was not tried"
TURNED_AWAY = Matcher("that it is turned away", lambda told: told not in (CONNECTED, _UNTRIED))


def of(policies: Policies, stranger: str, name: str) -> Rows:
    """Return every port of the pods whose names begin with *name*, with what the *stranger* was told there."""
    return {port: row for port, row in _told(policies, stranger).items() if _is_of(port, name)}


def but(policies: Policies, stranger: str, name: str) -> Rows:
    """Return the ports of all other pods, with what the *stranger* was told there."""
    return {port: row for port, row in _told(policies, stranger).items() if not _is_of(port, name)}


def closed(policies: Iterable[Any]) -> Rows:
    """Return each namespace: whether a policy turns every connection to any of its pods away that no other allows."""
    denying = {
        policy.metadata.namespace
        for policy in policies
        if not (policy.spec.podSelector.matchLabels or policy.spec.podSelector.matchExpressions)
        and "Ingress" in (policy.spec.policyTypes or ["Ingress"])
        and not policy.spec.ingress
    }
    return {namespace: {"turns_away": namespace in denying} for namespace in NAMESPACES}


def _told(policies: Policies, stranger: str) -> Rows:
    told = policies.tried(ROOM, stranger)
    return {
        f"{row['pod']} {row['port']}": {"address": at, "told": told.get(at, _UNTRIED)}
        for at, row in policies.ports(*NAMESPACES).items()
    }


def _is_of(port: str, name: str) -> bool:
    return port.partition("/")[2].startswith(f"{name}-")
