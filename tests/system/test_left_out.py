"""What ``--since`` would have left out: of a break of a declared object, never the scenario that notices it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest

from seatrial.report import looked
from seatrial.sabotage import Sabotage
from seatrial.since import settings
from seatrial.since.choosing import concerns
from seatrial.since.objects import Thing, things
from seatrial.since.reach import Project
from steps.breaks import SABOTAGES

from .sandbox import Sandbox

pytestmark = pytest.mark.long

_ROOT = Path(__file__).parents[2]
_AT_LEAST = 20  # of the breaks on local that only change declared objects, here 24
_NOT_DECLARED = {"seatrial-ownership", "platform-tls"}  # made with the platform, and for it alone


class _NoteOnlyError(Exception):
    """A break asks for more than a note of what it changes."""


class _Notes:
    """Notes what a break would change, and lets it go no further."""

    def __init__(self) -> None:
        self.changed: list[tuple[str, str, str]] = []
        self.platform = SimpleNamespace(team="trial", facts=SimpleNamespace(zone="trial.example.com", zone_id="Z"))
        self.facts = self.platform.facts

    def patch(self, of: str, name: str, namespace: str, _: Any = None) -> None:
        """Note the object."""
        self.changed.append((of.rsplit(maxsplit=1)[-1], namespace, name))

    delete = patch

    def _more(self, *_: Any, **__: Any) -> NoReturn:
        raise _NoteOnlyError

    create = read = inject = beside = aws = _more


@contextmanager
def _a_second() -> Iterator[None]:
    """End what waits for a platform that is not there."""

    def end(*_: Any) -> NoReturn:
        raise _NoteOnlyError

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(1)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _changed(sabotage: Sabotage) -> list[tuple[str, str, str]]:
    notes: Any = _Notes()
    with suppress(Exception), _a_second():
        sabotage.break_(notes)
    changed: list[tuple[str, str, str]] = notes.changed
    return [one for one in dict.fromkeys(changed) if one[2] not in _NOT_DECLARED]


def _declared() -> dict[tuple[str, str, str], tuple[str, dict[Thing, Any], Thing]]:
    found: dict[tuple[str, str, str], tuple[str, dict[Thing, Any], Thing]] = {}
    for file in sorted((_ROOT / "manifests").rglob("*.yaml")):
        path = file.relative_to(_ROOT).as_posix()
        objects = things(file.read_text("utf-8"), path) or {}
        for thing in objects:
            found.setdefault((thing.kind, thing.namespace, thing.name), (path, objects, thing))
    return found


def test_no_break_is_left_to_nobody(sandbox: Sandbox) -> None:
    """Each scenario that notices a break of a declared object is chosen where that object has changed in Git."""
    declared = _declared()
    breaks = [
        (one, declared[place])
        for one in SABOTAGES.breaks
        if not one.round.targets or "local" in one.round.targets
        for place in _changed(one)
        if place in declared
    ]
    assert _AT_LEAST <= len(breaks)
    code, said = sandbox.run("verify", "--team", "trial", *dict.fromkeys(one.scenario for one, _ in breaks))
    assert 0 == code, said
    known = looked.read(sandbox.root / "report" / "local")
    own = settings.read(_ROOT)
    project = Project(_ROOT, own)
    left_out = []
    for one, (path, objects, thing) in breaks:
        effect = project.declared.effect(path, objects, {**objects, thing: {**objects[thing], "broken": True}})
        assert effect is not None
        if not isinstance(effect, str) and not concerns(effect, known[one.scenario], project.declared.names, own.apart):
            left_out.append(f"{one.name}: {one.scenario}, although {thing} has changed")
    assert [] == left_out
