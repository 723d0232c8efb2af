"""``seatrial up --plan``: what would be done, what it costs, and nothing is done."""

from __future__ import annotations

import pytest

from .project import Project

pytest_plugins = ["pytester"]


@pytest.fixture
def planned(project: Project) -> Project:
    """The project of the team whose builder says what it would do."""
    file = project.path / "pyproject.toml"
    file.write_text(file.read_text().replace("theirs:", "planned:"))
    return project


def test_what_would_be_done(planned: Project) -> None:
    """Each thing is a line with a sign; what could not be seen is told, and so is what has no price."""
    done = planned.seatrial("up", "--plan", "--target", "oak")
    assert 0 == done.returncode, done.stderr
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert [
        "+ apple",
        "~ pear: colour",
        "! melon: nobody agreed on it\\n\\x1b[31m",
        "? the wall: it is dark",
        "nothing was made: 1 to make, 1 to change, 0 to remove, 1 not as agreed and left as it is",
        "costs, USD an hour 730 hours",
        "3 planks 0.1500 109.50",
        "1 rare plank not priced not priced",
        "a nail 0.0007 0.50",
        "total of what has a price 0.1507 110.00",
        "not priced, so not in the total: 1 rare plank",
        "prices of yesterday",
    ] == lines
    assert not (planned.path / ".seatrial").exists()


def test_what_would_be_pruned(planned: Project) -> None:
    """With --prune, what nobody agreed on would go; where nobody is paid, that is said instead of a sum."""
    done = planned.seatrial("up", "--plan", "--prune-not")
    assert 4 == done.returncode
    done = planned.seatrial("up", "--plan")
    assert "nobody is paid for it" in done.stdout
    assert "! melon" in done.stdout


def test_who_cannot_say(project: Project) -> None:
    """A project that cannot say what it would do is told so, and builds nothing."""
    done = project.seatrial("up", "--plan")
    assert (4, "") == (done.returncode, done.stdout)
    assert "--plan: this project's provisioning cannot say what a standup would do" in done.stderr
    assert not (project.path / ".seatrial").exists()
