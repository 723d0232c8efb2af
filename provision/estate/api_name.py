"""The internal names that lead to the masters: the API's, and that by which a machine joins the cluster."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_route53 import Route53Client

NAMES = ("api.internal", "kops-controller.internal")


def point(route53: Route53Client, zone_id: str, zone: str, addresses: Iterable[str]) -> None:
    """Point the names of *zone* at the masters' private addresses, as kops's own controller does.

    Raises:
        ClientError: If it is refused.
    """
    led_to = list(addresses)
    route53.change_resource_record_sets(
        HostedZoneId=zone_id,
        ChangeBatch={
            "Changes": [
                {
                    "Action": "UPSERT",
                    "ResourceRecordSet": {
                        "Name": f"{name}.{zone}",
                        "Type": "A",
                        "TTL": 60,
                        "ResourceRecords": [{"Value": address} for address in led_to],
                    },
                }
                for name in NAMES
            ]
        },
    )
