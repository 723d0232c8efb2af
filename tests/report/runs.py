"""Runs written by hand, as small as a test needs them."""

from __future__ import annotations

from typing import Any

ATTESTATION = {
    "who": "jane@example.com",
    "when": "2026-01-02",
    "link": "https://example.com/7",
    "until": "2999-01-31",
    "lapsed": "",
}
WAIVER = {"reason": "new disks", "owner": "team shop", "until": "2999-01-31", "expired": False}


def step(text: str = "it stands", **rest: Any) -> dict[str, Any]:
    """A step that passed."""
    return {
        "line": 3,
        "keyword": "Then",
        "text": text,
        "outcome": "passed",
        "seconds": 0.5,
        "at": 0.0,
        "table": [],
        "block": "",
        "looks": [],
        "word": "steps/words.py:7",
        "pattern": text,
    } | rest


def turn(number: int, verdict: str) -> dict[str, Any]:
    """A turn of which no look was kept."""
    return {"number": number, "verdict": verdict, "seconds": 0.3, "line": 0, "look": None}


def scenario(name: str = "One", verdict: str = "proven", **rest: Any) -> dict[str, Any]:
    """A scenario with one step."""
    broken = verdict not in ("proven", "simulated")
    return {
        "nodeid": f"features/dns/names.feature::{name}",
        "verdict": verdict,
        "fidelity": "real",
        "concern": "dns",
        "profiles": ["dns"],
        "parts": ["DNS"],
        "tags": [],
        "feature": "Names",
        "rule": "",
        "scenario": name,
        "file": "features/dns/names.feature",
        "line": 2,
        "reason": "features/dns/names.feature:3   Then it stands\n  expected   it  up\n  last seen  it  down"
        if broken
        else "",
        "touched": {"dns": "real"},
        "objects": ["msvc1"],
        "steps": [step()],
        "happened": [],
        "began": "2026-01-02T03:04:05Z",
        "seconds": 0.6,
        "ran": True,
        "evidence": "",
        "files": [],
        "since": {"since": "2026-01-02T03:04:05Z", "commit": "a" * 40, "runs": 1},
        "waiver": WAIVER if verdict == "waived" else None,
        "attestation": ATTESTATION if verdict == "attested" else None,
        "turns": [turn(1, "proven"), turn(2, "failed")] if verdict == "unsteady" else [],
    } | rest


def run(*scenarios: dict[str, Any], **rest: Any) -> dict[str, Any]:
    """A run of scenarios."""
    verdicts = [s["verdict"] for s in scenarios]
    names = ("proven", "simulated", "attested", "not provable", "waived", "unsteady", "failed", "error", "undefined")
    summary = {"planned": len(scenarios)} | {name: verdicts.count(name) for name in names}
    return {
        "version": 4,
        "seatrial": "0.1.0",
        "team": "trial",
        "target": "local",
        "complete": True,
        "began": "2026-01-02T03:04:05Z",
        "seconds": 12.5,
        "git": {"commit": "a" * 40, "dirty": False},
        "specification": {"sha256": "b" * 64, "files": 1},
        "components": {"kubernetes": "1.36.1"},
        "summary": summary,
        "profiles": {"dns": dict(summary)},
        "features": {"features/dns/names.feature": {"name": "Names", "description": "", "tags": [], "rules": {}}},
        "scenarios": list(scenarios),
    } | rest
