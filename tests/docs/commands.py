"""The commands that README and the docs show."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAMS = ("seatrial", "pytest", "make", "python", "export", ".")

_BLOCK = re.compile(r"```(?:console|sh|shell|bash)\n(.*?)```", re.DOTALL)
_INLINE = re.compile(r"`((?:seatrial|pytest|make|python -m) [^`]+)`")


def files() -> list[Path]:
    """Return every document of the project."""
    return sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])


def of_blocks(file: Path) -> list[str]:
    """Return every command of a document's blocks, without its prompt and comment."""
    lines = [line for block in _BLOCK.findall(file.read_text("utf-8")) for line in block.splitlines()]
    return [
        line.removeprefix("$ ").partition("  #")[0].partition(" # ")[0].strip() for line in lines if line[:2] == "$ "
    ]


def inline(file: Path) -> list[str]:
    """Return every command that a document names in its text."""
    return [" ".join(found.split()) for found in _INLINE.findall(file.read_text("utf-8"))]
