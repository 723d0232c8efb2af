"""Where a run leaves its files."""

from __future__ import annotations

from pathlib import Path

import pytest


def home(config: pytest.Config) -> Path:
    """Return the folder of all reports: the document, and a folder for the last run on each target."""
    return config.rootpath / str(config.getoption("seatrial_report"))


def folder(config: pytest.Config) -> Path:
    """Return the folder in which a run leaves its files: that of its target."""
    return home(config) / str(config.getoption("seatrial_target"))
