"""The world outside of a network, as a moto server plays it: a range of addresses that are reachable where it runs.

AWS gives a machine a public address that is routed to it, and refuses health checks of any address that is not public.
Moto gives it an address that may be anybody's, and checks none. Here both keep to one range, which leads nowhere else.
"""

from __future__ import annotations

import ipaddress
import itertools
from collections.abc import Callable, Iterator
from typing import Any

from moto.ec2.models import ec2_backends, elastic_network_interfaces
from moto.route53.exceptions import InvalidInput
from moto.route53.models import Route53Backend


def be_the_world(world: ipaddress.IPv4Network) -> None:
    """Have public addresses be those of the upper half of *world*, and health checks look at nothing outside of it."""
    addresses = itertools.cycle([str(address) for address in list(world.subnets())[-1].hosts()])

    def random_public_ip() -> str:
        used = set(_used())
        return next(address for address in addresses if address not in used)

    setattr(elastic_network_interfaces, "random_public_ip", random_public_ip)  # noqa: B010
    for name in ("create_health_check", "update_health_check"):
        setattr(Route53Backend, name, _of_public_addresses(getattr(Route53Backend, name), world))


def _used() -> Iterator[str]:
    for account in ec2_backends.values():
        for backend in account.values():
            yield from (interface.public_ip for interface in list(backend.enis.values()) if interface.public_ip)


def _of_public_addresses(original: Callable[..., Any], world: ipaddress.IPv4Network) -> Callable[..., Any]:
    """AWS: checks public addresses alone. Moto: any."""

    def checked(self: Route53Backend, subject: str, settings: dict[str, Any]) -> object:
        address = settings.get("ip_address")
        if address and not _public(address, world):
            raise InvalidInput(f"Invalid parameter : {address} is not a public address")
        return original(self, subject, settings)

    return checked


def _public(address: str, world: ipaddress.IPv4Network) -> bool:
    try:
        return ipaddress.ip_address(address) in world
    except ValueError:
        return False
