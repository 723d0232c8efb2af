"""What is known of a kind of resource: its name, how this platform's own are found, and how one is deleted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from provision.estate.scope import Scope

Find = Callable[[Scope], list[str]]
Delete = Callable[[Scope, str], Any]


@dataclass(frozen=True)
class Kind:
    """A kind of resource: its name, how one platform's are found, and how one of them is deleted."""

    name: str
    find: Find
    delete: Delete
