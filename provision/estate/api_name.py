"""The API's internal name, which leads to the masters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_route53 import Route53Client


def point(route53: Route53Client, zone_id: str, zone: str, addresses: Iterable[str]) -> None:
    """Point ``api.internal.<zone>`` at the masters' private addresses, as kops's own controller does.

    Raises:
        ClientError: If it is refused.
    """
    route53.change_resource_record_sets(
        HostedZoneId=zone_id,
        ChangeBatch={
            "Changes": [
                {
                    "Action": "UPSERT",
                    "ResourceRecordSet": {
                        "Name": f"api.internal.{zone}",
                        "Type": "A",
                        "TTL": 60,
                        "ResourceRecords": [{"Value": address} for address in addresses],
                    },
                }
            ]
        },
    )
