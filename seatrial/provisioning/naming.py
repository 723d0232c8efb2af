"""What a project names in ``pyproject.toml`` as ``package.module:name``, and how it is had."""

from __future__ import annotations

import importlib
import sys
import traceback
from pathlib import Path
from typing import Any

from seatrial.errors import SeatrialError, UsageError
from seatrial.provisioning import settings


def named(root: Path, setting: str) -> Any:
    """Import what ``[tool.seatrial]`` of the project at *root* names as *setting*; nothing where it names none.

    Raises:
        UsageError: If that cannot be imported; it says why, and where in the project's own code.
    """
    name: str = getattr(settings.read(root), setting)
    if not name:
        return None
    file = root / "pyproject.toml"
    if ":" not in name:
        raise UsageError(f'{file}: [tool.seatrial] {setting}: expected "package.module:name", got {name!r}')
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    try:
        return imported(name)
    except SeatrialError:
        raise
    except Exception as error:  # a project's own code may fail in any way
        raise cannot_be_loaded(root, setting, name, error) from error


def imported(name: str) -> Any:
    """Import what *name* names as ``package.module:name``."""
    module, _, attribute = name.partition(":")
    return getattr(importlib.import_module(module), attribute)


def cannot_be_loaded(root: Path, setting: str, name: str, error: Exception) -> UsageError:
    """Return the error that says why what a setting names cannot be had."""
    reason = f"{type(error).__name__}: {error}{_own_place(error, root)}"
    return UsageError(f"{root / 'pyproject.toml'}: {setting} = {name!r} cannot be loaded: {reason}")


def _own_place(error: Exception, root: Path) -> str:
    """Return where in the project's own code an error was raised, or nothing."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if Path(f.filename).is_relative_to(root) and ".venv" not in Path(f.filename).parts]
    return f" ({Path(own[-1].filename).relative_to(root)}:{own[-1].lineno})" if own else ""
