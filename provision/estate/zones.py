"""How the world is led to a platform's zone: which zones have its name, who serves it, and whom its parent names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from provision.estate.public_zone import servers_of

if TYPE_CHECKING:
    from provision.estate.differing import Look


@dataclass(frozen=True)
class Delegation:
    """How the world is led to a zone.

    Attributes:
        kinds: Of every hosted zone of the account that has its name: ``public`` or ``private``.
        served_by: The name servers of its public one; none where there is none, or there are several.
        delegated_to: The name servers that its parent names.
    """

    kinds: list[str]
    served_by: set[str]
    delegated_to: set[str]


def delegation(look: Look) -> Delegation:
    """Look who serves the platform's zone; a parent is asked only where the zone is to be public.

    Raises:
        UsageError: If DNS does not answer.
    """
    named = [zone for zone in look.aws.hosted_zones() if zone.name == look.names.cluster]
    public = [zone.id for zone in named if not zone.private]
    return Delegation(
        sorted("private" if zone.private else "public" for zone in named),
        servers_of(look.access, public[0]) if len(public) == 1 else set(),
        look.ask(look.names.cluster) if look.spec.dns.public else set(),
    )
