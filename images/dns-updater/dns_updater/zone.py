"""The hosted zone: its record sets as last seen, and writes to it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from dns_updater.aws import REFUSED
from dns_updater.batches import batches
from dns_updater.config import Settings
from dns_updater.model import RecordSet
from dns_updater.plan import Change

if TYPE_CHECKING:
    from mypy_boto3_route53 import Route53Client

log = logging.getLogger(__name__)


class ZoneError(Exception):
    """The hosted zone cannot be told for certain."""


class Zone:
    """A hosted zone of Route53.

    Args:
        client: The Route53 client.
        settings: Names the zone, or gives its id.

    Attributes:
        name: The zone's name without the last dot; empty before the first `refresh`.
        records: Its record sets as last seen, with our own writes since.
    """

    def __init__(self, client: Route53Client, settings: Settings) -> None:
        self._client = client
        self._settings = settings
        self._id = ""
        self.name = ""
        self.records: dict[tuple[str, str, str], RecordSet] = {}

    def refresh(self) -> None:
        """Read every record set of the zone.

        Raises:
            ZoneError: If there is no such zone, or more than one.
            botocore.exceptions.ClientError: If Route53 refuses.
        """
        if not self._id:
            self._find()
        try:
            pages = self._client.get_paginator("list_resource_record_sets").paginate(HostedZoneId=self._id)
            seen = (RecordSet.from_api(raw) for page in pages for raw in page["ResourceRecordSets"])
            self.records = {record.key: record for record in seen}
        except ClientError:
            self._id = ""  # The zone may have been made anew under another id.
            raise

    def _find(self) -> None:
        given = self._settings.zone_id
        if given:
            self._id = given
            self.name = self._client.get_hosted_zone(Id=given)["HostedZone"]["Name"].rstrip(".").lower()
            if self._settings.zone not in ("", self.name):
                self._id = ""
                raise ZoneError(f"the hosted zone {given} is called {self.name}, not {self._settings.zone}")
            return
        wanted = self._settings.zone
        listed = self._client.list_hosted_zones_by_name(DNSName=f"{wanted}.")["HostedZones"]
        found = [zone["Id"].removeprefix("/hostedzone/") for zone in listed if zone["Name"].rstrip(".") == wanted]
        if not found:
            raise ZoneError(f"there is no hosted zone {wanted}: make it, or correct ZONE")
        if len(found) > 1:
            raise ZoneError(f"{len(found)} hosted zones are called {wanted} ({', '.join(found)}): set HOSTED_ZONE_ID")
        self._id, self.name = found[0], wanted

    def apply(self, changes: dict[str, list[Change]]) -> dict[str, str]:
        """Write *changes*, given for each name, in as few calls as Route53 allows.

        Returns:
            The names that Route53 refused, each with its reason; all others are written.

        Raises:
            ZoneError: If there is no such zone any more.
            botocore.exceptions.ClientError: If a call fails for another reason; the calls before it have taken effect.
        """
        if not self._id:  # the last look failed, and what was seen before is still to be written
            self._find()
        refused: dict[str, str] = {}
        for batch in batches(changes.values()):
            self._write(batch, refused)
        return refused

    def _write(self, groups: list[list[Change]], refused: dict[str, str]) -> None:
        """Write *groups* in one call, or, where Route53 refuses it, in halves: one wrong name stops no other."""
        flat = [change for group in groups for change in group]
        try:
            self._client.change_resource_record_sets(
                HostedZoneId=self._id,
                ChangeBatch={
                    "Comment": "by the DNS updater",
                    "Changes": [
                        {"Action": change.action, "ResourceRecordSet": change.record.to_api()}  # type: ignore[typeddict-item]
                        for change in flat
                    ],
                },
            )
        except ClientError as error:
            if error.response["Error"]["Code"] not in REFUSED:
                raise
            if len(groups) == 1:
                refused[flat[0].record.name] = error.response["Error"]["Message"]
                return
            middle = len(groups) // 2
            self._write(groups[:middle], refused)
            self._write(groups[middle:], refused)
            return
        for change in flat:
            if change.action == "UPSERT":
                self.records[change.record.key] = change.record
            else:
                self.records.pop(change.record.key, None)
        log.info(
            "records written",
            extra={"data": {"changes": [f"{c.action} {c.record.name}" for c in flat][:20], "count": len(flat)}},
        )
