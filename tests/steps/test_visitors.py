"""What visitors are shown."""

import threading

from steps.support import visitors

WAIT = 30.0  # seconds


class Doors:
    """Visitors' HTTP: the doors of *shut* give no answer, and none gives one before all were asked."""

    def __init__(self, count, shut):
        self._all = threading.Barrier(count, timeout=WAIT)
        self._shut = shut

    def get(self, host, *, node):
        """Ask at the door of *node*."""
        self._all.wait()
        if node in self._shut:
            raise ConnectionError(f"{host} at {node}: nobody")


def test_doors_are_asked_side_by_side():
    """Each door's answer is its own, and a door that takes its time holds up no other."""
    nodes = ["a", "b", "c"]
    found = visitors.answering(Doors(len(nodes), shut={"b"}), "msvc1.example.com", nodes)
    assert found == {"a": {"answers": True}, "b": {"answers": False}, "c": {"answers": True}}


def test_no_doors():
    """Without nodes there is nothing to ask."""
    assert visitors.answering(Doors(1, shut=set()), "msvc1.example.com", []) == {}
