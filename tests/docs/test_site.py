"""The documentation as a site: it is built, its links lead somewhere, and it asks nobody else for anything."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from .commands import ROOT


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, as `make docs` builds it."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "docs/site/build.py", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert 0 == done.returncode, done.stdout + done.stderr
    return folder


def test_every_page_is_reached(site: Path) -> None:
    """Each document is a page, and each link within the site leads to a page and a place in it."""
    pages = {page: page.read_text("utf-8") for page in site.rglob("*.html")}
    wanted = {page.relative_to(ROOT / "docs").with_suffix(".html") for page in (ROOT / "docs").rglob("*.md")}
    assert wanted <= {page.relative_to(site) for page in pages}
    for page, text in pages.items():
        for link in re.findall(r'href="([^"]+)"', text):
            path, _, place = link.partition("#")
            if re.match(r"[a-z]+:", path) or "?" in path:
                continue
            target = (page.parent / path).resolve() if path else page
            assert target.exists(), f"{page.name}: {link}"
            if place and target in pages:
                assert f'id="{place}"' in pages[target], f"{page.name}: {link}"


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    """No page needs another machine: no script, style, font or picture of one."""
    for page in site.rglob("*.html"):
        loaded = re.findall(r'<(?:script|img|link|iframe)[^>]+(?:src|href)="(https?:[^"]+)"', page.read_text("utf-8"))
        assert [] == loaded, page.name


def test_what_is_generated(site: Path) -> None:
    """The reference has every command, word, setting and verdict; a phone is told its width; search has an index."""
    commands = (site / "reference" / "commands.html").read_text("utf-8")
    for command in ("verify", "attest", "rejudge", "images build"):
        assert f"<h2>seatrial {command}<a " in commands
    words = re.sub(r"<[^>]+>", "", (site / "reference" / "words.html").read_text("utf-8"))
    assert "every deployment is ready" in words
    assert "unsteady" in (site / "reference" / "verdicts.html").read_text("utf-8")
    assert "kubeconfig" in (site / "reference" / "configuration.html").read_text("utf-8")
    assert '<meta name="viewport"' in (site / "index.html").read_text("utf-8")
    index = (site / "searchindex.js").read_text("utf-8")
    assert "waiver" in json.dumps(index)
