"""Pictures as shapes with places; a template draws them as inline SVG."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seatrial.report.text import duration

_TICKS = 8
_LETTER = 6.4  # the width of a letter at 11 px, about


@dataclass(frozen=True)
class Label:
    """Text at a place; *full* is shown on hovering over it."""

    x: float
    y: float
    text: str
    css: str = ""
    anchor: str = "start"
    full: str = ""
    kind: str = "label"


@dataclass(frozen=True)
class Box:
    """A box; *hint* is shown on hovering over it."""

    x: float
    y: float
    width: float
    height: float
    css: str
    hint: str = ""
    kind: str = "box"


@dataclass(frozen=True)
class Line:
    """A line."""

    x1: float
    y1: float
    x2: float
    y2: float
    css: str
    kind: str = "line"


Shape = Label | Box | Line


@dataclass(frozen=True)
class Figure:
    """A picture: *title* says what it shows, *said* as well what a reader who cannot see it would want to know."""

    width: float
    height: float
    title: str
    said: str
    parts: Sequence[Shape]


def figure(width: float, height: float, title: str, parts: Sequence[Shape], *, text: str = "") -> Figure:
    """Return *parts* in a frame."""
    return Figure(width, height, title, f"{title}. {text}" if text else title, parts)


def label(x: float, y: float, text: str, css: str = "", anchor: str = "start", *, full: str = "") -> Label:
    """Return text at a place."""
    return Label(x, y, text, css, anchor, full)


def box(x: float, y: float, width: float, height: float, css: str, *, hint: str = "") -> Box:
    """Return a box; one that would be narrower than nothing has no width."""
    return Box(x, y, max(width, 0), height, css, hint)


def line(x1: float, y1: float, x2: float, y2: float, css: str) -> Line:
    """Return a line."""
    return Line(x1, y1, x2, y2, css)


def cut(text: str, width: float) -> str:
    """Shorten *text* to what fits into *width* pixels."""
    most = int(width / _LETTER)
    return text if len(text) <= most else text[: most - 1] + "…"


def axis(x: float, y: float, width: float, seconds: float) -> list[Shape]:
    """Draw an axis of time below a picture."""
    steps = (0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300)
    step = next((one for one in steps if seconds / one <= _TICKS), math.ceil(seconds / _TICKS))
    parts: list[Shape] = [line(x, y, x + width, y, "axis")]
    at = 0.0
    while at <= seconds:
        place = x + width * at / (seconds or 1)
        parts += [line(place, y, place, y + 4, "axis"), label(place, y + 16, f"{at:g} s", "small", "middle")]
        at += step
    return parts


def standup(stages: Sequence[Mapping[str, Any]]) -> Figure:
    """Draw a standup as a timeline of its steps, with what each waited for at its gates."""
    began = min(stage["began"] for stage in stages)
    whole = max(stage["began"] + stage["seconds"] for stage in stages) - began or 1.0
    left, width, row = 190.0, 560.0, 26.0
    parts: list[Shape] = []
    for number, stage in enumerate(stages):
        y, x = number * row + 4, left + width * (stage["began"] - began) / whole
        long = width * stage["seconds"] / whole
        gates = sum(stage["gates"].values())
        waited = min(width * gates / whole, long)
        told = f"{stage['name']}: {duration(stage['seconds'])}"
        hint = told + "".join(f"\n{gate}: {duration(seconds)}" for gate, seconds in stage["gates"].items())
        parts += [
            label(left - 8, y + 14, cut(stage["name"], left - 12), "", "end", full=stage["name"]),
            box(x, y, max(long, 2), row - 8, "bar", hint=hint),
            box(x + max(long, 2) - waited, y, waited, row - 8, "gate", hint=hint),
            label(min(x + long + 6, left + width + 4), y + 14, duration(stage["seconds"]), "small"),
        ]
    height = len(stages) * row + 8
    said = "; ".join(f"{s['name']} {duration(s['seconds'])}" for s in stages)
    title = f"The standup in {duration(whole)}: each step, and in a darker shade its wait at gates"
    return figure(left + width + 70, height + 24, title, [*parts, *axis(left, height, width, whole)], text=said)


def traffic(course: Mapping[str, Any]) -> Figure:
    """Draw traffic: the requests of each moment, and those of them that failed."""
    points = course["course"]
    bucket = course["bucket_seconds"]
    whole = max([course["seconds"], *(p["at"] + bucket for p in points)]) or 1.0
    size = max(bucket, whole / 120)
    heap: dict[int, list[int]] = {}
    for point in points:
        sums = heap.setdefault(int(point["at"] / size), [0, 0])
        sums[0] += point["sent"]
        sums[1] += point["failed"]
    most = max((sent for sent, _ in heap.values()), default=1) or 1
    left, width, high = 46.0, 640.0, 90.0
    parts: list[Shape] = [
        label(left - 6, 12, f"{most / size:.0f}/s", "small", "end"),
        label(left - 6, high, "0", "small", "end"),
    ]
    for number, (sent, failed) in sorted(heap.items()):
        x, wide = left + width * number * size / whole, max(width * size / whole - 1, 1)
        tall, bad = high * sent / most, high * failed / most
        hint = f"at {number * size:.1f} s: {sent} sent, {failed} failed"
        parts += [box(x, high - tall, wide, tall, "sent", hint=hint)]
        parts += [box(x, high - bad, wide, bad, "lost", hint=hint)] * bool(failed)
    title = (
        f"Requests to {course['requests']}: {course['sent']} sent, {course['failed']} failed, "
        f"longest gap {duration(course['longest_gap'])}"
    )
    return figure(left + width + 20, high + 24, title, [*parts, *axis(left, high, width, whole)])


def course_of(scenario: Mapping[str, Any]) -> Figure:
    """Draw a scenario's course: its steps in time, what was done to the platform, and when it was undone."""
    steps = [step for step in scenario["steps"] if step["outcome"] not in ("not taken", "undefined")]
    ends = [step["at"] + step["seconds"] for step in steps] + [h["at"] for h in scenario["happened"]]
    whole = max([*ends, 0.1])
    left, width, row = 300.0, 430.0, 20.0
    parts: list[Shape] = []
    y = 4.0
    for step in steps:
        text = f"{step['keyword']} {step['text']}"
        css = "lost" if step["outcome"] == "failed" else "bar"
        x, long = left + width * step["at"] / whole, max(width * step["seconds"] / whole, 2)
        parts += [
            label(left - 8, y + 12, cut(text, left - 12), "small", "end", full=text),
            box(x, y, long, row - 6, css, hint=f"{text}: {duration(step['seconds'])}"),
        ]
        y += row
    for happening in scenario["happened"]:
        text = f"{'✕' if happening['kind'] == 'done' else '↺'} {happening['kind']}: {happening['what']}"
        x = left + width * happening["at"] / whole
        parts += [
            label(left - 8, y + 12, cut(text, left - 12), f"small {happening['kind']}", "end", full=text),
            line(x, 0, x, y + row - 4, f"mark {happening['kind']}"),
            label(x + 4, y + 12, f"{happening['at']:.1f} s", "small"),
        ]
        y += row
    return figure(left + width + 60, y + 26, "The course of the scenario", [*parts, *axis(left, y + 4, width, whole)])
