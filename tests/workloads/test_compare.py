"""Comparing field by field: only what Git states counts."""

from __future__ import annotations

from provision.workloads.compare import Difference, differences


def test_equal() -> None:
    """Defaults and what others have added to a map are no difference."""
    stated = {"spec": {"replicas": 2, "labels": {"a": "1"}, "empty": {}}}
    found = {"spec": {"replicas": 2, "labels": {"a": "1", "b": "2"}, "empty": {"x": 1}, "policy": "Default"}}
    assert list(differences(stated, found, found)) == []


def test_changed_and_missing() -> None:
    """A changed field is told with both values, a missing one with none."""
    stated = {"spec": {"replicas": 2, "paused": False}}
    assert [Difference("spec.replicas", 2, 5), Difference("spec.paused", False, None)] == list(
        differences(stated, stated, {"spec": {"replicas": 5}})
    )


def test_items_by_name() -> None:
    """Items of a list are told apart by name, in any order; one that Git does not know is found."""
    stated = [{"name": "a", "value": "1"}, {"name": "b", "value": "2"}]
    found = [{"name": "b", "value": "9"}, {"name": "x", "value": "0"}, {"name": "a", "value": "1"}]
    assert [Difference("env[b].value", "2", "9"), Difference("env[x]", None, {"name": "x", "value": "0"})] == list(
        differences(stated, stated, found, "env")
    )


def test_other_lists_as_a_whole() -> None:
    """A list without names is one value."""
    assert [Difference("args", ["a"], ["b", "a"])] == list(differences(["a"], ["a"], ["b", "a"], "args"))


def test_the_servers_own_spelling() -> None:
    """A quantity that the server spells otherwise is no difference."""
    assert list(differences({"cpu": "1000m"}, {"cpu": "1"}, {"cpu": "1"})) == []
