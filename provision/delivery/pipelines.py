"""Pipelines as documents, with the values that they are set with filled in."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from seatrial import bounded_yaml
from seatrial.bounded import BoundsError
from seatrial.errors import SeatrialError

_VALUE = re.compile(r"\(\(([a-z0-9-]+)\)\)")


class PipelineError(SeatrialError):
    """A pipeline's document cannot be used; the message says which, and why."""


def filled(file: Path, values: Mapping[str, str]) -> str:
    """Return the pipeline of *file* with a value for each ``((name))``, as JSON, which is YAML.

    Raises:
        PipelineError: The file cannot be read, or asks for a value that is not there.
    """
    try:
        document = bounded_yaml.LOADER(bounded_yaml.read(file)).get_single_data()
    except (OSError, BoundsError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise PipelineError(f"{file}: {error}") from error
    return json.dumps(_fill(file, document, values))


def _fill(file: Path, node: Any, values: Mapping[str, str]) -> Any:
    if isinstance(node, dict):
        return {key: _fill(file, value, values) for key, value in node.items()}
    if isinstance(node, list):
        return [_fill(file, one, values) for one in node]
    if not isinstance(node, str):
        return node
    if missing := set(_VALUE.findall(node)) - set(values):
        raise PipelineError(f"{file}: (({min(missing)})): nobody gives it; expected one of {', '.join(sorted(values))}")
    return _VALUE.sub(lambda found: values[found[1]], node)
