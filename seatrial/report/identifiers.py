"""Identifiers of a page: readable, and never two alike."""

from __future__ import annotations

import re
from collections.abc import Iterable


def slug(text: str) -> str:
    """Return *text* as small letters, digits and hyphens; other texts may come to the same."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "x"


class Identifiers:
    """Gives what stands on one page an identifier each.

    Args:
        taken: Those that the page has already.
    """

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)

    def of(self, text: str) -> str:
        """Return an identifier for *text*: its slug, with a number where something before it has that."""
        plain = slug(text)
        found, number = plain, 1
        while found in self._taken:
            number += 1
            found = f"{plain}-{number}"
        self._taken.add(found)
        return found
