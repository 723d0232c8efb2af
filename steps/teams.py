"""Words about whose things are, and about the things of other teams."""

from __future__ import annotations

from typing import Any

from lightkube.resources.core_v1 import ConfigMap
from pytest_bdd import given, parsers, then

from seatrial import declaration
from seatrial.checks.convergence import always, eventually
from seatrial.checks.expectations import Rows, every, rows
from seatrial.faults import Journal
from seatrial.observers.aws import Aws
from seatrial.observers.cluster import Cluster
from steps.support import names
from steps.support.capabilities import Platform
from steps.support.faults import ForeignVolume, ForeignZone
from steps.support.limits import TIME
from steps.support.machines import Estate


@then(parsers.parse("all {things} of the platform bear the name of the team"))
@declaration
def _(estate: Estate, platform: Platform, things: str) -> None:
    ours = every(things, team=platform.facts.cluster)
    eventually(lambda: estate.owners(things), ours, within=TIME.settle)


@then("the platform's zone is named after the team")
def _(aws: Aws, platform: Platform) -> None:
    zone = platform.facts.zone
    assert zone.startswith(f"{platform.team}."), f"expected a zone named after {platform.team}, got {zone}"
    there = rows("zones", {zone: {"zones": 1}}, exactly=False)
    eventually(lambda: names.zones(aws), there, within=TIME.settle)


@then("the team's bucket is named after the team")
@declaration
def _(aws: Aws, platform: Platform) -> None:
    there = rows("buckets", {f"{platform.team}-store": {}}, exactly=False)
    eventually(lambda: {b.name: {} for b in aws.buckets()}, there, within=TIME.settle)


@then("the platform carries the ownership mark of the team")
@declaration
def _(cluster: Cluster, platform: Platform) -> None:
    def marks() -> Rows:
        found: list[Any] = list(cluster.all(ConfigMap, name="seatrial-ownership", namespace="kube-system"))
        return {
            m.metadata.name: {"team": (m.data or {}).get("team"), "mark": bool((m.data or {}).get("mark"))}
            for m in found
        }

    eventually(marks, every("ownership marks", team=platform.team, mark=True), within=TIME.settle)


@given(parsers.parse('a volume of the team "{team}"'), target_fixture="foreign")
def _(estate: Estate, changes: Journal, team: str) -> Rows:
    changes.inject(ForeignVolume(team, str(next(iter(estate.machines().values()))["zone"])))
    return estate.volumes_of(team)


@then(parsers.parse('the volume of the team "{team}" is as it was'))
def _(estate: Estate, foreign: Rows, team: str) -> None:
    always(lambda: estate.volumes_of(team), rows(f"volumes of {team}", foreign), during=TIME.window)


@given(parsers.parse('a zone of the team "{team}" with a record for "{name}"'), target_fixture="foreign")
def _(aws: Aws, changes: Journal, platform: Platform, team: str, name: str) -> Rows:
    zone = f"{team}.{platform.facts.zone.partition('.')[2]}"
    record = {"Name": f"{name}.{zone}.", "Type": "A", "TTL": 300, "ResourceRecords": [{"Value": "192.0.2.1"}]}
    changes.inject(ForeignZone(zone, record))
    return names.in_zone(aws, zone)


@then(parsers.parse('the record for "{name}" in the zone of the team "{team}" is as it was'))
def _(aws: Aws, platform: Platform, foreign: Rows, name: str, team: str) -> None:
    zone = f"{team}.{platform.facts.zone.partition('.')[2]}"
    always(lambda: names.in_zone(aws, zone), rows(f"records of {zone}, {name} among them", foreign), during=TIME.window)
