"""Names as they stand in texts."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")


def tokens(text: str) -> set[str]:
    """Return every word of *text* that can be the name of an object.

    Example:
        >>> sorted(tokens("mongodb-0.mongodb.backing:27017"))
        ['27017', 'backing', 'mongodb', 'mongodb-0']
    """
    return set(_TOKEN.findall(text.lower()))
