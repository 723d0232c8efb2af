"""A look at the zone that failed does not have the next change written nowhere."""

from __future__ import annotations

from unittest.mock import MagicMock

import pytest
from botocore.exceptions import ClientError
from dns_updater.config import settings_from
from dns_updater.model import RecordSet
from dns_updater.plan import Change
from dns_updater.zone import Zone


def test_a_change_after_a_look_that_failed() -> None:
    """What is to be written goes to the zone, not to one without an id."""
    client = MagicMock()
    client.get_hosted_zone.return_value = {"HostedZone": {"Name": "red.example.com."}}
    pages = client.get_paginator.return_value.paginate
    pages.side_effect = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "ListResourceRecordSets")
    zone = Zone(client, settings_from({"TEAM": "red", "ZONE": "red.example.com", "HOSTED_ZONE_ID": "Z1"}))
    with pytest.raises(ClientError):
        zone.refresh()

    zone.apply({"a": [Change("UPSERT", RecordSet("a", "A", "m/1", 300, ("192.0.2.1",), None, True))]})

    assert ["Z1"] == [call.kwargs["HostedZoneId"] for call in client.change_resource_record_sets.call_args_list]
