"""Whether the world finds the platform's zone: its parent has to name the servers that Route53 gave it."""

from __future__ import annotations

from collections.abc import Callable

import dns.exception
import dns.resolver

from provision.estate.access import AwsAccess
from provision.estate.public_zone import delegation, id_of, public_zones, servers_in, servers_of
from seatrial.errors import UsageError

Ask = Callable[[str], set[str]]
"""Returns the name servers that DNS has for a zone, without the last dot; none where it has none."""

_SECONDS = 10.0  # for one question, over all servers that this machine asks


def asked_of_dns(zone: str) -> set[str]:
    """Ask this machine's own name servers for those of *zone*.

    Raises:
        UsageError: If they do not answer.
    """
    try:
        answer = dns.resolver.resolve(f"{zone}.", "NS", lifetime=_SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return set()
    except (dns.exception.DNSException, OSError) as error:
        raise UsageError(f"{zone}: DNS does not say who serves it: {error}; look at this machine's network") from error
    return {str(record.target).rstrip(".").lower() for record in answer}


def asked_of_account(access: AwsAccess) -> Ask:
    """Return what asks the account's own zone above a zone, where the cloud is played and DNS knows nothing of it."""

    def ask(zone: str) -> set[str]:
        found = delegation(access, zone)
        return servers_in(found[1]) if found else set()

    return ask


def see_delegated(access: AwsAccess, zone: str, ask: Ask) -> None:
    """See that there is one public zone of the name, and that its parent leads to it.

    Raises:
        UsageError: If there is none, or several, or DNS leads elsewhere.
    """
    ids = [id_of(found) for found in public_zones(access, zone)]
    if not ids:
        raise UsageError(
            f"there is no public hosted zone {zone}: make it (`aws route53 create-hosted-zone --name {zone} "
            "--caller-reference ...`), have its parent delegate it, and run the same command again"
        )
    if len(ids) > 1:
        raise UsageError(f"expected one public hosted zone {zone}, found {', '.join(ids)}: delete those nobody uses")
    servers = servers_of(access, ids[0])
    if (found := ask(zone)) != servers:
        parent = zone.partition(".")[2]
        raise UsageError(
            f"{zone} is not delegated to its hosted zone {ids[0]}: DNS names {_listed(found)}, expected "
            f"{_listed(servers)}; put these NS records for it into the zone {parent}"
        )


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "no name server"
