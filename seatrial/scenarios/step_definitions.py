"""The words: step definitions that pytest-bdd has found, and which of them a scenario uses."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator

import pytest

from seatrial.provisioning.settings import READY_WORDS
from seatrial.scenarios.bdd import (
    OWN,
    Definition,
    Step,
    get_fixture_names,
    get_required_args,
    getfixturedefs,
    registry,
)


class Words:
    """Every step definition that a session knows: those of the root conftest.py and of plugins.

    Args:
        session: The pytest session, after its plugins were loaded.
    """

    def __init__(self, session: pytest.Session) -> None:
        self._manager = session._fixturemanager  # noqa: SLF001 - pytest has no public list of fixtures
        self._session = session
        self._words = list(self._all())
        self._found: dict[tuple[str, str], list[Definition]] = {}
        self._used: set[int] = set()

    def all(self) -> list[Definition]:
        """Return every word that there is."""
        return list(self._words)

    def texts(self, keyword: str) -> list[str]:
        """Return the text of every word that a step of this kind may have."""
        return [word.parser.name for word in self._words if word.type in (None, keyword) and _module(word) != OWN]

    def matching(self, step: Step) -> list[Definition]:
        """Return every word that fits *step*: none is undefined, more than one is ambiguous."""
        key = (step.type, step.name)
        if key not in self._found:
            self._found[key] = [
                w for w in self._words if w.type in (None, step.type) and w.parser.is_matching(step.name)
            ]
            self._used.update(id(word) for word in self._found[key])
        return self._found[key]

    def unused(self) -> list[Definition]:
        """Return the project's own words that have fitted no step so far; of those that come with the harness none."""
        return [word for word in self._words if id(word) not in self._used and not brought(word)]

    def fixtures(self, steps: Iterable[Step]) -> set[str]:
        """Name every fixture that the words for *steps* need, directly or through another."""
        needed: set[str] = set()
        todo = [name for step in steps for word in self.matching(step) for name in _asked_for(word, step)]
        while todo:
            name = todo.pop()
            if name in needed:
                continue
            definitions = getfixturedefs(self._manager, name, self._session) or ()
            if definitions:
                needed.add(name)
                todo += [arg for definition in definitions for arg in definition.argnames]
        return needed

    def files(self, steps: Iterable[Step]) -> set[str]:
        """Return the files of the words for *steps*, and of all the fixtures that they need."""
        steps = list(steps)
        made = [inspect.unwrap(word.step_func) for step in steps for word in self.matching(step)]
        for name in self.fixtures(steps):
            made += [inspect.unwrap(one.func) for one in getfixturedefs(self._manager, name, self._session) or ()]
        return {function.__code__.co_filename for function in made if hasattr(function, "__code__")}

    def asks(self, step: Step) -> set[str]:
        """Name every fixture that the words for *step* ask for themselves."""
        return {name for word in self.matching(step) for name in _asked_for(word, step)}

    def makes(self, step: Step) -> str:
        """Name the fixture that the word for *step* makes for those after it, or nothing."""
        return next((word.target_fixture for word in self.matching(step) if word.target_fixture), "")

    def is_fixture(self, name: str) -> bool:
        """Return whether anything makes the fixture *name*."""
        return bool(getfixturedefs(self._manager, name, self._session))

    def fixture_names(self) -> list[str]:
        """Name every fixture that words may ask for."""
        return [name for name in get_fixture_names(self._manager) if not name.startswith(("_", "pytestbdd_"))]

    def _all(self) -> Iterator[Definition]:
        for name in get_fixture_names(self._manager):
            for definition in getfixturedefs(self._manager, name, self._session) or ():
                word = registry.get(definition.func)
                if word is not None:
                    yield word


def brought(word: Definition) -> bool:
    """Return whether a word is none of the project's own: it comes with the harness, or with pytest-bdd."""
    return _module(word) == OWN or _module(word).startswith(f"{READY_WORDS}.")


def _module(word: Definition) -> str:
    return str(inspect.unwrap(word.step_func).__module__)


def place(word: Definition) -> str:
    """Say where a word is defined: file and line."""
    code = inspect.unwrap(word.step_func).__code__
    return f"{code.co_filename}:{code.co_firstlineno}"


def _asked_for(word: Definition, step: Step) -> set[str]:
    """Name the arguments that pytest-bdd fills from fixtures: neither read from the step nor with a default."""
    beneath = {name for name in ("datatable", "docstring") if getattr(step, name)}
    return set(get_required_args(word.step_func)) - set(word.parser.parse_arguments(step.name) or ()) - beneath
