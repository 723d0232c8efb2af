"""Tags as people write them: none ends a session or reaches a plugin, and each can be selected."""

from __future__ import annotations

import re

import pytest

from seatrial.scenarios.tags import rewrite

from .project import Project

pytest_plugins = ["pytester"]

TAGS = [
    *("xfail", "skipif", "usefixtures", "parametrize", "filterwarnings"),
    *("issue:123", "_wip", "timeout", "severity=high", "JIRA-12", "order", "größe", "a(b)", "not", "50%", "C++"),
]
MARKING = """
import pytest

def pytest_configure(config):
    config.addinivalue_line("markers", "timeout(seconds): stop after so long")
    config.addinivalue_line("markers", "order(index): run in this order")

def pytest_collection_modifyitems(items):
    for item in items:
        order = item.get_closest_marker("order")
        assert order is None or order.args, "order needs an index"

@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    timeout = item.get_closest_marker("timeout")
    assert timeout is None or timeout.args, "timeout needs seconds"
    assert "timeout" not in item.keywords
    return (yield)
"""


@pytest.mark.parametrize("strict", [(), ("--strict-markers",)], ids=["", "strict"])
def test_tags_are_no_marks(project: Project, strict: tuple[str, ...]) -> None:
    """No tag ends a session, or reaches a plugin that knows a marker of that name."""
    conftest = project.path / "conftest.py"
    conftest.write_text(conftest.read_text() + MARKING)
    tags = " ".join(f"@{tag}" for tag in TAGS)
    project.feature(f"{tags}\nFeature: X\n  Scenario: Y\n    Given the shelf is filled")
    result = project.run("features", *strict)
    assert 0 == result.ret
    assert sorted(TAGS) == project.scenario("Y")["tags"]
    result.stdout.no_fnmatch_line("*UnknownMark*")


@pytest.mark.parametrize("tag", TAGS)
def test_every_tag_selects(project: Project, tag: str) -> None:
    """`-m` selects by any tag, as it stands in the feature; `not` and `and` work on them."""
    project.feature(
        f"""
        Feature: X
          @{tag} @other
          Scenario: Tagged
            Given the shelf is filled
          @other
          Scenario: Plain
            Given the shelf is filled
        """
    )
    written = [(f"other and @{tag}", "Tagged"), (f"other and not @{tag}", "Plain")]
    for expression, name in [*written, *([] if tag == "not" else [(tag, "Tagged"), (f"not {tag}", "Plain")])]:
        result = project.run("features", "-m", expression, "--collect-only", "-q")
        assert [f"features/shelf.feature::{name}"] == [line for line in result.outlines if "::" in line]


def test_tags_and_marks(project: Project) -> None:
    """`-m` selects tests by their marks as ever, beside scenarios by their tags."""
    project.feature("@wip\nFeature: X\n  Scenario: Y\n    Given the shelf is filled")
    (project.path / "test_theirs.py").write_text(
        "import pytest\n@pytest.mark.usefixtures('request')\ndef test_one(): pass\ndef test_two(): pass\n"
    )
    result = project.run("-m", "usefixtures or wip", "--collect-only", "-q")
    assert ["features/shelf.feature::Y", "test_theirs.py::test_one"] == [x for x in result.outlines if "::" in x]
    assert 4 == project.run("-m", "wip and", "--collect-only", "-q").ret


def test_a_tag_within_another() -> None:
    """A tag that is a part of another one is not taken for it."""
    written, names = rewrite("a=b and not a=bc", ["a=b", "a=bc"])
    assert {"a=b", "a=bc"} == set(names.values())
    assert "a=b and not a=bc" == re.sub(r"seatrial_tag_\d+", lambda m: names[m[0]], written)


def test_skip(project: Project) -> None:
    """What a feature says is to be skipped is not taken, counted with that reason; `-m` leaves it out."""
    project.feature(
        """
        Feature: X
          @skip
          Scenario: Later
            Given the shelf is filled
          Scenario: Now
            Given the shelf is filled
        """
    )
    result = project.run("features")
    assert 0 == result.ret
    later = project.scenario("Later")
    assert ("not provable", "the feature says @skip") == (later["verdict"], later["reason"])
    assert "proven" == project.scenario("Now")["verdict"]
    result.stdout.fnmatch_lines(["*1 not provable here: the feature says @skip"])
    listed = project.run("features", "-m", "not skip", "--collect-only", "-q").outlines
    assert ["features/shelf.feature::Now"] == [line for line in listed if "::" in line]
