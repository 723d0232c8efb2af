"""The words that a project takes beside those of its ``conftest.py``: ``words`` in ``[tool.seatrial]``."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterator

import pytest

from seatrial.errors import SeatrialError
from seatrial.escaping import terminal
from seatrial.provisioning import settings
from seatrial.provisioning.naming import cannot_be_loaded

_LOADED = pytest.StashKey[bool]()


def load(config: pytest.Config) -> None:
    """Have pytest take the words that the project names, as plugins; once is enough.

    Raises:
        pytest.UsageError: If they cannot be imported; it says why, and where in the project's own code.
    """
    if config.stash.get(_LOADED, False):
        return
    config.stash[_LOADED] = True
    root = config.rootpath
    try:
        named = settings.read(root).vocabulary
    except SeatrialError as error:
        raise pytest.UsageError(terminal(str(error))) from error
    if named and str(root) not in sys.path:
        sys.path.insert(0, str(root))
    for name in named:
        try:
            for module in _modules(name):
                config.pluginmanager.import_plugin(module)
        except Exception as error:  # a project's own code may fail in any way
            raise pytest.UsageError(terminal(str(cannot_be_loaded(root, "words", name, error)))) from error


def _modules(name: str) -> Iterator[str]:
    """Name the module *name*, or those directly in it where it is a package."""
    found = importlib.import_module(name)
    if not hasattr(found, "__path__"):
        yield name
        return
    for module in pkgutil.iter_modules(found.__path__):
        if not module.ispkg and not module.name.startswith("_"):
            yield f"{name}.{module.name}"
