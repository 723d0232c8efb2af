"""Cuts changes into calls that Route53 accepts, keeping the changes of one name together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dns_updater.plan import Change

ELEMENTS = 1000
"""ResourceRecord elements of one call; those of an UPSERT count twice."""
CHARACTERS = 32_000
"""Characters of all values of one call; those of an UPSERT count twice."""


def _weight(change: Change) -> tuple[int, int]:
    factor = 2 if change.action == "UPSERT" else 1
    return factor * len(change.record.values), factor * sum(map(len, change.record.values))


def batches(groups: Iterable[list[Change]]) -> Iterator[list[list[Change]]]:
    """Yield *groups* in as few calls as fit the limits, in order.

    A group (all changes of one name) is never divided: a call takes effect as a whole or not at all, so nobody sees
    a name with half of its answers. A group that exceeds a limit by itself is a call of its own.
    """
    batch: list[list[Change]] = []
    elements = characters = 0
    for group in groups:
        weights = [_weight(change) for change in group]
        more_elements = sum(weight[0] for weight in weights)
        more_characters = sum(weight[1] for weight in weights)
        if batch and (elements + more_elements > ELEMENTS or characters + more_characters > CHARACTERS):
            yield batch
            batch, elements, characters = [], 0, 0
        batch.append(group)
        elements += more_elements
        characters += more_characters
    if batch:
        yield batch
