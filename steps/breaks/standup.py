"""Breaks of the estate that a second run puts right, and has to say so."""

from __future__ import annotations

from typing import Any

from seatrial.faults import CallAws
from seatrial.sabotage import Sabotage, Site
from steps.breaks import rounds
from steps.breaks.access import forgetting


def put_right_by_a_second_run(site: Site) -> tuple[str, ...]:
    """Have a bucket forget, a group grow, and a record lead elsewhere: nothing of it is a workload or a process."""
    bucket, group = site.facts.bucket, f"nodes-eu-west-1c.{site.facts.cluster}"
    site.inject(forgetting(bucket))
    five, one = ({"AutoScalingGroupName": group, "MaxSize": most} for most in (5, 1))
    site.inject(CallAws("autoscaling", "update_auto_scaling_group", five, "update_auto_scaling_group", one))
    name = f"api.internal.{site.facts.zone}"
    own = _record(site, name)
    astray = own | {"ResourceRecords": [{"Value": "192.0.2.10"}]}
    site.inject(CallAws("route53", _CHANGE, _upsert(site, astray), _CHANGE, _upsert(site, own)))
    return f"buckets {bucket}", f"auto scaling groups {group}", f"records {name}"


_CHANGE = "change_resource_record_sets"


def _record(site: Site, name: str) -> dict[str, Any]:
    found = site.aws("route53").list_resource_record_sets(HostedZoneId=site.facts.zone_id)["ResourceRecordSets"]
    return next(dict(record) for record in found if record["Name"] == f"{name}.")


def _upsert(site: Site, record: dict[str, Any]) -> dict[str, Any]:
    changes = [{"Action": "UPSERT", "ResourceRecordSet": record}]
    return {"HostedZoneId": site.facts.zone_id, "ChangeBatch": {"Changes": changes}}


SABOTAGES = (
    Sabotage(
        "a second run puts the estate right",
        put_right_by_a_second_run,
        "features/standup/standup.feature::A second run",
        rounds.AGAIN,
        ("nothing was changed",),
    ),
)
