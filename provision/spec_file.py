"""Reads ``platform.yaml``: all errors at once, each with its line; and exports the JSON Schema for editors."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from provision.spec import PLATFORM_FILE, PlatformSpec
from seatrial import bounded_yaml
from seatrial.bounded import BoundsError
from seatrial.errors import UsageError

SCHEMA_FILE = PLATFORM_FILE.with_name("platform.schema.json")


class PlatformFileError(UsageError):
    """``platform.yaml`` is not as it must be; the message has a line for each error."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)


def read(file: Path = PLATFORM_FILE) -> PlatformSpec:
    """Read and check the platform's parameters.

    Raises:
        PlatformFileError: With every error, each with the file, the line, the field, and what was expected.
    """
    try:
        document = YAML(typ="rt").load(bounded_yaml.read(file))
    except FileNotFoundError:
        raise PlatformFileError([f"{file}: not found; it holds the platform's parameters"]) from None
    except BoundsError as error:
        raise PlatformFileError([str(error)]) from error
    except OSError as error:
        raise PlatformFileError([f"{file}: cannot be read: {error.strerror}"]) from error
    except (yaml.MarkedYAMLError, MarkedYAMLError) as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PlatformFileError([f"{file}:{line}: not YAML: {error.problem}"]) from error
    except (yaml.YAMLError, YAMLError, UnicodeDecodeError) as error:
        raise PlatformFileError([f"{file}: not YAML: {error}"]) from error
    if not isinstance(document, Mapping):
        raise PlatformFileError([f"{file}:1: expected fields such as region: and zones:, got {document!r}"])
    try:
        return PlatformSpec.model_validate(document)
    except ValidationError as error:
        raise PlatformFileError([_describe(file, document, dict(one)) for one in error.errors()]) from error


def places(file: Path) -> Callable[[Sequence[str | int]], int]:
    """Return what finds the line of a field of a file that `read` has taken, by the names that lead to it."""
    document = YAML(typ="rt").load(bounded_yaml.read(file))
    return lambda location: _line(document, location)


def schema() -> str:
    """Return the JSON Schema of ``platform.yaml`` as text."""
    document = PlatformSpec.model_json_schema()
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **document,
        "title": "Seatrial platform.yaml",
    }
    return json.dumps(document, indent=2) + "\n"


def _describe(file: Path, document: Any, error: dict[str, Any]) -> str:
    location = [part for part in error["loc"] if isinstance(part, str | int)]
    field = ".".join(str(part) for part in location) or "the file"
    if error["type"] == "extra_forbidden":
        known = _fields_beside(location)
        close = difflib.get_close_matches(str(location[-1]), known, n=1)
        hint = f"did you mean {close[0]}?" if close else f"expected one of {', '.join(known)}"
        message = f"unknown field; {hint}"
    elif error["type"] == "missing":
        message = "this field is missing"
    else:
        message = error["msg"].removeprefix("Value error, ")
        if "got" not in message:
            message += f", got {error['input']!r}"
    return f"{file}:{_line(document, location)}: {field}: {message}"


def _line(document: Any, location: Sequence[str | int]) -> int:
    """Find the line of a field, or of the deepest thing around it that is there."""
    line = 1
    for part in location:
        try:
            line = document.lc.data[part][0] + 1
            document = document[part]
        except (AttributeError, KeyError, IndexError, TypeError):
            break
    return line


def _fields_beside(location: Sequence[str | int]) -> list[str]:
    model: Any = PlatformSpec
    for part in location[:-1]:
        model = model.model_fields[part].annotation
    return list(model.model_fields)


if __name__ == "__main__":
    SCHEMA_FILE.write_text(schema(), "utf-8")
