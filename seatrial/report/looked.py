"""What each scenario looked at when it was last run, so that `--since` knows what a change may concern."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from seatrial.errors import UsageError
from seatrial.masking import MASK
from seatrial.report import artefact
from seatrial.tokens import tokens

NAME = "looked.json"
_VERSION = 1

Looked = dict[str, Any]
"""``verdict``, ``began`` and ``commit`` of the run, what was ``asked``, and all ``names`` that were seen or said."""


def read(folder: Path) -> dict[str, Looked]:
    """Read what is known by node id of the runs in *folder*; a file that is not there, or cannot be read, has none."""
    with suppress(OSError, UsageError):
        found = artefact.read(folder / NAME, "looked")
        if found["version"] == _VERSION:
            return dict(found["scenarios"])
    return {}


def carry(
    before: Mapping[str, Looked],
    scenarios: Iterable[Mapping[str, Any]],
    asked: Mapping[str, Sequence[str]],
    commit: str,
) -> dict[str, Looked]:
    """Return *before* with what a run has looked at.

    Args:
        before: What was known before.
        scenarios: The scenarios of the run, as its document has them.
        asked: What each has asked, by its id.
        commit: What it was run on.
    """
    ran = [one for one in scenarios if one["ran"]]
    return {**before, **{one["nodeid"]: _of(one, asked[one["nodeid"]], commit) for one in ran}}


def text(known: Mapping[str, Looked]) -> str:
    """Write it as the text of its file."""
    return json.dumps({"version": _VERSION, "scenarios": known}, separators=(",", ":")) + "\n"


def _of(scenario: Mapping[str, Any], asked: Sequence[str], commit: str) -> Looked:
    return {
        "verdict": scenario["verdict"],
        "began": scenario["began"],
        "commit": commit,
        "asked": [MASK.text(text) for text in asked],
        "names": sorted({name for text in (*_texts(scenario), *asked) for name in tokens(text)}),
    }


def _texts(scenario: Mapping[str, Any]) -> Iterator[str]:
    yield from scenario["objects"]
    for step in scenario["steps"]:
        yield step["text"]
        yield step["block"]
        yield from (cell for row in step["table"] for cell in row)
        for look in step["looks"]:
            yield from (cell for row in look["table"] for cell in row)
