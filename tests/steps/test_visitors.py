"""What visitors are shown."""

from __future__ import annotations

import threading
from typing import Any

from steps.support import visitors

WAIT = 30.0  # seconds


class Doors:
    """Visitors' HTTP: the doors of *shut* give no answer, and none gives one before all were asked."""

    def __init__(self, count: int, shut: set[str]) -> None:
        self._all = threading.Barrier(count, timeout=WAIT)
        self._shut = shut

    def get(self, host: str, *, node: str) -> None:
        """Ask at the door of *node*."""
        self._all.wait()
        if node in self._shut:
            raise ConnectionError(f"{host} at {node}: nobody")


def test_doors_are_asked_side_by_side() -> None:
    """Each door's answer is its own, and a door that takes its time holds up no other."""
    nodes = ["a", "b", "c"]
    http: Any = Doors(len(nodes), shut={"b"})
    found = visitors.answering(http, "msvc1.example.com", nodes)
    assert found == {"a": {"answers": True}, "b": {"answers": False}, "c": {"answers": True}}


def test_no_doors() -> None:
    """Without nodes there is nothing to ask."""
    http: Any = Doors(1, shut=set())
    assert visitors.answering(http, "msvc1.example.com", []) == {}
