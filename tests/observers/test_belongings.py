"""What is compared of the cluster's objects, to see that all is as it was."""

from __future__ import annotations

from typing import Any

from provision.observers.belongings import staying


def pod(name: str, **meta: Any) -> dict[str, Any]:
    named = {"name": name, "namespace": "ours", "uid": name, **meta}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": named, "spec": {"a": 1}}


def test_what_is_leaving() -> None:
    """A pod that was removed is there no more, though its program may take half a minute to end."""
    leaving = pod("b", deletionTimestamp="2026-01-01T00:00:00Z")
    assert ["Pod ours/a"] == list(staying([pod("a"), leaving]))


def test_what_an_object_says() -> None:
    """Another content, label or generation is another object; how it is doing is not."""
    (same,) = staying([pod("a")]).values()
    assert [same] == list(staying([pod("a") | {"status": {"phase": "Running"}}]).values())
    for other in (pod("a", labels={"b": "c"}), pod("a", generation=2), pod("a") | {"spec": {"a": 2}}):
        assert [same] != list(staying([other]).values())
