"""One scenario of the living document: its steps, and on each target its verdict with the evidence for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from seatrial.errors import UsageError
from seatrial.masking import MASK
from seatrial.report import artefact, lanes, svg
from seatrial.report.book import Book, Edition
from seatrial.report.step_evidence import how_long, rests_on
from seatrial.report.text import attestation_of, duration, waiver_of
from seatrial.scenarios.verdict import BROKEN, Verdict

ABSENT = "not in this run"
GLYPHS = {
    str(Verdict.PROVEN): "✓",
    str(Verdict.SIMULATED): "≈",
    str(Verdict.ATTESTED): "✍",
    str(Verdict.NOT_PROVABLE): "○",
    str(Verdict.WAIVED): "†",
    str(Verdict.UNSTEADY): "±",
    str(Verdict.FAILED): "✗",
    str(Verdict.ERROR): "!",
    str(Verdict.UNDEFINED): "?",
    ABSENT: "·",
}
_OPEN = {str(v) for v in BROKEN}
_STEP_SIGNS = {"passed": "✓", "failed": "✗", "not provable": "○", "undefined": "?", "not taken": "·"}
_QUOTED = re.compile(r"(\".*?\")")
_EVENTS, _LOG_LINES, _LOGS, _REASON = 8, 8, 4, 6000


def entry(book: Book, scenario: dict[str, Any]) -> dict[str, Any]:
    """Return what the page shows of one scenario of *book*."""
    nodeid = scenario["nodeid"]
    on = {e.target: verdict_on(e, nodeid) for e in book.editions}
    return {
        "nodeid": nodeid,
        "name": scenario["scenario"],
        "concern": scenario["concern"],
        "verdicts": "|".join(f"{target}={verdict}" for target, verdict in on.items()) or f"={ABSENT}",
        "profiles": "|".join(book.grouping.profiles_of(scenario["file"], scenario["tags"])),
        "tags": scenario["tags"],
        "broken": bool(_OPEN & set(on.values())),
        "marks": [_mark(e, nodeid) for e in book.editions],
        "steps": _steps(book, scenario),
        "on": [_on_target(book, e, e.scenarios[nodeid]) for e in book.editions if nodeid in e.scenarios],
    }


def verdict_on(edition: Edition, nodeid: str) -> str:
    """Return the verdict that the last run on a target has for a scenario."""
    found = edition.scenarios.get(nodeid)
    return str(found["verdict"]) if found else ABSENT


def _mark(edition: Edition, nodeid: str) -> dict[str, str]:
    series, found = edition.series.get(nodeid), edition.scenarios.get(nodeid)
    if found and found["since"]:
        since = f"since {found['since']['since'][:10]}"
    elif series:
        since = f"{series['verdict']} on {series['last'][:10]}"
    else:
        since = ""
    return {"target": edition.target, "verdict": verdict_on(edition, nodeid), "since": since}


def _steps(book: Book, scenario: dict[str, Any]) -> list[dict[str, Any]]:
    told = [(e, e.scenarios[scenario["nodeid"]]) for e in book.editions if scenario["nodeid"] in e.scenarios]
    steps = []
    for number, step in enumerate(scenario["steps"]):
        taken = [(e, s["steps"][number]) for e, s in told if number < len(s["steps"])]
        looks = [{"target": e.target, "looks": [_look(one, book.detail) for one in s["looks"]]} for e, s in taken]
        steps.append(
            {
                **{key: step[key] for key in ("keyword", "table", "block")},
                "parts": _QUOTED.split(step["text"]),
                "outcomes": [_outcome(e, one) for e, one in taken],
                "evidence": [of for of in looks if of["looks"]],
            }
        )
    return steps


def _outcome(edition: Edition, step: dict[str, Any]) -> dict[str, str]:
    outcome = step["outcome"]
    said = duration(step["seconds"]) if outcome in ("passed", "failed") else outcome
    return {"target": edition.target, "outcome": outcome, "sign": _STEP_SIGNS[outcome], "said": said}


def _look(look: dict[str, Any], detail: int) -> list[dict[str, Any]]:
    rows = [_row("asked", look["asked"])] if look["asked"] else []
    rows += [_row("rests on", [rests_on(look)])] if rests_on(look) else []
    for subject, expected, seen in look["mismatches"][: detail + 2]:
        rows.append(_row("expected", [f"{subject}  {expected}"], "good"))
        rows.append(_row("last seen", [f"{subject}  {seen}"], "bad"))
    if look["table"] and detail:
        rows.append(_row("observed", []) | {"grid": _grid(look["table"], look["observed"], detail)})
    elif look["observed"] and detail:
        rows.append(_row("observed", look["observed"][:detail]))
    return [*rows, *([_row("time", [how_long(look)])] if look["mode"] else [])]


def _grid(table: list[list[str]], more: list[str], detail: int) -> dict[str, Any]:
    left = len(table) - 1 - detail
    return {
        "heads": table[0],
        "rows": [(name, values) for name, *values in table[1 : detail + 1]],
        "rest": [f"… {left} more in verdict.json"] if left > 0 else more,
    }


def _row(name: str, lines: list[str], css: str = "") -> dict[str, Any]:
    return {"name": name, "css": css, "text": "\n".join(lines), "grid": None}


def _on_target(book: Book, edition: Edition, scenario: dict[str, Any]) -> dict[str, Any]:
    folder = book.home / edition.folder
    course = [svg.course_of(scenario)] if scenario["happened"] else []
    return {
        "target": edition.target,
        "verdict": scenario["verdict"],
        "facts": "; ".join(_facts(scenario)),
        "reason": _shortened(scenario["reason"]),
        "pictures": [*course, *_flows(folder, scenario)],
        "kept": _bundle(folder, scenario) if scenario["evidence"] else [],
        "files": [
            {"href": quote((edition.folder / file).as_posix(), errors="replace"), "name": file.split("/", 2)[-1]}
            for file in scenario["files"]
        ],
    }


def _facts(scenario: dict[str, Any]) -> Iterator[str]:
    if waiver := scenario["waiver"]:
        yield waiver_of(waiver)
    if attestation := scenario["attestation"]:
        yield attestation_of(attestation)
    if turns := scenario["turns"]:
        yield f"turns: {', '.join(turn['verdict'] for turn in turns)}"
    if since := scenario["since"]:
        commit = f" (commit {since['commit'][:10]})" if since["commit"] else ""
        runs = f"{since['runs']} run{'s' * (since['runs'] != 1)} in a row"
        yield f"since {since['since'].replace('T', ' ').removesuffix('Z')} UTC{commit}, {runs}"
    if scenario["touched"]:
        seen = ", ".join(f"{name} ({fidelity})" for name, fidelity in scenario["touched"].items())
        yield f"touched {seen}"
    if scenario["began"]:
        yield f"took {duration(scenario['seconds'])}"


def _flows(folder: Path, scenario: dict[str, Any]) -> Iterator[svg.Figure]:
    """Draw what went on while the scenario did: traffic, and histories of writes."""
    for file in scenario["files"]:
        with suppress(OSError, UsageError):
            if re.fullmatch(r".*/traffic[^/]*\.json", file):
                yield svg.traffic({"requests": "the platform", **artefact.read_in(folder, file, "traffic")})
            elif re.fullmatch(r".*/writes[^/]*\.json", file):
                yield lanes.writes(artefact.read_in(folder, file, "writes"))


def _bundle(folder: Path, scenario: dict[str, Any]) -> list[dict[str, str]]:
    """Return the last events and log lines of a failure's bundle; all of it is in the files."""
    parts = []
    with suppress(OSError, UsageError):
        kept = artefact.read_in(folder, f"{scenario['evidence']}/cluster.json", "cluster")
        if events := kept.get("Event", [])[-_EVENTS:]:
            parts.append(_kept("The last events", [_event(event) for event in events]))
    for file in _logs(scenario)[:_LOGS]:
        with suppress(OSError, UsageError):
            if last := artefact.last_lines(folder, file, _LOG_LINES):
                parts.append(_kept(f"The last lines of {file.rsplit('/', 1)[-1]}", last))
    return parts


def _logs(scenario: dict[str, Any]) -> list[str]:
    """Return the logs of a bundle that are about something which the scenario touched."""
    about = {scenario["concern"], *(name.partition(":")[0] for name in scenario["touched"])}
    logs = [file for file in scenario["files"] if file.endswith(".log")]
    return [file for file in logs if any(word and word in file.rsplit("/", 1)[-1] for word in about)]


def _kept(title: str, lines: list[str]) -> dict[str, str]:
    return {"title": title, "text": "\n".join(MASK.text(line[:240]) for line in lines)}


def _event(event: Mapping[str, Any]) -> str:
    return "  ".join(str(event.get(key, "")) for key in ("lastTimestamp", "type", "reason", "about", "message"))


def _shortened(text: str) -> str:
    left = len(text) - _REASON
    return text if left <= 0 else f"{text[:_REASON]}\n… {left} more characters in verdict.json"
