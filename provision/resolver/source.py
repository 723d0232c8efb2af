"""The zones and health checks, read from Route53 when a question asks for them."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING

from provision.resolver.health import Check
from provision.resolver.zones import RecordSet, Zone, normal

if TYPE_CHECKING:
    from mypy_boto3_route53 import Route53Client
    from mypy_boto3_route53.type_defs import HostedZoneTypeDef

log = logging.getLogger(__name__)


class Source:
    """What Route53 holds, never older than a moment.

    Args:
        client: The Route53 client.
        suffix: Only zones of this name or below it are served; empty for all.
        public: Only public zones are served to which the account's zone above leads: what a visitor is told who asks
            from outside of every network.
        keep: Seconds for which what was read serves.
        patience: Seconds that a question waits for Route53 before it is answered by what was read last.
    """

    def __init__(
        self,
        client: Route53Client,
        suffix: str = "",
        *,
        public: bool = False,
        keep: float = 0.2,
        patience: float = 1.0,
    ) -> None:
        self._client = client
        self._suffix = normal(suffix)
        self._public = public
        self._keep = keep
        self._patience = patience
        self._zones: list[Zone] | None = None
        self._read_at = float("-inf")
        self._reading: asyncio.Task[None] | None = None

    async def zones(self) -> list[Zone] | None:
        """Return the zones; `None` as long as they could never be read."""
        if time.monotonic() - self._read_at > self._keep:
            if self._reading is None or self._reading.done():
                self._reading = asyncio.create_task(self._read())
            await asyncio.wait([self._reading], timeout=self._patience)
        return self._zones

    async def _read(self) -> None:
        begun = time.monotonic()
        try:
            self._zones = await asyncio.to_thread(self._list_zones)
        except Exception as error:  # noqa: BLE001 - what was read before goes on serving, whatever happened
            log.warning("cannot read the zones, answering from what was read before: %s", error)
            return
        self._read_at = begun

    def _list_zones(self) -> list[Zone]:
        zones: dict[str, Zone] = {}
        pages = self._client.get_paginator("list_hosted_zones").paginate()
        found = [listed for page in pages for listed in page["HostedZones"]]
        for listed in found:
            name = normal(listed["Name"])
            if self._suffix and name != self._suffix and not name.endswith(f".{self._suffix}"):
                continue
            zone = Zone.of(name, self._records(listed["Id"]))
            if self._public and (listed["Config"].get("PrivateZone") or not self._led_to(zone, found)):
                continue
            other = zones.get(name)
            # Of two zones of one name, the one that is used serves.
            if other is None or len(zone.records) > len(other.records):
                zones[name] = zone
        return list(zones.values())

    def _led_to(self, zone: Zone, found: list[HostedZoneTypeDef]) -> bool:
        """Return whether a public zone above names a server of *zone*'s own."""
        above = zone.name.partition(".")[2]
        own = zone.servers(zone.name)
        return any(
            own & Zone.of(above, self._records(listed["Id"])).servers(zone.name)
            for listed in found
            if normal(listed["Name"]) == above and not listed["Config"].get("PrivateZone")
        )

    def _records(self, zone_id: str) -> list[RecordSet]:
        pages = self._client.get_paginator("list_resource_record_sets").paginate(HostedZoneId=zone_id)
        read = (RecordSet.from_api(raw) for page in pages for raw in page["ResourceRecordSets"])
        # A simulated Route53 may list a record set twice where a page ends within a name.
        return list({(record.name, record.type, record.identifier): record for record in read}.values())

    async def checks(self) -> dict[str, Check]:
        """Read the health checks."""
        return await asyncio.to_thread(self._list_checks)

    def _list_checks(self) -> dict[str, Check]:
        pages = self._client.get_paginator("list_health_checks").paginate()
        return {raw["Id"]: Check.from_api(raw) for page in pages for raw in page["HealthChecks"]}
