"""A report that a stranger has made: every text in it is an attack."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from seatrial.report import writer

from .runs import run, scenario, step

MARKUP = (
    "</code></td></summary></title></text></script><script>alert(1)</script><img src=x onerror=alert(2)>\"' onload='x"
)
ESCAPES = "\x1b]0;gone\x07\x1b[2J\x1b[32mALL PROVEN\x9b1m\u202edesrever\u2066\ud800"
"""A title, a cleared screen, a green verdict, C1, text turned around, half a character."""


def hostile(bad: str = MARKUP, target: str = "local") -> dict[str, Any]:
    """A run of which every text that may be anything is *bad*."""
    look = {
        "asked": [bad],
        "observed": [bad],
        "table": [["", bad], [bad, bad]],
        "mismatches": [[bad, bad, bad]],
        "as_expected": 0,
        "held": False,
        "looks": 1,
        "seconds": 0.1,
        "limit": 1.0,
        "mode": "eventually",
    }
    steps = [step(f'{bad} "{bad}"', keyword=bad, table=[[bad]], block=bad, looks=[look, look | {"table": []}])]
    file = f"features/{bad}/x.feature"
    one = scenario(
        bad,
        "failed",
        nodeid=f"{file}::{bad}",
        file=file,
        concern=bad,
        feature=bad,
        rule=bad,
        tags=[bad],
        profiles=[bad],
        parts=[bad],
        reason=f"{bad}\n{bad}",
        touched={bad: "real"},
        objects=[bad],
        steps=steps,
        happened=[{"at": 0.1, "kind": "done", "what": bad}],
        evidence="evidence/x",
        files=["evidence/x/traffic-1.json", "evidence/x/writes-1.json", f"evidence/x/{bad.replace('/', '')}"],
        since={"since": "2026-01-02T03:04:05Z", "commit": bad, "runs": 1},
    )
    lacking = scenario("Lacking", "not provable", reason=bad, nodeid=f"{file}::Lacking", file=file)
    known = {"name": bad, "description": bad, "tags": [bad], "rules": {bad: bad}}
    made = run(one, lacking, team=bad, target=target, features={file: known}, components={bad: bad})
    return made | {"profiles": {bad: made["summary"]}, "seatrial": bad}


def pictured(bad: str = MARKUP) -> dict[str, Any]:
    """A picture of the same kind."""
    resident = {"name": bad, "group": bad, "ready": True}
    machine = {"name": bad, "zone": bad, "role": bad, "ready": False, "address": bad, "detail": bad}
    return {
        "machines": [machine | {"residents": [resident]}],
        "names": {bad: [bad]},
        "stages": [{"name": bad, "began": 1.0, "seconds": 5.0, "gates": {bad: 2.0}}],
        "components": {bad: bad},
        "things": [{"kind": bad, "name": bad, "group": bad, "declared": True, "live": True}],
    }


def report(home: Path, bad: str = MARKUP) -> Path:
    """Write all of it into *home*, as a stranger's artefact has it."""
    folder = home / "local"
    evidence = folder / "evidence" / "x"
    evidence.mkdir(parents=True)
    made = hostile(bad)
    (folder / "verdict.json").write_text(json.dumps(made))
    (folder / "picture.json").write_text(json.dumps(pictured(bad)))
    series = {"verdict": bad, "since": bad, "commit": bad, "last": bad, "runs": 1}
    series = {"version": 1, "scenarios": {s["nodeid"]: series for s in made["scenarios"]}}
    (folder / "history.json").write_text(json.dumps(series))
    course = {"requests": bad, "sent": 1, "failed": 0, "longest_gap": 0.1, "seconds": 1.0, "bucket_seconds": 0.1}
    course["course"] = [{"at": 0.0, "sent": 1, "failed": 0}]
    (evidence / "traffic-1.json").write_text(json.dumps(course))
    told = {"client": bad, "number": 1, "value": bad, "began": 0.0, "ended": 1.0, "outcome": "acknowledged"}
    found = [{"kind": bad, "value": bad, "says": bad}]
    history = {"writes": bad, "seconds": 1.0, "operations": [told], "findings": found}
    (evidence / "writes-1.json").write_text(json.dumps(history))
    (evidence / "cluster.json").write_text(json.dumps({"Event": [{"message": bad, "reason": bad}]}))
    return writer.write_book(home, home, [bad])
