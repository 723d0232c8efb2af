"""The living document: one HTML file with everything in it, that opens from disk without a network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import escape
from importlib import resources
from itertools import groupby
from typing import Any

from seatrial.report import coverage, svg
from seatrial.report import map as platform_map
from seatrial.report.book import Book, Edition
from seatrial.report.entry import ABSENT, GLYPHS, badge, entry, slug, verdict_on
from seatrial.report.text import duration
from seatrial.scenarios.verdict import Verdict

_MEANING = {
    Verdict.PROVEN: "It held, and everything that the scenario touched was real.",
    Verdict.SIMULATED: "It held, and something that it touched was simulated.",
    Verdict.NOT_PROVABLE: "This target lacks what it takes to look; the reason is given.",
    Verdict.FAILED: "It did not hold: expected stands beside last seen.",
    Verdict.ERROR: "The harness or the provisioning broke, or the scenario was not run.",
    Verdict.UNDEFINED: "A step has no words.",
}


_BYTES = 30_000
"""For each scenario: a page of a hundred of them stays below 3 MB."""

_DETAILS = (12, 5, 2, 0)


def page(book: Book, words: Sequence[str] = ()) -> str:
    """Write *book* as one page, with as much of each observation as its size allows.

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
    title = "What was agreed, and what was proven"
    body = "".join(
        [
            '<a class="skip" href="#specification">Skip to the specification</a>',
            f"<header><div><h1>{title}</h1>{_subtitle(book)}</div>",
            '<button type="button" id="theme" class="plain" hidden>Dark</button></header>',
            _tools(book),
            '<div class="page">',
            f'<nav aria-label="Concerns">{"".join(_contents(book))}</nav>',
            f"<main>{''.join(_editions(book))}{_legend()}",
            f'<section id="specification" aria-label="The specification">{"".join(_chapters(book))}</section>',
            '<p id="nothing" hidden>No scenario fits these filters.</p>',
            "".join(_pictures(book)),
            "".join(_coverage(book, words)),
            "</main></div>",
            "<footer>Written by Seatrial. It needs no network; links to evidence lead to files beside it.</footer>",
        ]
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<link rel="icon" href="data:,">\n'
        f"<title>{title} - Seatrial</title>\n<style>\n{_asset('report.css')}</style>\n</head>\n"
        f"<body>\n{body}\n<script>\n{_asset('report.js')}</script>\n</body>\n</html>\n"
    )


def _asset(name: str) -> str:
    return (resources.files("seatrial.report") / "assets" / name).read_text("utf-8")


def _subtitle(book: Book) -> str:
    count = len(book.scenarios)
    said = f"{count} scenario{'s' * (count != 1)} in {len({s['file'] for s in book.scenarios})} features"
    return f"<p>{said}. For each: what was agreed, whether it holds on each target, how that was seen, since when.</p>"


def _tools(book: Book) -> str:
    concerns = list(dict.fromkeys(s["concern"] for s in book.scenarios))
    tags = sorted({tag for s in book.scenarios for tag in s["tags"]})
    profiles = list(book.grouping.profiles)
    targets = [edition.target for edition in book.editions]
    chips = "".join(
        f'<button type="button" class="chip {_css(v)}" aria-pressed="false" data-verdict="{escape(v, quote=True)}">'
        f"{GLYPHS[v]} {escape(v)}</button>"
        for v in [*map(str, Verdict), ABSENT]
    )
    return (
        '<search class="tools"><form id="filters"><label class="find">Search '
        '<input type="search" id="find" placeholder="a word of a scenario, step or reason" autocomplete="off"></label>'
        + (_choice("target", "Verdict on", ["any target", *targets]) if len(targets) > 1 else "")
        + _choice("concern", "Concern", ["all", *concerns], [""] + [_title(book, c) for c in concerns])
        + (_choice("profile", "Profile", ["all", *profiles]) if profiles else "")
        + (_choice("tag", "Tag", ["all", *tags]) if tags else "")
        + f'<div class="chips" role="group" aria-label="Verdicts">{chips}</div>'
        '<div class="buttons"><button type="button" id="open" class="plain">Open all</button>'
        '<button type="reset" class="plain">Reset</button><output id="count" for="filters"></output></div>'
        "</form></search>"
    )


def _choice(name: str, text: str, values: Sequence[str], shown: Sequence[str] = ()) -> str:
    options = "".join(
        f'<option value="{"" if n == 0 else escape(value, quote=True)}">'
        f"{escape(shown[n] if n and shown else value)}</option>"
        for n, value in enumerate(values)
    )
    return f'<label>{text} <select id="{name}">{options}</select></label>'


def _contents(book: Book) -> Iterator[str]:
    yield '<details open id="contents"><summary>Contents</summary><ul>'
    for concern, group in groupby(book.scenarios, key=lambda s: s["concern"]):
        scenarios = list(group)
        files = dict.fromkeys(s["file"] for s in scenarios)
        yield f'<li data-concern="{escape(concern, quote=True)}"><a href="#{slug(concern)}">'
        yield f"{escape(_title(book, concern))}</a>{_marks(book, scenarios)}<ul>"
        for file in files:
            yield f'<li><a href="#{slug(file)}">{escape(_feature(book, file)["name"] or file)}</a></li>'
        yield "</ul></li>"
    drawn = any(edition.picture for edition in book.editions)
    yield '<li><a href="#platform">The platform</a></li>' if drawn else ""
    yield '<li><a href="#coverage">What is not covered</a></li></ul></details>'


def _marks(book: Book, scenarios: Sequence[dict[str, Any]]) -> str:
    """Say beside a concern how many of its scenarios are broken on some target."""
    bad = {str(v) for v in (Verdict.FAILED, Verdict.ERROR, Verdict.UNDEFINED)}
    broken = sum(any(verdict_on(e, s["nodeid"]) in bad for e in book.editions) for s in scenarios)
    css, text = ("count bad", f"{broken} broken") if broken else ("count", str(len(scenarios)))
    return f' <span class="{css}">{text}</span>'


def _editions(book: Book) -> Iterator[str]:
    yield '<section aria-label="The last run on each target" class="editions">'
    for edition in book.editions:
        run, sums = edition.document, edition.document["summary"]
        git = run["git"]
        commit = f"commit <code>{git['commit'][:10]}</code>{' with changes' if git['dirty'] else ''}" if git else ""
        planned = sums["planned"] or 1
        bar = "".join(f'<span class="{_css(v)}" style="flex:{sums[v]}"></span>' for v in map(str, Verdict) if sums[v])
        counts = "".join(f"<li>{badge(v)} {sums[v]}</li>" for v in map(str, Verdict) if sums[v])
        good = 100 * (sums[Verdict.PROVEN] + sums[Verdict.SIMULATED]) // planned
        yield (
            f'<article class="edition"><h2>{escape(edition.target)}</h2>'
            f"<p><strong>{good} %</strong> of {sums['planned']} scenarios hold</p>"
            f'<div class="sums" aria-hidden="true">{bar}</div><ul class="counts">{counts}</ul>'
            f"<p>Platform <code>{escape(run['team'])}</code>, {_when(run['began'])}, {duration(run['seconds'])}. "
            f"{commit}</p>{_unfinished(run)}{_about(edition)}</article>"
        )
    if not book.editions:
        yield "<p>No run yet: <code>seatrial verify</code> makes one.</p>"
    yield "</section>"


def _unfinished(run: dict[str, Any]) -> str:
    if run["complete"]:
        return ""
    unrun = sum(not scenario["ran"] for scenario in run["scenarios"])
    return f'<p class="warning" role="note">This run did not come to its end: {unrun} scenarios were not run.</p>'


def _about(edition: Edition) -> str:
    run = edition.document
    components = (edition.picture or {}).get("components", {}) | run["components"]
    rows = "".join(
        f"<tr><th scope=row>{escape(name)}</th><td>{escape(version)}</td></tr>"
        for name, version in sorted(components.items())
    )
    profiles = "".join(
        f"<tr><th scope=row>{escape(name)}</th><td>{counts['proven']}</td><td>{counts['simulated']}</td>"
        f"<td>{counts['not provable']}</td><td>{counts['failed'] + counts['error'] + counts['undefined']}</td></tr>"
        for name, counts in run["profiles"].items()
    )
    headings = ("Profile", "proven", "simulated", "not provable", "broken")
    heads = "".join(f"<th scope=col>{heading}</th>" for heading in headings)
    table = (
        f'<div class="scroll" tabindex="0" role="group" aria-label="Profiles on {escape(edition.target)}">'
        f"<table><tr>{heads}</tr>{profiles}</table></div>"
    )
    return (
        "<details><summary>Profiles and versions</summary>"
        + (table if profiles else "")
        + f"<table>{rows}</table><p>Specification <code>{run['specification']['sha256'][:16]}</code>, "
        f"{run['specification']['files']} feature files</p></details>"
    )


def _legend() -> str:
    rows = "".join(f"<dt>{badge(str(v))}</dt><dd>{meaning}</dd>" for v, meaning in _MEANING.items())
    return f'<details class="legend"><summary>What the verdicts mean</summary><dl>{rows}</dl></details>'


def _chapters(book: Book) -> Iterator[str]:
    for concern, group in groupby(book.scenarios, key=lambda s: s["concern"]):
        yield f'<section class="concern" id="{slug(concern)}"><h2>{escape(_title(book, concern))}</h2>'
        for file, scenarios in groupby(group, key=lambda s: s["file"]):
            feature = _feature(book, file)
            yield f'<section class="feature" id="{slug(file)}"><h3>{escape(feature["name"] or file)}</h3>'
            yield f'<p class="description">{escape(feature["description"])}</p><p class="file">{escape(file)}</p>'
            for rule, ones in groupby(scenarios, key=lambda s: s["rule"]):
                yield '<section class="rule">'
                if rule:
                    yield f"<h4><span>Rule</span> {escape(rule)}</h4>"
                    yield f"<p>{escape(feature['rules'].get(rule, ''))}</p>" if feature["rules"].get(rule) else ""
                yield from (entry(book, one) for one in ones)
                yield "</section>"
            yield "</section>"
        yield "</section>"


def _pictures(book: Book) -> Iterator[str]:
    drawn = [edition for edition in book.editions if edition.picture]
    if not drawn:
        return
    yield '<section id="platform" class="appendix"><h2>The platform</h2>'
    for edition in drawn:
        picture = edition.picture or {}
        yield f"<h3>On {escape(edition.target)}</h3>"
        yield platform_map.draw(picture)
        if picture["stages"]:
            yield svg.standup(picture["stages"])
    yield "</section>"


def _coverage(book: Book, words: Sequence[str]) -> Iterator[str]:
    yield '<section id="coverage" class="appendix"><h2>What is not covered</h2>'
    for edition in book.editions:
        found = coverage.cover(edition.document, edition.picture, book.grouping, words)
        yield f"<h3>On {escape(edition.target)}</h3><ul>"
        if not found.known:
            yield "<li>No picture of the platform was kept with this run, so its objects are not known.</li>"
        for key, untouched in found.untouched.items() if found.known else ():
            text = f"{len(untouched)} of {found.things[key]} objects of the {key} were touched by no scenario"
            yield _listed(text, untouched)
        yield _listed(
            f"{len(found.without_scenario)} of {len(found.parts)} parts of the platform have no scenario in this run",
            found.without_scenario,
        )
        yield _listed(f"{len(words)} words are said by no step", words) if words else ""
        yield "</ul>"
    yield "</section>"


def _listed(text: str, names: Sequence[str]) -> str:
    if not names:
        return f"<li>{escape(text)}.</li>"
    inside = "".join(f"<li>{escape(name)}</li>" for name in names)
    return f"<li><details><summary>{escape(text)}</summary><ul>{inside}</ul></details></li>"


def _title(book: Book, concern: str) -> str:
    """Name a concern as the parts of the platform do, where there are some for its folder."""
    parts = [
        part
        for part, places in book.grouping.parts.items()
        if any(place == concern or place.startswith(f"{concern}/") for place in places[:1])
    ]
    return " and ".join(parts) or concern.capitalize() or "Features"


def _feature(book: Book, file: str) -> dict[str, Any]:
    return book.features.get(file, {"name": file, "description": "", "tags": [], "rules": {}})


def _css(verdict: str) -> str:
    return slug(verdict)


def _when(stamp: str) -> str:
    return f'<time datetime="{stamp}">{stamp[:10]} {stamp[11:16]} UTC</time>'
