"""``seatrial lint``: a scenario that nobody has seen fail is named, unless it is said why."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from seatrial.cli.linting import lint_features
from seatrial.sabotage.declaration import load
from tests.sabotage.conftest import Sabotaged

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[2]
NOBODY = "nobody has seen it fail: declare a break for it, or say beside the breaks why there is none"


def test_a_scenario_that_nobody_has_seen_fail(project: Sabotaged) -> None:
    """It is named with its file and its line; a break or a reason is enough, and a project without breaks says none."""
    ended = project.seatrial("lint")
    assert 1 == ended.returncode, ended.stdout
    told = [line for line in ended.stdout.splitlines() if "seen it fail" in line]
    assert [f"features/shelf.feature:{n}: {name}: {NOBODY}" for n, name in ((4, "pear"), (6, "painter"))] == told
    project.excuse("pear|nothing can reach it", "painter|it paints itself")
    assert "seen it fail" not in project.seatrial("lint").stdout
    project.excuse()
    project.declare("smeared|apple|black", "smeared beside|pear|grey", "smeared|painter|black")
    assert "seen it fail" not in project.seatrial("lint").stdout


def test_an_empty_reason_is_none(project: Sabotaged) -> None:
    """Whoever says why has to say something."""
    project.excuse("pear| ", "painter|it paints itself")
    assert f"features/shelf.feature:4: pear: {NOBODY}" in project.seatrial("lint").stdout


def test_an_outline_counts_once(project: Sabotaged) -> None:
    """It is named as it is written, at its own line; a break of one row challenges all."""
    project.feature(
        """
        Feature: The shelf
          Scenario Outline: the <thing>
            Then the <thing> is "<colour>"

            Examples:
              | thing | colour |
              | apple | red    |
              | pear  | green  |
        """
    )
    project.declare()
    assert [f"features/shelf.feature:2: the <thing>: {NOBODY}"] == [
        line for line in project.seatrial("lint").stdout.splitlines() if "seen it fail" in line
    ]
    project.declare("smeared|the apple|black")
    assert "seen it fail" not in project.seatrial("lint").stdout


@pytest.mark.parametrize(
    ("declared", "excused", "message"),
    [
        ("smeared|quince|black", "", "features/shelf.feature: sabotage 'smeared quince': no scenario is called"),
        ("smeared|apple|black", "quince|there is none", "of which it is said why it has no break"),
        ("smeared|apple|black", "apple|it is red", "features/shelf.feature:2: apple: has a break, and it is said why"),
    ],
)
def test_what_is_declared_of_nobody(project: Sabotaged, declared: str, excused: str, message: str) -> None:
    """A break or a reason for a scenario that there is none of, and both for one, are named."""
    project.declare(declared)
    project.excuse(*([excused] if excused else []))
    ended = project.seatrial("lint")
    assert 1 == ended.returncode
    assert message in ended.stdout


def test_breaks_that_cannot_be_loaded(project: Sabotaged) -> None:
    """The setting, the file and the line in the project's own code are named, without a traceback."""
    (project.path / "breaks.py").write_text("raise RuntimeError('no breaks today')\n")
    ended = project.seatrial("lint")
    assert 4 == ended.returncode
    assert (
        "sabotages = 'breaks:SABOTAGES' cannot be loaded: RuntimeError: no breaks today (breaks.py:1)" in ended.stderr
    )
    assert "Traceback" not in ended.stderr


def test_ours() -> None:
    """Each of our own scenarios has a break or a reason; one whose only break is left out is named."""
    ours = load(ROOT)
    assert ours is not None
    assert [] == [str(p) for p in lint_features(ROOT, sabotages=ours)]
    lacking = replace(ours, breaks=tuple(s for s in ours.breaks if not s.scenario.endswith("::The whole standup")))
    (told,) = lint_features(ROOT, sabotages=lacking)
    line = (ROOT / told.where.partition(":")[0]).read_text().splitlines()[int(told.where.partition(":")[2]) - 1]
    assert "Example: The whole standup" == line.strip()
    assert f"The whole standup: {NOBODY}" == told.what
