"""The words of another team."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from pytest_bdd import given, parsers, then, when
from theirs import Paint, log

from seatrial import declaration
from seatrial.checks.convergence import always, eventually
from seatrial.checks.expectations import Judgement, Mismatch, every, rows
from seatrial.checks.observer import NotProvableError


@given("the shelf is filled")
def _(shelf: Any) -> None:
    eventually(shelf.rows, every("things"), within=1)


@given("a note was made", target_fixture="note")
def _() -> str:
    return "a note"


@when("the bell is heard")
def _(bell: Any) -> None:
    bell.times()


@when(parsers.parse('the {thing} is painted "{colour}"'))
def _(faults: Any, thing: str, colour: str) -> None:
    faults.inject(Paint(thing, colour))


@when(parsers.parse('the {thing} is painted "{colour}", which fails {trouble}'))
def _(faults: Any, thing: str, colour: str, trouble: str) -> None:
    faults.inject(Paint(thing, colour, trouble))


@given(parsers.parse("clients that paint the {thing} again and again"))
def _(changes: Any, histories: Any, thing: str) -> None:
    changes.inject(Paint(thing, "white", "slowly"))
    histories(lambda _: log(Path.cwd(), f"a client paints the {thing}"), surely_refused=bool, what="coats")


@when(parsers.parse('the {thing} is dyed "{colour}"'))
def _(changes: Any, thing: str, colour: str) -> None:
    changes.inject(Paint(thing, colour))


@when("the radio is heard")
def _(radio: Any) -> None:
    radio.listen()


@when("the telescope is used")
def _(telescope: Any) -> None:
    telescope.look()


@then("nothing of it can be known")
def _() -> None:
    raise NotProvableError("the night is too dark")


@then(parsers.parse('the {thing} is "{colour}"'))
def _(shelf: Any, thing: str, colour: str) -> None:
    eventually(shelf.rows, rows("things", {thing: {"colour": colour}}, exactly=False), within=0.2)


@then(parsers.parse('the mirror shows a "{colour}" {thing}'))
def _(mirror: Any, colour: str, thing: str) -> None:
    eventually(mirror.rows, rows("things", {thing: {"colour": colour}}, exactly=False), within=0.2)


@then(parsers.parse('the {thing} looks "{colour}"'))
def _(shelf: Any, thing: str, colour: str) -> None:
    eventually(shelf.wishes, rows("things", {thing: {"colour": colour}}, exactly=False), within=0.2)


@then(parsers.parse('the {thing} should be "{colour}"'))
@declaration
def _(shelf: Any, thing: str, colour: str) -> None:
    eventually(shelf.wishes, rows("things", {thing: {"colour": colour}}, exactly=False), within=0.2)


@then("the note can be read")
def _(note: str) -> None:
    assert note == "a note"


@when("the harness breaks")
def _() -> None:
    raise RuntimeError("a screw is loose")


@then("somebody says no")
def _() -> None:
    pytest.fail("no")


@when("the machine is switched off")
def _() -> None:
    os._exit(7)


@when("somebody presses Ctrl-C")
def _() -> None:
    raise KeyboardInterrupt


@when(parsers.parse('"{me}" and "{other}" meet'))
def _(pytestconfig: pytest.Config, me: str, other: str) -> None:
    place = pytestconfig.rootpath / "meeting"
    place.mkdir(exist_ok=True)
    (place / me).touch()
    eventually(lambda: _names(place), _has(other), within=20)


@then("nobody else is there")
def _(pytestconfig: pytest.Config, faults: Any) -> None:
    place = pytestconfig.rootpath / "alone"
    place.mkdir()  # fails if somebody else is there
    always(lambda: _names(place), lambda _: Judgement(), during=0.3)
    place.rmdir()


def _names(place: Path) -> set[str]:
    return {file.name for file in place.iterdir()}


def _has(name: str) -> Any:
    return lambda seen: Judgement() if name in seen else Judgement((Mismatch("meeting", name, str(seen)),))
