"""Folders of features that are links: what they lead to is not the project's, and they may lead round and round."""

from __future__ import annotations

from pathlib import Path

import pytest

from seatrial.scenarios import specification

from .project import Project

pytest_plugins = ["pytester"]


@pytest.fixture
def features(project: Project) -> Path:
    """A folder of one feature, in which two links lead back to it."""
    folder = project.scenarios(One="Given the shelf is filled").parent
    for name in ("again", "once-more"):
        (folder / name).symlink_to(".")
    return folder


def test_they_are_named(project: Project, features: Path) -> None:
    """Collecting ends at the first one: two of them would be walked through in 2 to the power of 40 ways."""
    del features
    result = project.run_apart("--collect-only", "features")
    assert 2 == result.ret
    said = result.stdout.str()
    assert "features/again: is a link; expected a folder of the project's own" in said
    assert "Traceback" not in said
    assert "plugin.py" not in said


def test_nothing_is_found_below_them(features: Path) -> None:
    """What is asked for without pytest walks through none either."""
    assert [features / "shelf.feature"] == specification.find([features])
