"""Who keeps the API's internal name, when masters become others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from provision.estate.api_name import point
from provision.targets.simulated.api_name import ApiName
from provision.targets.simulated.machines import Machine

ZONE = "ours.example.com"


def machine(address: str, state: str = "running", *, master: bool = True) -> Machine:
    return Machine(address, address, address, "", "eu-west-1a", "t2.medium", "", master, state)


class Zone:
    """A hosted zone of a cloud of its own."""

    def __init__(self) -> None:
        self.route53: Any = boto3.client("route53", "eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")  # noqa: S106
        self.id = self.route53.create_hosted_zone(Name=ZONE, CallerReference="1")["HostedZone"]["Id"]

    @property
    def addresses(self) -> list[str]:
        """Where the API's name leads, and that by which machines join."""
        found = self.route53.list_resource_record_sets(HostedZoneId=self.id)["ResourceRecordSets"]
        led = {record["Name"]: [value["Value"] for value in record["ResourceRecords"]] for record in found}
        assert led[f"api.internal.{ZONE}."] == led[f"kops-controller.internal.{ZONE}."]
        return led[f"api.internal.{ZONE}."]


@pytest.fixture
def zone() -> Iterator[Zone]:
    with mock_aws():
        yield Zone()


def test_a_master_is_replaced(zone: Zone) -> None:
    """One that has ended leaves the name, its replacement joins; one that is off stays, and nodes never come in."""
    name = ApiName(zone.route53, ZONE)
    name.keep([machine("10.0.0.1"), machine("10.0.0.2", "stopped"), machine("10.0.0.9", master=False)])
    assert ["10.0.0.1", "10.0.0.2"] == zone.addresses
    name.keep([machine("10.0.0.1", "terminated"), machine("10.0.0.2"), machine("10.0.0.3")])
    assert ["10.0.0.2", "10.0.0.3"] == zone.addresses


def test_a_change_by_hand_stays(zone: Zone) -> None:
    """As long as the masters are the same nothing is written: a hand's change is for others to notice."""
    name = ApiName(zone.route53, ZONE)
    masters = [machine("10.0.0.1"), machine("10.0.0.2")]
    name.keep(masters)
    point(zone.route53, zone.id, ZONE, ["192.0.2.10"])
    name.keep(masters)
    assert ["192.0.2.10"] == zone.addresses


def test_no_master_that_is_known(zone: Zone) -> None:
    """A cloud that shows none is one that cannot be believed: the name stays."""
    name = ApiName(zone.route53, ZONE)
    name.keep([machine("10.0.0.1")])
    name.keep([])
    assert ["10.0.0.1"] == zone.addresses
