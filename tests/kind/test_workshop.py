"""Making things once, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from provision.images.node_workshop import digest, made_once


def silent(_text: str) -> None:
    pass


def test_a_thing_is_made_once(tmp_path: Path) -> None:
    """The first caller makes it; a later one is given nothing to make."""
    with made_once(tmp_path / "thing", silent) as scratch:
        assert scratch is not None
        (scratch / "file").write_text("x")
    with made_once(tmp_path / "thing", silent) as scratch:
        assert scratch is None
    assert (tmp_path / "thing" / "file").read_text() == "x"


def test_what_fails_leaves_nothing(tmp_path: Path) -> None:
    """A failure leaves no half of it, and the next run begins anew."""
    with pytest.raises(ValueError, match="broken"), made_once(tmp_path / "thing", silent):
        raise ValueError("broken")
    assert ["thing.lock"] == [path.name for path in tmp_path.iterdir()]


def test_what_a_killed_run_left_is_removed(tmp_path: Path) -> None:
    """A scratch folder of a run that was killed is not taken for a finished one."""
    left = tmp_path / ".new-thing"
    left.mkdir()
    (left / "half").touch()
    with made_once(tmp_path / "thing", silent) as scratch:
        assert scratch is not None
        assert [] == list(scratch.iterdir())


def test_any_change_gives_another_hash(tmp_path: Path) -> None:
    """The hash depends on texts, file contents and file names, and on nothing else."""
    (tmp_path / "a").write_text("x")
    first = digest("v1", tmp_path)
    assert first == digest("v1", tmp_path)
    assert first != digest("v2", tmp_path)
    (tmp_path / "a").rename(tmp_path / "b")
    assert first != digest("v1", tmp_path)
