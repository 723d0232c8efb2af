"""The living document: one HTML file with everything in it, that opens from disk without a network.

Its markup stands in ``templates``, where Jinja2 escapes every value; what a template shows is made in `views`.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from seatrial.escaping import visible
from seatrial.report import views
from seatrial.report.book import Book
from seatrial.report.entry import GLYPHS
from seatrial.report.identifiers import slug
from seatrial.report.text import duration

_BYTES = 30_000
"""For each scenario: a page of a hundred of them stays below 3 MB."""

_DETAILS = (12, 5, 2, 0)


def page(book: Book, words: Sequence[str] = ()) -> str:
    """Return *book* as one page, with as much of each observation as its size allows.

    Args:
        book: What it shows.
        words: Words that no step says, for the section on coverage.
    """
    most = _BYTES * max(len(book.scenarios), 100)
    for detail in _DETAILS:
        text = _page(replace(book, detail=detail), words)
        if len(text.encode("utf-8", "replace")) < most:
            break
    return text


def _page(book: Book, words: Sequence[str]) -> str:
    script = Markup("\n") + _asset("report.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        _environment()
        .get_template("page.html")
        .render(views.of_book(book, words), style=_asset("report.css"), script=script, script_hash=f"sha256-{digest}")
    )


@cache
def _asset(name: str) -> Markup:
    text = (resources.files("seatrial.report") / "assets" / name).read_text("utf-8")
    return Markup(text)  # noqa: S704 - our own # nosec B704


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("seatrial.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    environment.globals |= {"glyphs": GLYPHS}
    environment.filters |= {"slug": slug, "duration": duration, "place": "{:.1f}".format, "whole": "{:.0f}".format}
    return environment


def _finalize(value: Any) -> Any:
    """Write out what would turn text around, or is no character, in every value that is shown."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
