"""Whether something that was asked of an observer may have brought what a change concerns."""

from __future__ import annotations

import re
from collections.abc import Collection

from seatrial.since.effects import Effect
from seatrial.tokens import tokens

_CALL = re.compile(r"(?P<observer>\w+)\.\w+\((?P<arguments>.*)\)", re.DOTALL)
_BY = re.compile(r"(?:^|, )(namespace|name|labels)=(\{[^}]*\}?|[^,]*)")
_VALUE = re.compile(r": '([^']*)'")
_CLUSTER, _CUT = "cluster", "…"


def reaches(effect: Effect, asked: str, known: Collection[str], apart: Collection[str]) -> bool:
    """Return whether what was *asked* may have brought something that *effect* is about.

    Args:
        effect: How far a change reaches.
        asked: What was asked, as reports show it: ``cluster.all(Pod, namespace=shop)``.
        known: The names of everything that is declared.
        apart: Observers that see of it only what they name.
    """
    if effect.names & tokens(asked):
        return True
    call = _CALL.fullmatch(asked)
    observer = call["observer"] if call else asked.partition(":")[0]
    if call is not None and observer == _CLUSTER:
        kind = call["arguments"].partition(",")[0].strip()
        return kind in effect.kinds and _within(effect, dict(_BY.findall(call["arguments"])))
    if observer in apart:
        return False
    return _CUT in asked or tokens(asked).isdisjoint(known)  # it names nothing: it may have been about everything


def _within(effect: Effect, by: dict[str, str]) -> bool:
    """Return whether a list that was narrowed *by* a name, a namespace or labels may have had it."""
    if "name" in by:
        return any(by["name"].startswith(f"{name}-") for name in effect.names)
    if "labels" in by and _CUT not in by["labels"]:
        return bool(set(_VALUE.findall(by["labels"])) & effect.values)
    return "namespace" not in by or not effect.namespaces or by["namespace"] in effect.namespaces
