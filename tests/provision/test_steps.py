"""The standup does one thing after the other, and names come last."""

from __future__ import annotations

from unittest.mock import MagicMock

from provision.targets.base import standup
from provision.targets.base.builder import Builder


def test_what_is_done_and_in_which_order() -> None:
    """The updater is applied when all else stands: before that, nothing of the platform has a name."""
    builder = MagicMock(spec=Builder)
    builder.keep_names = lambda: Builder.keep_names(builder)
    for step in standup.plan(builder, MagicMock()):
        step.do()
    done = [(name, *arguments) for name, arguments, _ in builder.method_calls]
    assert [
        ("make_cluster",),
        ("make_volumes",),
        ("deploy", "backing"),
        ("deploy", "microservices"),
        ("open_ports",),
        ("deploy", "dns"),
    ] == done
