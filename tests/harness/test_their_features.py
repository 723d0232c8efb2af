"""Features as other people write them: taken, or refused with what is wrong and how to write it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from seatrial.scenarios.evidence import folder_name

from .project import Project

pytest_plugins = ["pytester"]


def _one(steps: str) -> str:
    return f"Feature: X\n  Scenario: Y\n    {steps}"


def test_byte_order_mark(project: Project) -> None:
    """A file that begins with a byte order mark is taken, and is in every report as it stands."""
    file = project.scenarios(One="Given the shelf is filled")
    file.write_bytes(b"\xef\xbb\xbf# language: en\r\n" + file.read_bytes().replace(b"\n", b"\r\n"))
    assert 0 == project.run("features").ret
    assert {"One": "proven"} == project.verdicts
    assert "The shelf" == project.scenario("One")["feature"]
    assert "The shelf" == project.verdict["features"]["features/shelf.feature"]["name"]
    messages = (project.path / "report" / "local" / "messages.ndjson").read_text().splitlines()
    assert any("gherkinDocument" in json.loads(line) for line in messages)


FILES = [
    "features/a/b.feature",
    "features/a-b.feature",
    "features/a_b.feature",
    "features/A-b.feature",
    "features/a b.feature",
    "features/a/é.feature",
    "features/a/日本.feature",
    "features/a/中文.feature",
    "features/a/🚢.feature",
    "features/a/🚀/.x/y.feature",
    "features/a.b.feature",
    "other/a/b.feature",
    "b.feature",
    "features/b.feature",
    "features/" + "/".join("long" * 12 for _ in range(8)) + "/1.feature",
    "features/" + "/".join("long" * 12 for _ in range(8)) + "/2.feature",
    "features/b/2.feature",
]


def test_no_folder_is_shared() -> None:
    """Each line of each file has an evidence folder of its own, that every file system can have."""
    names = [folder_name(file, line) for file in FILES for line in (2, 22)]
    assert len(names) == len({name.lower() for name in names})
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9-]{0,120}", name) for name in names)
    assert "dns-records-14" == folder_name("features/dns/records.feature", 14)


def test_no_evidence_is_lost(project: Project) -> None:
    """Features in any folder, of any name: each failure keeps its evidence; no id is doubled in any report."""
    files = [file for file in FILES if file.startswith("features/") and "/." not in file]
    names = ["Ein Fall / another", "« 日本 » :: [1]", "🚢 " + "long " * 60]
    for file in files:
        steps = "".join(f"  Scenario: {name}\n    Then somebody says no\n" for name in names)
        project.feature(f"Feature: {file}\n{steps}", file.removeprefix("features/"))
    assert 1 == project.run("features").ret
    scenarios = project.verdict["scenarios"]
    assert len(files) * len(names) == len(scenarios) == len({s["nodeid"] for s in scenarios})
    kept = [project.path / "report" / "local" / s["evidence"] / "failure.txt" for s in scenarios]
    assert len(scenarios) == len(set(kept))
    for scenario, failure in zip(scenarios, kept, strict=True):
        assert failure.read_text().startswith(f"{scenario['file']}:{scenario['line'] + 1} ")
    _no_id_is_doubled(project.path / "report")


def _no_id_is_doubled(report: Path) -> None:
    ids = re.findall(r' id="([^"]*)"', (report / "index.html").read_text())
    assert len(ids) == len(set(ids))
    cases = re.findall(r'<testcase name="([^"]*)" classname="([^"]*)"', (report / "local" / "junit.xml").read_text())
    assert len(cases) == len(set(cases)) > 0
    messages = [json.loads(line) for line in (report / "local" / "messages.ndjson").read_text().splitlines()]
    for kind in ("pickle", "testCase"):
        found = [message[kind]["id"] for message in messages if kind in message]
        assert len(found) == len(set(found)) == len(cases)


def test_folders_that_pytest_passes_over(project: Project) -> None:
    """A feature in a folder named as those that pytest passes over is collected; --ignore works as ever."""
    for place in ("build", "dist", "a/build", "venv", "CVS"):
        project.feature("Feature: X\n  Scenario: Y\n    Given the shelf is filled", f"{place}/x.feature")
    told = project.run("features", "--collect-only", "-q").outlines
    assert 5 == len([line for line in told if "::" in line])
    told = project.run("features", "--collect-only", "-q", "--ignore=features/a").outlines
    assert not any("features/a/" in line for line in told)


def test_concerns_of_the_pages_own_names(project: Project) -> None:
    """Folders that are named as parts of the page are, and folders of one name in two places, double no id."""
    for place in ("platform", "coverage", "a/same", "b/same", "find", "features-a-same-x-feature"):
        project.feature(f"Feature: {place}\n  Scenario: One\n    Given the shelf is filled", f"{place}/x.feature")
    project.run("features")
    _no_id_is_doubled(project.path / "report")


def test_rows_with_one_name(project: Project) -> None:
    """Rows of an outline whose names come to the same are told apart by all their values; none is refused or lost."""
    project.feature(
        """
        Feature: X
          Scenario Outline: The <thing>
            Then the <thing> is "<colour>"
            Examples:
              | thing | colour |
              | apple | red    |
              | apple | green  |
        """
    )
    project.run("features")
    assert {"The apple (apple, red)": "proven", "The apple (apple, green)": "failed"} == project.verdicts


OUTLINE = 'Feature: X\n  Scenario Outline: Y\n    Given "<n>"\n    {}\n    Examples:\n      | n |\n      | 1 |'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (_one("* a"), "3: the first step of a scenario *: write Given, When or Then, not '[*]' *"),
        (_one("And a"), "3: the first step of a scenario *: write Given, When or Then, not 'And' *"),
        (
            "Feature: X\n  Background:\n    But a\n  Scenario: Y\n    Given b",
            "3: the first step of a background *'But' *",
        ),
        (_one("Given a\n    Wenn b"), "4: expected the end of the file, a row of a table *, a step *; got 'Wenn b'"),
        ("Scenario: Y\n  Given a", "1: is a Feature: missing above it? expected *Feature:*; got 'Scenario: Y'"),
        (_one("Given a\n    | a | b |\n    | 1 |"), "5: this row has not as many cells as the table's first one"),
        ("# language: xx\nFeature: X", "1: Language not supported: xx"),
        ("Feature: X\n  @a b\n  Scenario: Y\n    Given a", "2: a tag has no spaces in it: *"),
        (_one('Given a\n    """\n    b'), '*: the file ends too early: expected """'),
        (_one("Given a\n  Background:\n    Given b"), "4: a Background comes first in its Feature or Rule, *"),
        (_one("Given a\n    Examples\n    | n |"), "4: Examples follow the steps of an outline, with a colon: *"),
        (OUTLINE.format("And <<n>>"), "4: <n> cannot be filled, since another < stands before it: <<n>*"),
        (OUTLINE.format("And fewer < <n>"), "4: <n> cannot be filled, since another < stands before it: < <n>*"),
        (OUTLINE.format("And <m>"), "4: <m> cannot be filled: the examples have <n>; add a column, *"),
        (OUTLINE.format("And a\n      | <m> |"), "5: <m> cannot be filled: *"),
        (OUTLINE.format('And a\n      """\n      <m>\n      """'), "5: <m> cannot be filled: *"),
        (OUTLINE.replace("Y", "Y <m>").format("And a"), "2: <m> cannot be filled: *"),
        ("Feature: X\n  Scenario Outline: Y\n    Given <n>", '2: the outline "Y" has no rows: add Examples *'),
        (
            'Feature: X\n  Scenario Outline: Y\n    Given "<n>"\n    Examples:\n      | n | n |\n      | 1 | 2 |',
            "5: two columns are named 'n'; give each a name of its own",
        ),
    ],
)
def test_what_is_wrong_is_named(project: Project, text: str, message: str) -> None:
    """The message names the line, what is wrong in it and what was expected, in a run and in `lint`; nothing runs."""
    project.feature(text)
    result = project.run("features")
    assert 2 == result.ret
    result.stdout.fnmatch_lines([f"features/shelf.feature:{message}"])
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*Unexpected token*")
    assert not project.calls


def test_lint_says_the_same(project: Project) -> None:
    """`lint` has the same message for what cannot be taken."""
    project.feature(OUTLINE.format("And <<n>>"))
    ended = project.seatrial("lint")
    assert 1 == ended.returncode
    assert "features/shelf.feature:4: <n> cannot be filled, since another < stands before it" in ended.stdout


def test_signs_that_fill_nothing(project: Project) -> None:
    """Signs in an outline that are no placeholders, and angle brackets in a plain scenario, are taken."""
    words = project.path / "words.py"
    words.write_text(words.read_text() + '\n\n@given(parsers.re("said .*"))\ndef _(shelf): shelf.rows()\n')
    project.feature(OUTLINE.format("And said <n> > 0 and 1 < 2").replace('"<n>"', "said <n>"))
    project.feature("Feature: X\n  Scenario: Z\n    Given said <b>", "z.feature")
    project.run("features")
    assert {"Y (1)": "proven", "Z": "proven"} == project.verdicts
