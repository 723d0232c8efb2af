"""What kops says that it would do, read from the preview that it writes for people."""

from __future__ import annotations

import re

from seatrial.provisioning.planned import Change, How

_SECTIONS: dict[str, How] = {
    "Will create resources:": "made",
    "Will modify resources:": "changed",
    "Items will be deleted during update:": "removed",
    "Items will be deleted only when the --prune flag is specified:": "left",
}
_TASK = re.compile(r"  (?P<thing>\w+/\S.*)")  # of what is made or changed: its kind and its name
_ITEM = re.compile(r"  (?P<thing>\w+ +\S.*)")  # of what is deleted
_FIELD = re.compile(r"  \t(?P<name>\w+)")
_TIMED = "ManagedFile/cluster-completed.spec"  # has the time at which the copy was made that the preview is taken of
_KEPT = "kops deletes it by --prune alone"


def changes(preview: str) -> list[Change]:
    """Return what `kops update cluster` says that it would make, change, delete, and leave; none if it says nothing."""
    found: list[tuple[How, str, list[str]]] = []
    how: How | None = None
    for line in preview.splitlines():
        if line in _SECTIONS:
            how = _SECTIONS[line]
        elif how is None or not line.strip():
            continue
        elif field := _FIELD.match(line):
            found[-1][2].append(field["name"])
        elif thing := (_TASK if how in ("made", "changed") else _ITEM).fullmatch(line):
            found.append((how, " ".join(thing["thing"].split()), []))
        elif not line.startswith(" "):
            how = None
    real = [one for one in found if one[:2] != ("changed", _TIMED)]
    return [Change(how, thing, _detail(how, fields)) for how, thing, fields in real]


def _detail(how: How, fields: list[str]) -> str:
    return {"changed": ", ".join(fields), "left": _KEPT}.get(how, "")
