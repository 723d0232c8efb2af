"""A run without secrets: what was seen is masked; what names a scenario, and what was agreed, stands as it is."""

from __future__ import annotations

from typing import Any

from seatrial.masking import MASK
from seatrial.report.document import Document


def document(found: Document) -> Document:
    """Return a run without its scenarios' secrets, which `scenario` hides; team, target and features are names."""
    components = {name: MASK.text(version) for name, version in found["components"].items()}
    return {**found, "components": components}


def scenario(found: dict[str, Any]) -> dict[str, Any]:
    """Return a scenario without secrets in its reason and in what was looked at and done.

    Its names, its steps and its rows are the specification's own words: were they hidden, two would become one.
    """
    steps = [{**step, "looks": [_look(look) for look in step["looks"]]} for step in found["steps"]]
    turns = [{**turn, "look": turn["look"] and _look(turn["look"])} for turn in found["turns"]]
    happened = [{**one, "what": MASK.text(one["what"])} for one in found["happened"]]
    objects = sorted({MASK.text(name) for name in found["objects"]})
    seen = {"steps": steps, "turns": turns, "happened": happened, "objects": objects}
    return {**found, "reason": MASK.text(found["reason"]), **seen}


def _look(look: dict[str, Any]) -> dict[str, Any]:
    texts = {key: [MASK.text(line) for line in look[key]] for key in ("asked", "observed")}
    rows = {key: [[MASK.text(cell) for cell in row] for row in look[key]] for key in ("table", "mismatches")}
    return {**look, **texts, **rows}
