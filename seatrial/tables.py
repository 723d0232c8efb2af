"""Files of TOML, read within bounds: a project's own, which a stranger may have changed."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from seatrial.bounded import MEBI, read_bytes
from seatrial.errors import UsageError


def read_table(file: Path, shown: str = "") -> dict[str, Any]:
    """Return what *file* has; nothing where there is no such file.

    Args:
        file: The file.
        shown: How messages name it; by its path unless told.

    Raises:
        UsageError: If it cannot be read, is too large, or is no TOML.
    """
    shown = shown or str(file)
    try:
        return tomllib.loads(read_bytes(file, MEBI).decode("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except RecursionError:
        raise UsageError(f"{shown}: nested too deeply; expected tables of texts and lists") from None
    except OSError as error:
        raise UsageError(f"{shown}: cannot be read: {error.strerror}") from error
    except ValueError as error:  # neither TOML nor UTF-8
        raise UsageError(f"{shown}: {error}") from error


def of_tool(file: Path) -> dict[str, Any]:
    """Return the table ``[tool.seatrial]`` of *file*; nothing where it has none.

    Raises:
        UsageError: As `read_table` does, or if it is no table.
    """
    tools = read_table(file).get("tool")
    found = tools.get("seatrial", {}) if isinstance(tools, dict) else {}
    if not isinstance(found, dict):
        raise UsageError(f"{file}: [tool.seatrial]: expected a table, got {found!r}")
    return found
