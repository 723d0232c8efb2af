"""A map of the platform: zones side by side, their machines, what runs on them, and the names that lead there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from seatrial.report.svg import Figure, Shape, box, cut, figure, label, line

_WIDE, _GAP, _ROW, _HEAD = 268.0, 18.0, 17.0, 44.0
_NAMES_A_LINE = 9


def draw(picture: Mapping[str, Any]) -> Figure | None:
    """Draw *picture*; nothing when it has no machine."""
    machines = picture["machines"]
    zones = sorted({machine["zone"] for machine in machines})
    if not zones:
        return None
    parts, top = _names(picture["names"], len(zones) * (_WIDE + _GAP) - _GAP)
    top += 34 if parts else 0
    columns: list[tuple[float, list[Shape]]] = []
    places: dict[str, float] = {}
    bottom = top
    for number, zone in enumerate(zones):
        x, y = number * (_WIDE + _GAP), top + 26
        drawn: list[Shape] = [label(x + _WIDE / 2, top + 16, zone, "zone", "middle")]
        for machine in (m for role in _roles(machines) for m in machines if (m["zone"], m["role"]) == (zone, role)):
            one, tall = _machine(machine, x + 8, y)
            places[machine["address"]] = x + _WIDE / 2
            drawn += one
            y += tall + 8
        columns.append((x, drawn))
        bottom = max(bottom, y)
    for x, drawn in columns:
        parts += [box(x, top, _WIDE, bottom - top, "zonebox"), *drawn]
    parts += _arrows(picture["names"], places, top, len(zones))
    width = len(zones) * (_WIDE + _GAP) - _GAP
    ready = sum(machine["ready"] for machine in machines)
    residents = sum(len(machine["residents"]) for machine in machines)
    said = (
        f"{len(machines)} machines in {len(zones)} zones, {ready} of them ready, with {residents} pods; "
        f"{len(picture['names'])} names"
    )
    return figure(width, bottom + 4, f"The platform: {said}", parts)


def _roles(machines: Sequence[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(machine["role"] for machine in sorted(machines, key=lambda m: m["role"])))


def _machine(machine: Mapping[str, Any], x: float, y: float) -> tuple[list[Shape], float]:
    wide = _WIDE - 16
    residents = sorted(machine["residents"], key=lambda r: (r["group"], r["name"]))
    tall = _HEAD + _ROW * len(residents) + (6 if residents else 0)
    state = "ready" if machine["ready"] else "not ready"
    told: list[Shape] = [
        box(x, y, wide, tall, f"machine {machine['role']}" + ("" if machine["ready"] else " down")),
        label(x + 10, y + 18, f"{machine['role']} {machine['address']}", "strong", full=machine["name"]),
        label(x + wide - 10, y + 18, state, "small" if machine["ready"] else "small lostword", "end"),
        label(x + 10, y + 34, cut(machine["detail"] or machine["name"], wide - 20), "small", full=machine["name"]),
    ]
    for number, one in enumerate(residents):
        at = y + _HEAD + _ROW * number + 9
        full = f"{one['group']}/{one['name']}"
        sign = "●" if one["ready"] else "○"
        told.append(label(x + 10, at, sign, "small " + ("well" if one["ready"] else "lostword")))
        told.append(label(x + 24, at, cut(full, wide - 30), "small", full=full))
    return told, tall


def _names(names: Mapping[str, Sequence[str]], width: float) -> tuple[list[Shape], float]:
    """Draw the names at the top, those that lead to the same addresses in one box; give its height."""
    if not names:
        return [], 0.0
    told: list[Shape] = []
    y = 0.0
    for addresses, group in _grouped(names).items():
        rows = [group[i : i + _NAMES_A_LINE] for i in range(0, len(group), _NAMES_A_LINE)]
        tall = 24 + 16 * len(rows)
        told.append(box(0, y, width, tall, "names"))
        lead = f"{len(group)} names lead to {', '.join(addresses) or 'nowhere'}"
        told.append(label(10, y + 16, cut(lead, width - 20), "strong"))
        told += [
            label(10, y + 32 + 16 * number, cut("  ".join(row), width - 20), "small", full="\n".join(row))
            for number, row in enumerate(rows)
        ]
        y += tall + 6
    return told, y


def _grouped(names: Mapping[str, Sequence[str]]) -> dict[tuple[str, ...], list[str]]:
    found: dict[tuple[str, ...], list[str]] = {}
    for name, addresses in sorted(names.items()):
        found.setdefault(tuple(sorted(addresses)), []).append(name)
    return found


def _arrows(names: Mapping[str, Sequence[str]], places: Mapping[str, float], top: float, zones: int) -> list[Shape]:
    if not names:
        return []
    middle = (zones * (_WIDE + _GAP) - _GAP) / 2
    reached = {address for addresses in names.values() for address in addresses if address in places}
    return [line(middle, top - 34, places[a], top - 3, "arrow") for a in sorted(reached)]
