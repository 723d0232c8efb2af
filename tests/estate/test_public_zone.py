"""A public zone was there before the platform and stays: only what the platform's updater has written goes."""

from __future__ import annotations

import os
from typing import Any

from provision.estate import AwsAccess
from provision.estate.names import Names
from provision.estate.resources import KINDS
from provision.estate.scope import Scope
from provision.spec import PlatformSpec

PUBLISHED = next(kind for kind in KINDS if kind.name == "published records")


def test_what_the_updater_has_published(access: AwsAccess, spec: PlatformSpec) -> None:
    """The records of this team's updater are found and withdrawn; a colleague's, and another team's, are not."""
    names = Names(spec, "public")
    route53 = access.client("route53")
    zone = route53.create_hosted_zone(Name=names.cluster, CallerReference=os.urandom(4).hex())["HostedZone"]["Id"]

    def record(identifier: str) -> dict[str, Any]:
        weighted = {"SetIdentifier": identifier, "Weight": 1} if identifier else {}
        name = "shop" if identifier else "www"
        values = {"ResourceRecords": [{"Value": "192.0.2.1"}], "Type": "A", "TTL": 300}
        return {"Action": "UPSERT", "ResourceRecordSet": {"Name": f"{name}.{names.cluster}", **values, **weighted}}

    written: Any = [record("seatrial/public/a"), record("seatrial/publicity/a"), record("")]
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": written})
    scope = Scope(access, names)
    found = PUBLISHED.find(scope)
    assert [f"shop.{names.cluster}. A seatrial/public/a"] == found
    for one in found:
        PUBLISHED.delete(scope, one)
    assert [] == PUBLISHED.find(scope)
    left = route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    marks = {r.get("SetIdentifier", r["Name"]) for r in left if r["Type"] == "A"}
    assert {"seatrial/publicity/a", f"www.{names.cluster}."} == marks
