"""The environment of our own programs that are run as ``python -m ...``."""

from __future__ import annotations

import os
import sys


def python_environment() -> dict[str, str]:
    """Return the environment in which this interpreter finds our own modules from any working directory."""
    return {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "PATH": os.environ.get("PATH", "")}
