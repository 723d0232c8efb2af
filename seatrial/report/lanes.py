"""Histories as pictures: a lane for each client, with what it was told of its writes, and what is wrong with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from seatrial.report.svg import Figure, Shape, axis, box, cut, figure, label, line

_LEFT, _WIDTH, _LANE = 96.0, 600.0, 34.0
_CLIENTS, _MARKS, _NAMED = 12, 40, 8  # how many are drawn, how many marked in each lane, how many named in words
_TOGETHER = 0.5  # seconds between two writes of one outcome that are drawn as one bar
_HIGH = {"acknowledged": (14.0, 8.0, "well"), "unknown": (22.0, 4.0, "unsure"), "refused": (26.0, 4.0, "turned")}
"""How the writes of an outcome are drawn: where in their lane, how high, in which colour."""


def writes(history: Mapping[str, Any]) -> Figure:
    """Draw the writes of each client by what it was told of them, and mark those that something is wrong with.

    Args:
        history: As ``writes-*.json`` of a scenario's evidence has it.
    """
    operations = history["operations"]
    whole = max([history["seconds"], *(o["ended"] for o in operations)]) or 1.0
    wrong = {finding["value"]: finding["kind"] for finding in history["findings"]}
    lanes: dict[str, list[Mapping[str, Any]]] = {}
    for operation in sorted(operations, key=lambda o: o["began"]):
        lanes.setdefault(operation["client"], []).append(operation)
    parts: list[Shape] = []
    for number, client in enumerate(sorted(lanes)[:_CLIENTS]):
        y = number * _LANE
        parts += [label(_LEFT - 8, y + 24, cut(f"client {client}", _LEFT - 12), "small", "end", full=client)]
        parts += _lane(client, lanes[client], y, whole)
        parts += _marks(lanes[client], wrong, y, whole)
    height = max(min(len(lanes), _CLIENTS) * _LANE, _LANE)
    keys = list(_key(height + 40))
    told = Counter(o["outcome"] for o in operations)
    title = (
        f"Writes of {history['writes']}: {told['acknowledged']} acknowledged, {told['refused']} refused, "
        f"{told['unknown']} of unknown outcome, {_wrong(history['findings'])}"
    )
    parts += [*axis(_LEFT, height, _WIDTH, whole), *keys]
    return figure(_LEFT + _WIDTH + 20, height + 48, title, parts, text=_said(lanes, history["findings"]))


def _lane(client: str, operations: Sequence[Mapping[str, Any]], y: float, whole: float) -> Iterator[Shape]:
    for outcome, (top, high, css) in _HIGH.items():
        for began, ended, count in _bars([o for o in operations if o["outcome"] == outcome], whole):
            x, long = _LEFT + _WIDTH * began / whole, max(_WIDTH * (ended - began) / whole, 2)
            hint = f"client {client}: {count} {outcome}, from {began:.1f} s to {ended:.1f} s"
            yield box(x, y + top, long, high, css, hint=hint)


def _bars(operations: Sequence[Mapping[str, Any]], whole: float) -> Iterator[tuple[float, float, int]]:
    """Put writes together that follow one another closely; give where each bar begins and ends, and of how many."""
    close = max(_TOGETHER, whole / 100)
    began = ended = 0.0
    count = 0
    for operation in operations:
        if count and operation["began"] - ended > close:
            yield began, ended, count
            count = 0
        began = began if count else operation["began"]
        ended = max(ended, operation["ended"]) if count else operation["ended"]
        count += 1
    if count:
        yield began, ended, count


def _marks(
    operations: Sequence[Mapping[str, Any]], wrong: Mapping[str, str], y: float, whole: float
) -> Iterator[Shape]:
    for operation in [o for o in operations if o["value"] in wrong][:_MARKS]:
        x = _LEFT + _WIDTH * operation["ended"] / whole
        said = f"{operation['value']} is {wrong[operation['value']]}"
        yield line(x, y + 10, x, y + 30, "mark done")
        yield label(x, y + 9, "✕", "strong done", "middle", full=said)


def _key(y: float) -> Iterator[Shape]:
    """Say what is drawn how."""
    for number, (outcome, (_, high, css)) in enumerate(_HIGH.items()):
        x = _LEFT + number * 130
        yield box(x, y - 10 + (8 - high) / 2, 16, high, css)
        yield label(x + 22, y, outcome, "small")
    x = _LEFT + len(_HIGH) * 130
    yield label(x + 8, y, "✕ not as it was written", "small done")


def _wrong(findings: Sequence[Mapping[str, Any]]) -> str:
    kinds = Counter(finding["kind"] for finding in findings)
    return ", ".join(f"{count} {kind}" for kind, count in kinds.items()) or "nothing wrong"


def _said(lanes: Mapping[str, Sequence[Mapping[str, Any]]], findings: Sequence[Mapping[str, Any]]) -> str:
    """Say the same in words."""
    clients = []
    for client, operations in sorted(lanes.items())[:_CLIENTS]:
        told = Counter(o["outcome"] for o in operations)
        counts = ", ".join(f"{told[outcome]} {outcome}" for outcome in _HIGH if told[outcome])
        clients.append(f"client {client}: {counts}")
    named = [f"{cut(f['value'], 200)} is {f['kind']}" for f in findings[:_NAMED]]
    more = [f"{len(findings) - _NAMED} more"] if len(findings) > _NAMED else []
    return "; ".join([*clients, *named, *more])
