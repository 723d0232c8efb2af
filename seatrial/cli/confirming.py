"""Asking whoever is at the terminal whether what was shown is meant."""

from __future__ import annotations

import sys

import typer

from seatrial.errors import UsageError


def confirmed(question: str, *, yes: bool, unasked: str) -> bool:
    """Return whether it is meant: it was said so before, or is now.

    Args:
        question: What is asked.
        yes: Whether it was said before.
        unasked: What is told where nobody can be asked.

    Raises:
        UsageError: If nobody can be asked.
    """
    if yes:
        return True
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(unasked)
    return typer.confirm(question)
