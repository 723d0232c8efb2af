"""A report's folder that somebody else has made: one clear message or a report, and nothing from outside in it."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from seatrial.bounded import BoundsError, file_in, parse_json, read_bytes
from seatrial.errors import UsageError
from seatrial.report import artefact, coverage, diff, document, markdown, writer
from seatrial.report.grouping import Grouping
from tests.harness.project import Project

from .runs import run, scenario
from .strangers import hostile, pictured, report

pytest_plugins = ["pytester"]

OUTSIDE = "a secret of this machine"
STRANGE: list[Any] = [None, -1, 1e300, "", "../../x", "9999-99-99T99:99:99Z", [], {"": None}]


@pytest.fixture
def outside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file outside of the artefact, with something in it that must not be in the document."""
    file = tmp_path_factory.mktemp("outside") / "outside.log"
    file.write_text(f"{OUTSIDE}\n")
    return file


def _made(project: Project, **rest: Any) -> Path:
    folder = project.path / "report" / "local"
    (folder / "evidence" / "x").mkdir(parents=True)
    one = scenario("One", "failed") | {"evidence": "evidence/x", "files": ["evidence/x/dns.log"]} | rest
    (folder / "verdict.json").write_text(json.dumps(run(one)))
    return folder


@pytest.mark.parametrize("field", ["file", "evidence", "files"])
@pytest.mark.parametrize("climbing", [False, True], ids=["absolute", "climbing"])
def test_paths_that_lead_out(project: Project, outside: Path, field: str, climbing: bool) -> None:
    """An absolute path, or one with dots, is refused with one message; nothing of its file is in any report."""
    bad = os.path.relpath(outside, project.path / "report" / "local") if climbing else str(outside)
    folder = _made(project, **{field: [bad] if field == "files" else bad})
    ended = project.seatrial("report")
    assert 4 == ended.returncode
    assert "expected a relative path without .." in " ".join(ended.stderr.split())
    assert "Traceback" not in ended.stderr
    assert not any(OUTSIDE in file.read_text() for file in folder.parent.rglob("*") if file.is_file())


@pytest.mark.parametrize("link", ["file", "folder", "feature"])
def test_links_that_lead_out(project: Project, outside: Path, link: str) -> None:
    """What lies behind a link of the artefact, or of the checkout, is in no report."""
    folder = _made(project)
    if link == "file":
        (folder / "evidence" / "x" / "dns.log").symlink_to(outside)
    elif link == "folder":
        (folder / "evidence" / "x").rmdir()
        (folder / "evidence" / "x").symlink_to(outside.parent)
        outside.rename(outside.with_name("dns.log"))
    else:
        outside.write_text(f"Feature: {OUTSIDE}\n  Scenario: One\n    Given x\n")
        (project.path / "features" / "dns").mkdir(parents=True)
        (project.path / "features" / "dns" / "names.feature").symlink_to(outside)
    assert 0 == project.seatrial("report").returncode
    told = [file.name for file in folder.parent.rglob("*.*") if file.is_file() and not file.is_symlink()]
    assert "messages.ndjson" in told
    written = [folder / name for name in ("messages.ndjson", "junit.xml", "summary.md")]
    assert not any(OUTSIDE in file.read_text() for file in [*written, folder.parent / "index.html"])


def test_a_folder_that_is_a_link(project: Project, tmp_path: Path) -> None:
    """Nothing is written through a linked folder."""
    elsewhere = tmp_path / "elsewhere"
    _made(project).rename(elsewhere)
    (project.path / "report" / "local").symlink_to(elsewhere)
    ended = project.seatrial("report")
    assert 4 == ended.returncode
    assert "is a link" in ended.stderr
    assert ["evidence", "verdict.json"] == sorted(file.name for file in elsewhere.iterdir())


@pytest.mark.parametrize("command", ["report", "coverage", "diff"])
def test_every_command_says_so(project: Project, command: str) -> None:
    """What is no verdict is one clear message, whichever command reads it."""
    folder = _made(project)
    (folder / "verdict.json").write_text("[" * 100_000)
    ended = project.seatrial(command, *(["report/local"] * 2 if command == "diff" else []))
    assert 4 == ended.returncode
    assert "nested deeper than 64 levels" in " ".join(ended.stderr.split())
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "not JSON"),
        ("[]", "expected a verdict.json of version 4"),
        ('{"version": 4}', "is a required property"),
        ('{"version": 4, "scenarios": NaN}', "NaN is no number of JSON"),
        ('{"version": 1e999}', "too large a number"),
        ("[" * 100_000, "nested deeper than 64 levels"),
        ('{"a":' * 5000 + "1" + "}" * 5000, "nested deeper than 64 levels"),
        ("1" * 10_000, "not JSON"),
        ("\udcff", "not JSON"),
    ],
)
def test_malformed(tmp_path: Path, content: str, told: str) -> None:
    """What is no verdict is one error of a user's kind, that says what was expected."""
    (tmp_path / "verdict.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(UsageError, match=told):
        document.read(tmp_path)


@pytest.mark.parametrize(
    "content", ["{", "[]", "[" * 100_000, '{"machines": [{}]}', '{"version": 1, "scenarios": [1]}']
)
@pytest.mark.parametrize(
    "name",
    [
        "picture.json",
        "history.json",
        "evidence/x/cluster.json",
        "evidence/x/traffic-1.json",
        "evidence/x/writes-1.json",
    ],
)
def test_malformed_files_beside_it(tmp_path: Path, name: str, content: str) -> None:
    """A file beside the verdict that is not as it must be is left out of the document."""
    page = report(tmp_path, "word")
    (tmp_path / "local" / name).write_text(content)
    assert page == writer.write_book(tmp_path, tmp_path)
    assert 'class="scenario"' in page.read_text()


def test_too_large(monkeypatch: pytest.MonkeyPatch, project: Project) -> None:
    """A file that is larger than such a file is, is not read."""
    folder = _made(project)
    monkeypatch.setitem(artefact._MOST, "verdict", 100)
    with pytest.raises(UsageError, match="larger than 100 bytes"):
        document.read(folder)


def test_no_file(tmp_path: Path) -> None:
    """A pipe is not waited for, and a link is not followed."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(BoundsError, match="expected a file"):
        read_bytes(tmp_path / "pipe", 10)
    (tmp_path / "link").symlink_to("/etc/passwd")
    with pytest.raises(OSError, match="symbolic link"):
        read_bytes(tmp_path / "link", 10)
    with pytest.raises(BoundsError):
        file_in(tmp_path, "link")
    with pytest.raises(BoundsError):
        parse_json("[[[]]]", "it", depth=1)
    assert [[[]]] == parse_json("[[[]]]", "it", depth=2)


def _mutations(found: Any, change: Callable[[Any], Any] = lambda x: x) -> Iterator[Any]:
    """The document with one value of it replaced, or left out, for each value of it and each strange one."""
    where = list(found.items()) if isinstance(found, dict) else list(enumerate(found))
    for key, value in where:
        for strange in STRANGE:
            before, found[key] = found[key], copy.deepcopy(strange)
            yield change(found)
            found[key] = before
        if isinstance(found, dict):
            del found[key]
            yield change(found)
            found[key] = value
        if isinstance(value, dict | list):
            yield from _mutations(value, change)


def test_every_value_may_be_anything(tmp_path: Path) -> None:
    """With each value of it replaced by each strange one, a document is refused, or every report is made."""
    whole = hostile("word")
    whole["scenarios"] = whole["scenarios"][:1]
    whole["summary"] |= {"planned": 1, "not provable": 0}
    folder = tmp_path / "local"
    folder.mkdir()
    taken = refused = 0
    for _ in _mutations(whole):
        (folder / "verdict.json").write_text(json.dumps(whole))
        try:
            read = document.read(folder)
        except UsageError:
            refused += 1
            continue
        taken += 1
        writer.write_run(read, folder, tmp_path)
        writer.write_book(tmp_path, tmp_path)
        "\n".join(diff.compare(read, read).lines())
        markdown.of_diff(diff.compare(read, read), read, read)
        coverage.lines(coverage.cover(read, None, Grouping()))
    assert taken > 100
    assert refused > 500


@pytest.mark.parametrize("kind", ["picture", "history", "traffic", "writes"])
def test_every_value_beside_it_may_be_anything(tmp_path: Path, kind: str) -> None:
    """The same for a picture, a history, a course of traffic and of writes: the document is made."""
    report(tmp_path, "word")
    name = f"evidence/x/{kind}-1.json" if kind in ("traffic", "writes") else f"{kind}.json"
    file = tmp_path / "local" / name
    whole = pictured("word") if kind == "picture" else json.loads(file.read_text())
    for _ in _mutations(whole):
        file.write_text(json.dumps(whole))
        assert writer.write_book(tmp_path, tmp_path).stat().st_size > 1000
