"""What others wrote is shown as text, in every medium."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from seatrial.report import diff, markdown
from tests.harness.project import Project

from .browsers import chromium
from .strangers import ESCAPES, MARKUP, hostile, report

pytest_plugins = ["pytester"]

STEERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What steers a terminal, turns text around, or is no character."""


class Elements(HTMLParser):
    """Every element of a page, with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember it."""
        self.found.append((tag, dict(attrs)))


def test_no_markup_of_a_stranger(tmp_path: Path) -> None:
    """Markup in any text of an artefact is text: one script, which is ours, no handler, no image, no foreign link."""
    elements = Elements(report(tmp_path).read_text("utf-8", "replace")).found
    tags = [tag for tag, _ in elements]
    assert [1, 0] == [tags.count("script"), tags.count("img")]
    assert [] == [(tag, name) for tag, attributes in elements for name in attributes if name.startswith("on")]
    links = [attributes["href"] or "" for tag, attributes in elements if tag == "a"]
    assert [] == [link for link in links if not link.startswith(("#", "local/evidence/x/"))]
    assert len(links) > 4


def test_nothing_of_a_stranger_runs(tmp_path: Path) -> None:
    """In a browser nothing opens a dialogue, and our own script still counts the scenarios."""
    page = report(tmp_path)
    with chromium() as browser:
        browser.get(page.as_uri())
        browser.execute_script("for (const one of document.querySelectorAll('details')) one.open = true")
        assert "2 of 2 scenarios" == browser.find_element("css selector", "#count").text
        assert [] == [entry for entry in browser.get_log("browser") if "favicon" not in entry["message"]]
        assert "<script>alert(1)</script>" in _text(browser)


def _text(browser: Any) -> str:
    return str(browser.find_element("css selector", ".scenario .name").text)


@pytest.fixture
def stranger(project: Project) -> Project:
    """A project whose report a stranger has made, full of escapes."""
    report(project.path / "report", ESCAPES)
    (project.path / "earlier").mkdir()
    older = hostile(ESCAPES)
    for one in older["scenarios"]:
        one["nodeid"] = f"{one['nodeid']}\nALL PROVEN"
    (project.path / "earlier" / "verdict.json").write_text(json.dumps(older))
    return project


@pytest.mark.parametrize("command", [("report",), ("diff", "earlier", "report/local"), ("coverage",)])
def test_no_escape_reaches_the_console(stranger: Project, command: tuple[str, ...]) -> None:
    """Escapes are shown as text, and no line begins with what somebody else has written."""
    ended = stranger.seatrial(*command)
    assert "Traceback" not in ended.stderr
    assert not STEERS.search(ended.stdout + ended.stderr)
    assert "\nALL PROVEN" not in ended.stdout
    assert command == ("report",) or "\\x1b[32mALL PROVEN" in ended.stdout


def test_no_escape_in_any_file(stranger: Project) -> None:
    """The document, the summary and JUnit have none either, and JUnit is XML."""
    assert 0 == stranger.seatrial("report").returncode
    folder = stranger.path / "report" / "local"
    for file in (folder / "junit.xml", folder / "summary.md", folder.parent / "index.html"):
        text = file.read_text("utf-8")
        assert not STEERS.search(text), file
        assert (
            "\\x1b[32mALL PROVEN" in text or "\\x1b[32mALL PROVEN".replace("\\", "&#92;").replace("[", "&#91;") in text
        )
    assert "testsuites" == ET.parse(folder / "junit.xml").getroot().tag  # noqa: S314 - we have just written it


def test_no_escape_of_a_name_while_it_runs(project: Project) -> None:
    """A scenario, a feature, a step and a failure that hold escapes are shown as text while they run."""
    words = project.path / "words.py"
    words.write_text(words.read_text() + '\n@then("it is strange")\ndef _():\n    pytest.fail("\\x1b[2J\\x9b31m")\n')
    bad = "\x1b[32mALL PROVEN\x07\u202egnorts"
    project.feature(f"Feature: {bad}\n  Scenario: {bad}\n    Given the shelf is filled\n    Then it is strange")
    ended = project.run_apart("features", "-v", "-rfE", "--color=no")
    assert {"\\x1b[32mALL PROVEN\\x07\\u202egnorts": "failed"} == project.verdicts
    assert not STEERS.search(ended.stdout.str().replace("\r", ""))
    assert "\\x1b[2J\\x9b31m" in ended.stdout.str()


NAMES = (
    "`",
    "](https://x.example)",
    "![x](y)",
    "| a | b |",
    "<img src=x>",
    "www.x.example",
    "https://x.example",
    "@all",
)
ALL_NAMES = (*NAMES, "# x", "- x", "1. x", "**x**", "&lt;", "</summary></details>", "$x$", "~~x~~", "a\n# b")


@pytest.mark.parametrize("name", [MARKUP, *ALL_NAMES])
def test_no_markdown_of_a_stranger(name: str) -> None:
    """In a summary names of scenarios, files, teams, targets and profiles are text, on the line that is theirs."""
    bad, harmless = hostile(name), hostile("harmless")
    summary = markdown.of_run(bad)
    assert _shape(markdown.of_run(harmless)) == _shape(summary)
    assert not re.search(r"(?i)https?://|www\.|@\w", re.sub(r"(?s)```.*?```|`[^`\n]*`", "", summary))
    other = hostile("other")
    expected = _shape(markdown.of_diff(diff.compare(harmless, other), harmless, other))
    assert expected == _shape(markdown.of_diff(diff.compare(harmless, bad), harmless, bad))


def _shape(text: str) -> list[str]:
    """The elements that a reader of Markdown sees, without their texts."""
    reader = (
        pytest.importorskip("markdown_it").MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    )
    tokens = [inner for token in reader.parse(text) for inner in (token, *(token.children or ()))]
    return [
        t.type + (t.content if "html" in t.type and "summary" not in t.content else "")
        for t in tokens
        if t.type != "text"
    ]
