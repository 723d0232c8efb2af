"""Who keeps the API's internal name when a master is replaced: on real masters a controller of kops's does."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from provision.estate.api_name import point
from provision.targets.simulated.machines import Machine

if TYPE_CHECKING:
    from mypy_boto3_route53 import Route53Client

_LOG = logging.getLogger("machines")


class ApiName:
    """Has the name lead to the masters that there are, whenever they have become others; a hand's change stays.

    Args:
        route53: A client.
        zone: The name of the platform's zone.
    """

    def __init__(self, route53: Route53Client, zone: str) -> None:
        self._route53, self._zone = route53, zone
        self._written: list[str] = []

    def keep(self, machines: Sequence[Machine]) -> None:
        """Write the record if the masters have changed; a cloud that refuses is asked again the next time."""
        wanted = sorted(m.address for m in machines if m.master and m.address and not m.ended)
        if not wanted or wanted == self._written:
            return
        try:
            for zone_id in self._ids():
                point(self._route53, zone_id, self._zone, wanted)
                self._written = wanted
        except (BotoCoreError, ClientError) as error:
            _LOG.warning("the masters' name could not be kept, trying again: %s", error)

    def _ids(self) -> list[str]:
        found = self._route53.list_hosted_zones_by_name(DNSName=self._zone)["HostedZones"]
        return [zone["Id"] for zone in found if zone["Name"] == f"{self._zone}."]
