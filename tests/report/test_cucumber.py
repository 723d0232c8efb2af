"""Cucumber's own tools take our messages."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from seatrial.report import messages

from .browsers import chromium, package
from .runs import run, scenario

_FEATURES = "@cucumber/compatibility-kit/features"
_KITS = ("backgrounds", "data-tables", "doc-strings", "examples-tables", "hooks", "rules", "rules-backgrounds")
"""Without "minimal", whose description ends in a blank line, which the official parser for Python keeps."""


@pytest.fixture(scope="module")
def npm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that npm installs into."""
    return tmp_path_factory.mktemp("npm")


@pytest.mark.parametrize("kit", _KITS)
def test_compatibility_kit(npm: Path, kit: str) -> None:
    """Of the official kit's features we give the same source, syntax and pickles as the kit itself."""
    folder = package(f"{_FEATURES}/{kit}", npm)
    lines = (folder / f"{kit}.ndjson").read_text("utf-8").splitlines()
    wanted = [m for m in map(json.loads, lines) if set(m) & {"source", "gherkinDocument", "pickle"}]
    uri = wanted[0]["source"]["uri"]
    numbers = itertools.count()
    given = list(messages.of_feature(uri, (folder / f"{kit}.feature").read_text("utf-8"), lambda: str(next(numbers))))
    assert wanted == given


def test_html_formatter(npm: Path, tmp_path: Path) -> None:
    """The official HTML formatter shows a run without an error, with its features and the reason of a failure."""
    folder = package("@cucumber/html-formatter/dist", npm)
    feature = tmp_path / "features" / "dns" / "names.feature"
    feature.parent.mkdir(parents=True)
    feature.write_text("Feature: Names\n  Scenario: One\n    Then it stands\n  Scenario: Two\n    Then it stands\n")
    found = messages.text(run(scenario("One"), scenario("Two", "failed", line=4)), tmp_path)
    shown = tmp_path / "cucumber.html"
    shown.write_text(_formatted(folder, found.splitlines()), "utf-8")
    with chromium() as browser:
        browser.get(shown.as_uri())
        wait = pytest.importorskip("selenium.webdriver.support.ui").WebDriverWait
        wait(browser, 30).until(lambda b: "names.feature" in b.find_element("css selector", "body").text)
        assert [] == [line for line in browser.get_log("browser") if line["level"] == "SEVERE"]
        assert "50% (1 / 2) passed" in browser.find_element("css selector", "body").text


def _formatted(folder: Path, lines: list[str]) -> str:
    """Fill the formatter's template as the formatter itself does."""
    parts: dict[str, Any] = {
        "title": "Cucumber",
        "icon": "data:,",
        "css": (folder / "main.css").read_text("utf-8"),
        "custom_css": "",
        "messages": ",".join(line.replace("<", "\\x3C") for line in lines),
        "script": (folder / "main.js").read_text("utf-8"),
        "custom_script": "",
    }
    page = (folder / "src" / "index.mustache").read_text("utf-8")
    for name, text in parts.items():
        page = page.replace("{{" + name + "}}", text, 1)
    return page
