"""Markdown: the summary of a run or of a comparison, for a pull request's comment or the summary of a CI job."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from seatrial.escaping import code, fence, markdown, visible
from seatrial.report import sabotaged
from seatrial.report.diff import Change, Diff
from seatrial.report.document import Document
from seatrial.report.text import attestation_of, duration, on, part_of, waiver_of, whose
from seatrial.scenarios.verdict import BROKEN, Verdict

_SIGNS = {
    Verdict.PROVEN: "✅",
    Verdict.SIMULATED: "☑️",
    Verdict.ATTESTED: "✍️",
    Verdict.NOT_PROVABLE: "⚪",
    Verdict.WAIVED: "⏳",
    Verdict.UNSTEADY: "🎲",
    Verdict.FAILED: "❌",
    Verdict.ERROR: "💥",
    Verdict.UNDEFINED: "❓",
}
_MOST, _LINES, _LONGEST = 20, 12, 1000
"""How much of a run is shown: a summary of more than 1 MiB is dropped by GitHub as a whole."""


def of_run(document: Document) -> str:
    """Write the summary of one run."""
    sums, git = document["summary"], document["git"]
    told = document["scenarios"]
    expired = any(_over(s) for s in told)
    shard = document.get("shard")
    fine = not any(sums[v] for v in BROKEN) and not expired and (shard["ended"] if shard else document["complete"])
    sign = ("🧩" if shard else "✅") if fine else "❌"
    commit = f" · commit {code(git['commit'][:10])}{' with changes' if git['dirty'] else ''}" if git else ""
    parts = " + ".join(f"{sums[str(v)]} {v}" for v in Verdict)
    lines = [
        f"## {sign} Seatrial on {markdown(on(document))}: {sums['planned']} planned = {parts}",
        "",
        f"Platform {code(document['team'])} · {document['began']} · {duration(document['seconds'])}{commit}",
    ]
    if shard:
        lines += ["", f"**A part of a run**: {part_of(shard, sums['planned'])}."]
    if not (shard["ended"] if shard else document["complete"]):
        lines += ["", "**The run did not come to its end**; what was not run is counted as an error."]
    if document["profiles"]:
        lines += ["", *_profiles(document["profiles"])]
    broken = [s for s in told if s["verdict"] in BROKEN]
    for scenario in broken[:_MOST]:
        lines += ["", *_failure(scenario)]
    if len(broken) > _MOST:
        lines += ["", f"… and {len(broken) - _MOST} more."]
    lines += [*_attested(told), *_waivers(told), *_reasons(told)]
    if "sabotage" in document:
        lines += ["", *_sabotage(document["sabotage"])]
    return "\n".join(lines) + "\n"


def of_diff(diff: Diff, old: Document, new: Document) -> str:
    """Write what changed between two runs."""
    worse = len(diff.regressed) + len(diff.disappeared)
    title = f"❌ {worse} worse" if worse else "✅ nothing is worse"
    lines = [f"## {title} on {markdown(new['target'])}", "", f"From {_run(old)} to {_run(new)}."]
    lines += [f"\n> Note: {markdown(note)}." for note in diff.notes]
    groups: tuple[tuple[str, Sequence[Change]], ...] = (
        ("❌ Regressed", diff.regressed),
        ("❌ Disappeared", diff.disappeared),
        ("✅ Newly proven", diff.newly_proven),
        ("🆕 New", diff.new),
        ("⏳ Waived", diff.waived),
        ("🐢 Slower", diff.slower),
        ("↪️ Moved", diff.moved),
        ("✏️ Reworded", diff.reworded),
    )
    for heading, changes in groups:
        if changes:
            lines += ["", f"### {heading} ({len(changes)})", "", *(_changed(change) for change in changes)]
    return "\n".join(lines) + "\n"


def _run(document: Document) -> str:
    git = document["git"]
    return f"{document['began']}" + (f" ({code(git['commit'][:10])})" if git else "")


def _changed(change: Change) -> str:
    arrow = markdown(f"{change.before or 'not planned'} → {change.after or 'gone'}")
    told = [*change.reason.splitlines()[:1], *change.details]
    head = f"- **{markdown(change.scenario)}** ({code(change.nodeid.partition('::')[0])}): {arrow}"
    return "  \n  ".join([head, *(markdown(line) for line in told if line)])


def _profiles(profiles: dict[str, dict[str, int]]) -> list[str]:
    heads = ["profile", "planned", *map(str, Verdict)]
    rows = [[markdown(name), *(str(counts[head] or "·") for head in heads[1:])] for name, counts in profiles.items()]
    line = "|".join(["---", *["---:"] * (len(heads) - 1)])
    return [f"| {' | '.join(heads)} |", f"|{line}|", *(f"| {' | '.join(row)} |" for row in rows)]


def _sabotage(sabotage: dict[str, Any]) -> list[str]:
    sign = "❌" if sabotage["unnoticed"] or not sabotage["complete"] else "✅"
    lines = [f"{sign} Sabotage of {sabotage['began']}: {markdown(sabotaged.line(sabotage))}"]
    if sabotage["unnoticed"]:
        told = sabotage["unnoticed"][:_MOST]
        lines += ["", *(f"- {markdown(one['name'])}: {code(one['scenario'])} should have noticed" for one in told)]
    return lines


def _failure(scenario: dict[str, Any]) -> list[str]:
    place = markdown(" ".join([f"{scenario['file']}:{scenario['line']}", whose(scenario["tags"])]).rstrip())
    sign = _SIGNS[Verdict(scenario["verdict"])]
    reason = visible(scenario["reason"])
    ticks = fence(reason)
    lines = reason.splitlines()
    cut = [f"… {len(lines) - _LINES} more lines"] if len(lines) > _LINES else []
    return [
        f"<details><summary>{sign} {markdown(scenario['scenario'][:_LONGEST])} · {place}</summary>",
        "",
        f"{ticks}text",
        *(line[:_LONGEST] for line in lines[:_LINES]),
        *cut,
        ticks,
        "</details>",
    ]


def _over(scenario: dict[str, Any]) -> bool:
    """Return whether somebody has let it through, or has attested to it, and does so no more."""
    waiver, attestation = scenario["waiver"], scenario["attestation"]
    return bool((waiver and waiver["expired"]) or (attestation and attestation["lapsed"]))


def _attested(scenarios: list[dict[str, Any]]) -> list[str]:
    """Write who attests to what, and who does no more."""
    told = [s for s in scenarios if s["attestation"]][:_MOST]
    signs = [(_SIGNS[Verdict(s["verdict"])], s) for s in told]
    lines = [f"- {sign} {markdown(s['scenario'])}: {markdown(attestation_of(s['attestation']))}" for sign, s in signs]
    return ["", "**Attested, not looked at**", "", *lines] if lines else []


def _waivers(scenarios: list[dict[str, Any]]) -> list[str]:
    """Write what is waived, what was until a day that is over, and what is and holds."""
    told = [s for s in scenarios if s["waiver"]][:_MOST]
    if not told:
        return []
    lines = [
        f"- {_SIGNS[Verdict(s['verdict'])]} {markdown(s['scenario'])}: {markdown(waiver_of(s['waiver']))}" for s in told
    ]
    return ["", "**Waivers**", "", *lines]


def _reasons(scenarios: list[dict[str, Any]]) -> list[str]:
    counts: dict[str, int] = {}
    for scenario in scenarios:
        if scenario["verdict"] == Verdict.NOT_PROVABLE:
            counts[scenario["reason"]] = counts.get(scenario["reason"], 0) + 1
    if not counts:
        return []
    told = sorted(counts.items(), key=lambda item: -item[1])
    listed = [f"- {n}: {markdown(reason[:_LONGEST])}" for reason, n in told[:_MOST]]
    if len(told) > _MOST:
        listed.append(f"- … and {len(told) - _MOST} more reasons")
    return ["", "<details><summary>Why scenarios are not provable here</summary>", "", *listed, "", "</details>"]
