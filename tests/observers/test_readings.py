"""Every observer declares its readings, and a reading knows what it asks."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import pytest

import provision
import seatrial
from seatrial.checks.observer import Fidelity, Observer, Recorder, kind_of, reading, reading_of_part

_OF_EVERY_OBSERVER = {"touch", "confirm", "evidence", "close"}


def _observers() -> list[type[Observer]]:
    for package in (seatrial, provision):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    todo, found = [Observer], []
    while todo:
        for child in todo.pop().__subclasses__():
            todo.append(child)
            if child.__module__.startswith(("seatrial.", "provision.")):
                found.append(child)
    return found


@pytest.mark.parametrize("observer", _observers(), ids=lambda observer: observer.__name__)
def test_every_public_method_is_declared(observer: type[Observer]) -> None:
    """Whoever adds a method to an observer says whether it reads or acts: an undeclared one would look unseen."""
    methods = {name: m for name, m in inspect.getmembers(observer, inspect.isfunction) if not name.startswith("_")}
    assert not [name for name, method in methods.items() if name not in _OF_EVERY_OBSERVER and not kind_of(method)]


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
