"""More record sets than one page lists."""

from __future__ import annotations

from typing import Any

from provision.estate import AwsAccess
from seatrial.observers.aws import Aws

_NAMES, _NODES = 11, 30  # a page has 300


def test_each_is_listed_once(access: AwsAccess, aws: Aws) -> None:
    """A page that ends among the answers to a name: none is missing, and none is there twice."""
    route53 = access.client("route53")
    zone = route53.create_hosted_zone(Name="many.example.com", CallerReference="many")["HostedZone"]["Id"].split("/")[
        -1
    ]
    changes: list[Any] = [
        {
            "Action": "CREATE",
            "ResourceRecordSet": {
                "Name": f"name-{name}.many.example.com",
                "Type": "A",
                "TTL": 300,
                "SetIdentifier": f"node-{node}/name-{name}",
                "MultiValueAnswer": True,
                "ResourceRecords": [{"Value": f"192.0.2.{node}"}],
            },
        }
        for name in range(_NAMES)
        for node in range(_NODES)
    ]
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})
    listed = [one for one in aws.records(zone) if one.type == "A"]
    assert _NAMES * _NODES == len(listed)
    assert _NAMES * _NODES == len({(one.name, one.set_identifier) for one in listed})
