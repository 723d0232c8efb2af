"""Feature files are test files."""

from __future__ import annotations

import pytest

from .project import Project

pytest_plugins = ["pytester"]

TWO_RULES = """
    Feature: The shelf
      Rule: One
        Example: It is filled
          Given the shelf is filled
      Rule: Two
        Example: It is filled
          Then the apple is "red"
"""
OUTLINE = """
    @fruit
    Feature: The shelf

      Scenario Outline: Things have colours
        Then the <thing> is "<colour>"

        @early
        Examples:
          | thing | colour |
          | apple | red    |
          | pear  | blue   |
"""


def test_collected_directly(project: Project) -> None:
    """A feature file needs no Python file beside it, and a scenario's node id is its name."""
    project.scenarios(One="Given the shelf is filled", Two='Then the apple is "red"')
    result = project.run("features", "--collect-only", "-q")
    assert ["features/shelf.feature::One", "features/shelf.feature::Two"] == result.outlines[:2]
    assert not project.calls


def test_selected_by_node_id(project: Project) -> None:
    """A scenario is run by its node id, spaces and all."""
    project.feature(
        """
        Feature: The shelf
          Scenario: The apple is there
            Then the apple is "red"
          Scenario: Another
            Then the apple is "blue"
        """
    )
    assert 0 == project.run("features/shelf.feature::The apple is there").ret
    assert {"The apple is there": "proven"} == project.verdicts


def test_selected_by_keyword(project: Project) -> None:
    """`-k` selects scenarios by words of their names, and only those are planned."""
    project.scenarios(One="Given the shelf is filled", Two='Then the apple is "red"')
    project.run("features", "-k", "two")
    assert {"Two": "proven"} == project.verdicts


def test_rows_are_items(project: Project) -> None:
    """Each row of an outline is a scenario with the line of the row."""
    project.feature(OUTLINE)
    project.run("features")
    assert {"Things have colours (apple, red)": "proven", "Things have colours (pear, blue)": "failed"} == (
        project.verdicts
    )
    assert [10, 11] == [scenario["line"] for scenario in project.verdict["scenarios"]]


def test_tags_are_markers(project: Project) -> None:
    """Tags of a feature and of examples select scenarios with `-m`, under --strict-markers too."""
    project.feature(OUTLINE)
    result = project.run("features", "-m", "fruit and early", "--collect-only", "-q")
    assert 2 == sum("::" in line for line in result.outlines)
    result.stdout.no_fnmatch_line("*UnknownMark*")


def test_failure_points_into_the_feature(project: Project) -> None:
    """A failing step is named with its line in the feature, with what was expected beside what was seen."""
    project.feature(OUTLINE)
    result = project.run("features")
    assert 1 == result.ret
    result.stdout.fnmatch_lines(
        [
            'features/shelf.feature:5   Then the pear is "blue"',
            "  expected   pear  colour blue",
            "  last seen  pear  colour green    for * s, * looks",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")


def test_error_points_to_the_word(project: Project) -> None:
    """A word that breaks shows the step and its own line, not those of the harness or of pytest-bdd."""
    project.scenarios(One="When the harness breaks")
    result = project.run("features")
    result.stdout.fnmatch_lines(["features/shelf.feature:3   When the harness breaks", "*words.py:*: RuntimeError"])
    result.stdout.no_fnmatch_line("*pytest_bdd/scenario.py*")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (TWO_RULES, 'features/shelf.feature:6: a second scenario named "It is filled"; the first is at line 3. *'),
        ("Feature: X\n  Scenario: Y", 'features/shelf.feature:2: the scenario "Y" has no steps: *'),
        ("Feature: X\n  Scenario:\n    Given a", "features/shelf.feature:2: the scenario has no name"),
        ("Feature: X", "features/shelf.feature:1: expected at least one scenario, got none"),
        ("", "features/shelf.feature:1: expected a Feature, got nothing"),
        ("Feature: X\n  Scenario: Y\n    Given a\n    Wenn b", "features/shelf.feature:4: *"),
        ("Feature: X\n  Scenario: Y\n    And a", "features/shelf.feature:3: *"),
        (
            'Feature: X\n  Scenario Outline: Y\n    Given "<a>"\n    Examples:\n      | a |',
            'features/shelf.feature:2: the outline "Y" has no rows',
        ),
        (
            'Feature: X\n  Scenario Outline: Y\n    Given "<a>"\n    Examples:\n      | a |\n      | 1 |\n      | 1 |',
            'features/shelf.feature:7: a second scenario named "Y (1)"; the first is at line 6. *',
        ),
    ],
)
def test_what_cannot_be_taken(project: Project, text: str, message: str) -> None:
    """A feature that would lose scenarios, or is not Gherkin, fails collection with one message that names the line."""
    project.feature(text)
    result = project.run("features")
    assert 2 == result.ret
    result.stdout.fnmatch_lines([message])
    result.stdout.no_fnmatch_line("*Traceback*")
    assert not project.calls


def test_not_text(project: Project) -> None:
    """A feature that is not UTF-8 fails collection with one message."""
    project.scenarios(One="Given the shelf is filled").write_bytes(b"\xff\xfe\x00")
    result = project.run("features")
    assert 2 == result.ret
    result.stdout.fnmatch_lines(["features/shelf.feature:1: expected UTF-8 text: *"])


def test_other_tests_are_left_alone(project: Project) -> None:
    """A run without scenarios stands nothing up and writes no verdict."""
    (project.path / "test_theirs.py").write_text("def test_it(): pass\n")
    result = project.run()
    assert 0 == result.ret
    assert not project.calls
    assert not (project.path / "report").exists()
    result.stdout.no_fnmatch_line("*planned =*")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--cucumberjson=out.json"], "*--cucumberjson: pytest-bdd drops scenarios from it*messages.ndjson*"),
        (
            ["--gherkin-terminal-reporter", "-n2"],
            "*--gherkin-terminal-reporter: pytest-bdd has it in one process only*",
        ),
    ],
)
def test_reporters_that_lose_scenarios(project: Project, arguments: list[str], message: str) -> None:
    """Reporters of pytest-bdd that drop scenarios are refused, with what to use instead."""
    project.scenarios(One="Given no words for this")
    result = project.run("features", *arguments)
    assert 4 == result.ret
    result.stderr.fnmatch_lines([message])
    assert not project.calls
