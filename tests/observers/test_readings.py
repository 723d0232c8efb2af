"""Observers only read and actuators act, each by declared methods; a reading knows what it asks."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import pytest

import provision
import seatrial
from seatrial.checks.actuator import Actuator, acting
from seatrial.checks.noting import ACTING, READING, kind_of
from seatrial.checks.observer import Fidelity, Instrument, Observer, Recorder, reading, reading_of_part

_OF_EVERY_ONE = {"touch", "confirm", "evidence", "close"}


def _every(base: type[Instrument]) -> list[type[Instrument]]:
    for package in (seatrial, provision):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    todo, found = [base], []
    while todo:
        for child in todo.pop().__subclasses__():
            todo.append(child)
            if child.__module__.startswith(("seatrial.", "provision.")):
                found.append(child)
    return found


def _kinds(instrument: type[Instrument]) -> dict[str, str]:
    """Return what each public method of its own is declared as."""
    methods = {name: m for name, m in inspect.getmembers(instrument, inspect.isfunction) if not name.startswith("_")}
    return {name: kind_of(method) for name, method in methods.items() if name not in _OF_EVERY_ONE}


@pytest.mark.parametrize("observer", _every(Observer), ids=lambda observer: observer.__name__)
def test_an_observer_only_reads(observer: type[Observer]) -> None:
    """Every public method is a reading: an undeclared one would look unseen, and what acts is an actuator's."""
    kinds = _kinds(observer)
    assert kinds
    assert dict.fromkeys(kinds, READING) == kinds


@pytest.mark.parametrize("actuator", _every(Actuator), ids=lambda actuator: actuator.__name__)
def test_an_actuator_only_acts(actuator: type[Actuator]) -> None:
    """Every public method is a deed: an undeclared one would act unseen, and what reads is an observer's."""
    kinds = _kinds(actuator)
    assert kinds
    assert dict.fromkeys(kinds, ACTING) == kinds


class Shelf(Observer):
    """An observer of a shelf."""

    @reading
    def books(self, author: str, *, shelf: int | None = None) -> list[str]:
        """Return the books of *author*."""
        return [f"{author} {shelf}"]

    @reading
    def first(self, author: str) -> str:
        """Return the first book, by a reading within a reading."""
        return self.books(author, shelf=1)[0]

    @reading_of_part
    def lamp(self) -> None:
        """Look at the lamp, which is a model."""
        self.touch("lamp", Fidelity.SIMULATED)


@pytest.fixture
def shelf() -> Shelf:
    """Return a shelf with a recorder of its own."""
    return Shelf("shelf", Fidelity.REAL, Recorder())


def test_the_question_is_the_call(shelf: Shelf) -> None:
    """A report shows the reading with the arguments that were given, whatever way they were given."""
    shelf.books("ann", shelf=3)
    shelf.books(author="bob")
    assert [["shelf.books(ann, shelf=3)", "shelf.books(bob)"]] == [look.asked for look in shelf.recorder.take_looks()]


def test_a_reading_within_a_reading(shelf: Shelf) -> None:
    """The outermost reading is the question; one that fails leaves the next its own."""
    assert "ann 1" == shelf.first("ann")
    with pytest.raises(TypeError):
        shelf.books(None, 3)  # type: ignore[call-arg,arg-type]
    shelf.lamp()
    assert [["shelf.first(ann)", "shelf.lamp()"]] == [look.asked for look in shelf.recorder.take_looks()]
    assert {"shelf": Fidelity.REAL, "shelf: lamp": Fidelity.SIMULATED} == shelf.recorder.touched


class Librarian(Actuator):
    """An actuator at the shelf."""

    @acting
    def add(self, book: str) -> str:
        """Add a book."""
        return book


def test_a_deed_is_noted_beside_the_readings(shelf: Shelf) -> None:
    """A step's report has what was done and what was read, and the weaker of the two decides how true it is."""
    librarian = Librarian("shelf", Fidelity.SIMULATED, shelf.recorder)
    assert "moss" == librarian.add("moss")
    shelf.books("ann")
    assert [["shelf.add(moss)", "shelf.books(ann)"]] == [look.asked for look in shelf.recorder.take_looks()]
    assert {"shelf": Fidelity.SIMULATED} == shelf.recorder.touched
    assert [False, False] == [librarian.watched, shelf.watched]
