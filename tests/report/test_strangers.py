"""What others wrote is shown as text, in every medium."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from .browsers import chromium
from .strangers import report

SHAPES = {"script", "style"}


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
