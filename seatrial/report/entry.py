"""One scenario of the living document: its steps, and on each target its verdict with the evidence for it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from html import escape
from pathlib import Path
from typing import Any

from seatrial.masking import MASK
from seatrial.report import svg
from seatrial.report.book import Book, Edition
from seatrial.report.step_evidence import how_long
from seatrial.report.text import duration
from seatrial.scenarios.verdict import Verdict

ABSENT = "not in this run"
GLYPHS = {
    str(Verdict.PROVEN): "✓",
    str(Verdict.SIMULATED): "≈",
    str(Verdict.NOT_PROVABLE): "○",
    str(Verdict.FAILED): "✗",
    str(Verdict.ERROR): "!",
    str(Verdict.UNDEFINED): "?",
    ABSENT: "·",
}
_OPEN = {str(v) for v in (Verdict.FAILED, Verdict.ERROR, Verdict.UNDEFINED)}
_STEP_SIGNS = {"passed": "✓", "failed": "✗", "not provable": "○", "undefined": "?", "not taken": "·"}
_QUOTED = re.compile(r"(&quot;.*?&quot;)")
_EVENTS, _LOG_LINES, _LOGS, _REASON = 8, 8, 4, 6000


def entry(book: Book, scenario: dict[str, Any]) -> str:
    """Write one scenario of *book*."""
    nodeid = scenario["nodeid"]
    on = {e.target: verdict_on(e, nodeid) for e in book.editions}
    marks = "".join(_mark(e, nodeid) for e in book.editions)
    broken = " open" if _OPEN & set(on.values()) else ""
    data = {
        "verdicts": "|".join(f"{target}={verdict}" for target, verdict in on.items()) or f"={ABSENT}",
        "concern": scenario["concern"],
        "profiles": "|".join(book.grouping.profiles_of(scenario["file"], scenario["tags"])),
        "tags": "|".join(scenario["tags"]),
    }
    attributes = "".join(f' data-{key}="{escape(value, quote=True)}"' for key, value in data.items())
    tags = "".join(f'<span class="tag">@{escape(tag)}</span>' for tag in scenario["tags"])
    sections = "".join(_on_target(book, e, e.scenarios[nodeid]) for e in book.editions if nodeid in e.scenarios)
    return (
        f'<details class="scenario" id="{slug(nodeid)}"{attributes}{broken}>'
        f'<summary><span class="name">{escape(scenario["scenario"])}</span>{tags}'
        f'<span class="marks">{marks}</span></summary>'
        f'<div class="inside">{_steps(book, scenario)}{sections}</div></details>'
    )


def verdict_on(edition: Edition, nodeid: str) -> str:
    """Return the verdict that the last run on a target has for a scenario."""
    found = edition.scenarios.get(nodeid)
    return str(found["verdict"]) if found else ABSENT


def badge(verdict: str, before: str = "") -> str:
    """Show a verdict: a sign and a word, and a colour beside them."""
    lead = f'<span class="where">{escape(before)}</span> ' if before else ""
    sign = f'<span aria-hidden="true">{GLYPHS[verdict]}</span>'
    return f'<span class="badge {slug(verdict)}">{lead}{sign} {escape(verdict)}</span>'


def slug(text: str) -> str:
    """Make an identifier of *text*."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "x"


def _mark(edition: Edition, nodeid: str) -> str:
    series, found = edition.series.get(nodeid), edition.scenarios.get(nodeid)
    if found and found["since"]:
        since = f"since {found['since']['since'][:10]}"
    elif series:
        since = f"{series['verdict']} on {series['last'][:10]}"
    else:
        since = ""
    shown = badge(verdict_on(edition, nodeid), edition.target)
    return f'<span class="mark">{shown}<span class="since">{since}</span></span>'


def _steps(book: Book, scenario: dict[str, Any]) -> str:
    told = [(e, e.scenarios[scenario["nodeid"]]) for e in book.editions if scenario["nodeid"] in e.scenarios]
    rows = []
    for number, step in enumerate(scenario["steps"]):
        taken = [(e, s["steps"][number]) for e, s in told if number < len(s["steps"])]
        signs = "".join(_outcome(e, one) for e, one in taken)
        evidence = "".join(_looks(e, one, book.detail) for e, one in taken)
        more = f'<details class="evidence"><summary>How it was seen</summary>{evidence}</details>' if evidence else ""
        rows.append(
            f'<li><span class="step"><b>{escape(step["keyword"])}</b> {_text(step["text"])}</span>'
            f'<span class="outcomes">{signs}</span>{_table(step["table"])}{_block(step["block"])}{more}</li>'
        )
    return f'<ol class="steps">{"".join(rows)}</ol>'


def _outcome(edition: Edition, step: dict[str, Any]) -> str:
    outcome = step["outcome"]
    said = duration(step["seconds"]) if outcome in ("passed", "failed") else outcome
    sign = f'<span aria-hidden="true">{_STEP_SIGNS[outcome]}</span>'
    return f'<span class="outcome {slug(outcome)}">{sign} {escape(edition.target)} {said}</span>'


def _text(text: str) -> str:
    return _QUOTED.sub(r'<span class="value">\1</span>', escape(text, quote=True))


def _table(rows: list[list[str]]) -> str:
    cells = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<table class="data">{cells}</table>' if cells else ""


def _block(text: str) -> str:
    return f"<pre>{escape(text)}</pre>" if text else ""


def _looks(edition: Edition, step: dict[str, Any], detail: int) -> str:
    parts = []
    for look in step["looks"]:
        rows = [_row("asked", look["asked"])] if look["asked"] else []
        for subject, expected, seen in look["mismatches"][: detail + 2]:
            rows.append(_row("expected", [f"{subject}  {expected}"], "good"))
            rows.append(_row("last seen", [f"{subject}  {seen}"], "bad"))
        if look["table"] and detail:
            rows.append(f"<dt>observed</dt><dd>{_grid(look['table'], look['observed'], detail)}</dd>")
        elif look["observed"] and detail:
            rows.append(_row("observed", look["observed"][:detail]))
        rows += [_row("time", [how_long(look)])] if look["mode"] else []
        parts.append(f'<dl class="look">{"".join(rows)}</dl>')
    return f'<div class="of"><h5>{escape(edition.target)}</h5>{"".join(parts)}</div>' if parts else ""


def _grid(table: list[list[str]], more: list[str], detail: int) -> str:
    heads = "".join(f'<th scope="col">{escape(head)}</th>' if head else "<td></td>" for head in table[0])
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th>{"".join(f"<td>{escape(value)}</td>" for value in values)}</tr>'
        for name, *values in table[1 : detail + 1]
    )
    left = len(table) - 1 - detail
    rest = "".join(f"<p>{escape(line)}</p>" for line in ([f"… {left} more in verdict.json"] if left > 0 else more))
    shown = f"<table><tr>{heads}</tr>{rows}</table>"
    return f'<div class="scroll" tabindex="0" role="group" aria-label="observed">{shown}</div>{rest}'


def _row(name: str, lines: list[str], css: str = "") -> str:
    inside = "\n".join(escape(line) for line in lines)
    return f'<dt>{name}</dt><dd class="{css}">{inside}</dd>'


def _on_target(book: Book, edition: Edition, scenario: dict[str, Any]) -> str:
    target, since = edition.target, scenario["since"]
    facts = []
    if since:
        commit = f" (commit {since['commit'][:10]})" if since["commit"] else ""
        runs = f"{since['runs']} run{'s' * (since['runs'] != 1)} in a row"
        facts.append(f"since {since['since'].replace('T', ' ').removesuffix('Z')} UTC{commit}, {runs}")
    if scenario["touched"]:
        seen = ", ".join(f"{name} ({fidelity})" for name, fidelity in scenario["touched"].items())
        facts.append(f"touched {seen}")
    if scenario["began"]:
        facts.append(f"took {duration(scenario['seconds'])}")
    parts = [f'<p class="facts">{badge(scenario["verdict"], target)} {escape("; ".join(facts))}</p>']
    if scenario["reason"]:
        parts.append(f"<pre class='reason'>{escape(_shortened(scenario['reason']))}</pre>")
    if scenario["happened"]:
        parts.append(svg.course_of(scenario))
    folder = book.home / edition.folder
    parts += [svg.traffic(course) for course in _traffic(folder, scenario)]
    if scenario["evidence"]:
        parts.append(_bundle(folder, scenario))
    if scenario["files"]:
        links = " ".join(
            f'<a href="{escape((edition.folder / file).as_posix(), quote=True)}">{escape(file.split("/", 2)[-1])}</a>'
            for file in scenario["files"]
        )
        count = f"{len(scenario['files'])} file{'s' * (len(scenario['files']) > 1)}"
        shown = f'<p class="files">{links}</p>'
        parts.append(f'<details class="kept"><summary>All evidence: {count}</summary>{shown}</details>')
    return f'<div class="on">{"".join(parts)}</div>'


def _traffic(folder: Path, scenario: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for file in scenario["files"]:
        if re.fullmatch(r".*/traffic[^/]*\.json", file):
            with suppress(OSError, ValueError):
                course = json.loads((folder / file).read_text("utf-8"))
                if {"course", "bucket_seconds", "sent", "failed", "longest_gap", "seconds"} <= set(course):
                    yield {"requests": "the platform", **course}


def _bundle(folder: Path, scenario: dict[str, Any]) -> str:
    """Show the last events and log lines of a failure's bundle; all of it is in the files."""
    parts = []
    with suppress(OSError, ValueError, AttributeError):
        kept = json.loads((folder / scenario["evidence"] / "cluster.json").read_text("utf-8"))
        if events := kept.get("Event", [])[-_EVENTS:]:
            parts.append(_kept("The last events", [_event(event) for event in events]))
    for file in _logs(scenario)[:_LOGS]:
        with suppress(OSError):
            if last := (folder / file).read_text("utf-8", "replace").splitlines()[-_LOG_LINES:]:
                parts.append(_kept(f"The last lines of {file.rsplit('/', 1)[-1]}", last))
    return "".join(parts)


def _logs(scenario: dict[str, Any]) -> list[str]:
    """Return the logs of a bundle that are about something which the scenario touched."""
    about = {scenario["concern"], *(name.partition(":")[0] for name in scenario["touched"])}
    logs = [file for file in scenario["files"] if file.endswith(".log")]
    return [file for file in logs if any(word and word in file.rsplit("/", 1)[-1] for word in about)]


def _kept(title: str, lines: list[str]) -> str:
    inside = "\n".join(escape(MASK.text(line[:240])) for line in lines)
    return f"<details class='kept'><summary>{escape(title)}</summary><pre>{inside}</pre></details>"


def _event(event: Mapping[str, Any]) -> str:
    return "  ".join(str(event.get(key, "")) for key in ("lastTimestamp", "type", "reason", "about", "message"))


def _shortened(text: str) -> str:
    left = len(text) - _REASON
    return text if left <= 0 else f"{text[:_REASON]}\n… {left} more characters in verdict.json"
