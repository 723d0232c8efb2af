"""What a visitor is shown."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape

from seatrial.checks.expectations import Rows
from steps.support.instruments import Http, Reply

ENTRIES = "/api/entries"
"""Where the microservices keep what programs store."""

_OK, _FAILED = 200, 400
_ALERT = re.compile(r'\brole="alert"[^<>]*>([^<]*)')
"""Where a page says that it cannot do what it is there for, though it comes with status 200."""


def page(reply: Reply) -> dict[str, object]:
    """Return an answer as a row: its status, whether it is a page for people, what it regrets, and its body."""
    kind = next((v for k, v in reply.headers.items() if k.lower() == "content-type"), "")
    regrets = _ALERT.search(reply.body)
    told = unescape(regrets[1]).strip() if regrets else ""
    return {"status": reply.status, "page": kind.startswith("text/html"), "regrets": told, "body": reply.body}


def in_a_row(http: Http, host: str, count: int) -> Rows:
    """Visit *host* so many times, or until a visitor does not get the page; give the visits."""
    rows: dict[str, dict[str, object]] = {}
    for number in range(1, count + 1):
        row = page(http.get(host))
        rows[f"visit {number} of {host}"] = row
        if row["status"] != _OK:
            break
    return rows


def succeed(reply: Reply) -> Reply:
    """Return *reply* back if the visitor got what they came for.

    Raises:
        ConnectionError: If not; it says what they got.
    """
    if reply.status >= _FAILED:
        raise ConnectionError(f"{reply.status}: {reply.body[:200]}")
    return reply


def answering(http: Http, host: str, nodes: list[str]) -> Rows:
    """Give, for each of *nodes*, whether anything answers at its door."""

    def answers(node: str) -> bool:
        try:
            http.get(host, node=node)
        except ConnectionError:
            return False
        return True

    with ThreadPoolExecutor(max(len(nodes), 1)) as pool:  # one that is gone takes seconds to say so
        return {node: {"answers": found} for node, found in zip(nodes, pool.map(answers, nodes), strict=True)}


INSTANCE = "/api/instance"
"""Where a microservice says which of its pods answers."""


def versions(http: Http, host: str, count: int) -> Rows:
    """Ask *count* times which version answers; return each ``version`` by its number."""
    asked = (succeed(http.get(host, INSTANCE)) for _ in range(count))
    return {f"answer {number}": {"version": json.loads(reply.body)["version"]} for number, reply in enumerate(asked)}


def instance(reply: Reply) -> str:
    """Return the name of the pod that answered."""
    return str(json.loads(reply.body)["pod"])
