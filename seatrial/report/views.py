"""What the templates of the living document show: plain values, none of them markup."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from seatrial.report import coverage, sabotaged, svg
from seatrial.report import map as platform_map
from seatrial.report.book import Book, Edition
from seatrial.report.entry import entry, verdict_on
from seatrial.report.identifiers import Identifiers
from seatrial.report.text import part_of
from seatrial.scenarios.verdict import BROKEN, Verdict

_MEANING = {
    Verdict.PROVEN: "It held, and everything that the scenario touched was real.",
    Verdict.SIMULATED: "It held, and something that it touched was simulated.",
    Verdict.ATTESTED: "Nothing was looked at: somebody has signed that it holds, until a day that is named.",
    Verdict.NOT_PROVABLE: "This target lacks what it takes to look; the reason is given.",
    Verdict.WAIVED: "It did not hold, and somebody answers for letting that through until a day that is named.",
    Verdict.UNSTEADY: "Of several turns some held and some failed; one of each stands side by side.",
    Verdict.FAILED: "It did not hold: expected stands beside last seen.",
    Verdict.ERROR: "The harness or the provisioning broke, or the scenario was not run.",
    Verdict.UNDEFINED: "A step has no words.",
}
_TAKEN = ("specification", "platform", "coverage", "filters", "find", "open", "count", "theme", "contents", "nothing")
"""The identifiers of the page's own parts."""
_PROFILE_COLUMNS = ("proven", "simulated", "attested", "not provable", "waived")


def of_book(book: Book, words: Sequence[str]) -> dict[str, Any]:
    """Return everything that the page shows."""
    choices, concerns = list(_choices(book)), list(_concerns(book))
    _identify(concerns, [*_TAKEN, *(choice["name"] for choice in choices)])
    return {
        "title": "What was agreed, and what was proven",
        "scenarios": len(book.scenarios),
        "files": len({s["file"] for s in book.scenarios}),
        "choices": choices,
        "concerns": concerns,
        "editions": [_edition(edition) for edition in book.editions],
        "meanings": {str(verdict): meaning for verdict, meaning in _MEANING.items()},
        "drawn": [_drawn(edition) for edition in book.editions if edition.picture],
        "uncovered": [_uncovered(book, edition, words) for edition in book.editions],
    }


def _identify(concerns: Sequence[dict[str, Any]], taken: Sequence[str]) -> None:
    """Give every concern, feature and scenario an identifier of its own."""
    ids = Identifiers(taken)
    for concern in concerns:
        concern["id"] = ids.of(concern["name"])
        for feature in concern["features"]:
            feature["id"] = ids.of(feature["file"])
            for one in (one for rule in feature["rules"] for one in rule["entries"]):
                one["id"] = ids.of(one["nodeid"])


def _choices(book: Book) -> Iterator[dict[str, Any]]:
    concerns = list(dict.fromkeys(s["concern"] for s in book.scenarios))
    tags = sorted({tag for s in book.scenarios for tag in s["tags"]})
    targets = [edition.target for edition in book.editions]
    if len(targets) > 1:
        yield _choice("target", "Verdict on", "any target", targets)
    yield _choice("concern", "Concern", "all", concerns, [_title(book, concern) for concern in concerns])
    if book.grouping.profiles:
        yield _choice("profile", "Profile", "all", list(book.grouping.profiles))
    if tags:
        yield _choice("tag", "Tag", "all", tags)


def _choice(name: str, text: str, every: str, values: Sequence[str], shown: Sequence[str] = ()) -> dict[str, Any]:
    return {"name": name, "text": text, "options": [("", every), *zip(values, shown or values, strict=True)]}


def _concerns(book: Book) -> Iterator[dict[str, Any]]:
    for concern, group in groupby(book.scenarios, key=lambda s: s["concern"]):
        scenarios = list(group)
        yield {
            "name": concern,
            "title": _title(book, concern),
            "count": len(scenarios),
            "broken": sum(any(verdict_on(e, s["nodeid"]) in BROKEN for e in book.editions) for s in scenarios),
            "features": [_feature(book, f, list(ones)) for f, ones in groupby(scenarios, key=lambda s: s["file"])],
        }


def _feature(book: Book, file: str, scenarios: Sequence[dict[str, Any]]) -> dict[str, Any]:
    told = book.features.get(file, {"name": file, "description": "", "rules": {}})
    return {
        "file": file,
        "name": told["name"] or file,
        "description": told["description"],
        "rules": [
            {"name": rule, "description": told["rules"].get(rule, ""), "entries": [entry(book, one) for one in ones]}
            for rule, ones in groupby(scenarios, key=lambda s: s["rule"])
        ],
    }


def _edition(edition: Edition) -> dict[str, Any]:
    run, sums = edition.document, edition.document["summary"]
    shard = run.get("shard")
    ended = shard["ended"] if shard else run["complete"]
    counts = run["profiles"].items()
    return {
        "target": edition.target,
        "good": 100 * (sums[Verdict.PROVEN] + sums[Verdict.SIMULATED]) // (sums["planned"] or 1),
        "planned": sums["planned"],
        "sums": [(str(v), sums[v]) for v in Verdict if sums[v]],
        **{key: run[key] for key in ("team", "began", "seconds", "git", "specification")},
        "shard": part_of(shard, sums["planned"]) if shard else "",
        "unrun": None if ended else sum(not scenario["ran"] for scenario in run["scenarios"]),
        "sabotage": _sabotage(run.get("sabotage")),
        "components": sorted(((edition.picture or {}).get("components", {}) | run["components"]).items()),
        "profiles": [(name, [*(c[v] for v in _PROFILE_COLUMNS), sum(c[v] for v in BROKEN)]) for name, c in counts],
    }


def _sabotage(sabotage: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return what the page says of the last sabotage: its line, and its counts by concern."""
    if sabotage is None:
        return None
    rows = [(concern, sums["breaks"], sums["noticed"]) for concern, sums in sabotage["concerns"].items()]
    return {"line": sabotaged.line(sabotage), "concerns": rows, **{k: sabotage[k] for k in ("began", "unnoticed")}}


def _drawn(edition: Edition) -> dict[str, Any]:
    picture = edition.picture or {}
    pictures = [platform_map.draw(picture), svg.standup(picture["stages"]) if picture["stages"] else None]
    return {"target": edition.target, "pictures": [one for one in pictures if one is not None]}


def _uncovered(book: Book, edition: Edition, words: Sequence[str]) -> dict[str, Any]:
    found = coverage.cover(edition.document, edition.picture, book.grouping, words)
    lists: list[tuple[str, Sequence[str]]] = []
    if found.known:
        lists += [
            (f"{len(names)} of {found.things[key]} objects of the {key} were touched by no scenario", names)
            for key, names in found.untouched.items()
        ]
    else:
        lists.append(("No picture of the platform was kept with this run, so its objects are not known", ()))
    left = found.without_scenario
    lists.append((f"{len(left)} of {len(found.parts)} parts of the platform have no scenario in this run", left))
    if words:
        lists.append((f"{len(words)} words are said by no step", words))
    return {"target": edition.target, "lists": [{"text": text, "names": names} for text, names in lists]}


def _title(book: Book, concern: str) -> str:
    """Return a concern's name as the parts of the platform have it, where there are some for its folder."""
    parts = [
        part
        for part, places in book.grouping.parts.items()
        if any(place == concern or place.startswith(f"{concern}/") for place in places[:1])
    ]
    return " and ".join(parts) or concern.capitalize() or "Features"
