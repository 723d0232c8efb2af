"""Everything that a cluster has: every object of every kind that its API offers to list."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
from lightkube import Client

from provision.workloads.objects import Object

_IN_PARALLEL = 4
_SECONDS = 60.0

# What says how things are at this moment, and never what runs: nobody agrees on it.
_MOMENTARY = frozenset({"ComponentStatus", "Event", "Lease", "LeaseCandidate", "NodeMetrics", "PodMetrics"})


def everything(client: Client) -> list[Object]:
    """Return every object of the cluster, its kind included; each once, in its group's preferred version.

    Raises:
        httpx2.HTTPError: If the API does not answer, or refuses.
    """
    http: httpx2.Client = client._client._client  # noqa: SLF001 - lightkube has no public way
    with ThreadPoolExecutor(_IN_PARALLEL) as pool:
        found = pool.map(lambda kind: _listed(http, *kind), list(_kinds(http)))
        return [obj for objects in found for obj in objects]


def _kinds(http: httpx2.Client) -> Iterator[tuple[str, str, str]]:
    groups = [g["preferredVersion"]["groupVersion"] for g in _get(http, "/apis")["groups"]]
    for version in ["v1", *groups]:
        base = "/api/v1" if version == "v1" else f"/apis/{version}"
        for resource in _get(http, base)["resources"]:
            if "list" in resource["verbs"] and "/" not in resource["name"] and resource["kind"] not in _MOMENTARY:
                yield version, resource["kind"], f"{base}/{resource['name']}"


def _listed(http: httpx2.Client, version: str, kind: str, path: str) -> list[Object]:
    return [{"apiVersion": version, "kind": kind, **item} for item in _get(http, path).get("items") or []]


def _get(http: httpx2.Client, path: str) -> Any:
    answer = http.get(path, timeout=_SECONDS)
    answer.raise_for_status()
    return answer.json()
