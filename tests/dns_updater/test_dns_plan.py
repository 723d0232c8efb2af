"""The plan: what changes in the zone, from the cluster and the zone alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from dns_updater.config import ConfigError, settings_from
from dns_updater.model import Node, RecordSet, Snapshot
from dns_updater.plan import Change, identifier, plan, wanted

SETTINGS = settings_from({"TEAM": "team1", "ZONE": "team1.example.com"})
ZONE = "team1.example.com"
A = Node("node-a", "uid-a", "172.20.32.5")
B = Node("node-b", "uid-b", "172.20.64.5")
CHECKS = {A: "check-a", B: "check-b"}


def cluster(*services: str, nodes: Iterable[Node] = (A, B), ready: Iterable[str] = ("node-a", "node-b")) -> Snapshot:
    return Snapshot(frozenset(services), frozenset(nodes), frozenset(ready))


def foreign(name: str, kind: str = "A", *, multivalue: bool = False, mark: str = "") -> RecordSet:
    return RecordSet(f"{name}.{ZONE}", kind, mark, 60, ("192.0.2.1",), None, multivalue)


def test_every_service_gets_an_answer_for_each_ready_node() -> None:
    """A new service gets one record set for each node with a ready controller."""
    changes = plan(cluster("web"), ZONE, [], CHECKS, SETTINGS).changes

    expected = [
        RecordSet(f"web.{ZONE}", "A", "seatrial/team1/node-a/web", 300, ("172.20.32.5",), "check-a", True),
        RecordSet(f"web.{ZONE}", "A", "seatrial/team1/node-b/web", 300, ("172.20.64.5",), "check-b", True),
    ]
    assert {f"web.{ZONE}": [Change("UPSERT", record) for record in expected]} == changes


def test_nothing_changes_when_the_zone_is_right() -> None:
    """What stands as wanted is not written again."""
    records = wanted(cluster("web", "api"), ZONE, CHECKS, SETTINGS)

    assert {} == plan(cluster("web", "api"), ZONE, records, CHECKS, SETTINGS).changes


@pytest.mark.parametrize("wrong", [{"ttl": 60}, {"values": ("192.0.2.9",)}, {"health_check": None}])
def test_an_own_record_that_differs_is_written_again(wrong: dict[str, Any]) -> None:
    """A wrong TTL, value or health check of an own record is put right, and that record only."""
    right = wanted(cluster("web"), ZONE, CHECKS, SETTINGS)

    changes = plan(cluster("web"), ZONE, [replace(right[0], **wrong), right[1]], CHECKS, SETTINGS).changes

    assert {f"web.{ZONE}": [Change("UPSERT", right[0])]} == changes


def test_a_removed_service_loses_its_records() -> None:
    """Own records of a service that is no more are deleted."""
    old = wanted(cluster("web"), ZONE, CHECKS, SETTINGS)

    changes = plan(cluster("api"), ZONE, old, CHECKS, SETTINGS).changes

    assert [Change("DELETE", record) for record in old] == changes[f"web.{ZONE}"]


def test_a_node_whose_controller_is_not_ready_leaves_the_answers() -> None:
    """Only the answer of the node in question is deleted."""
    old = wanted(cluster("web"), ZONE, CHECKS, SETTINGS)

    changes = plan(cluster("web", ready=["node-b"]), ZONE, old, CHECKS, SETTINGS).changes

    assert {f"web.{ZONE}": [Change("DELETE", old[0])]} == changes


def test_a_replaced_node_changes_its_name_in_one_group() -> None:
    """The old answer's deletion and the new answer's creation belong together."""
    old = wanted(cluster("web", nodes=[A]), ZONE, CHECKS, SETTINGS)

    changes = plan(cluster("web", nodes=[B]), ZONE, old, CHECKS, SETTINGS).changes

    assert ["DELETE", "UPSERT"] == [change.action for change in changes[f"web.{ZONE}"]]


@pytest.mark.parametrize("obstacle", [foreign("web"), foreign("web", "CNAME"), foreign("web", mark="weighted")])
def test_a_foreign_record_in_the_way_is_left_alone(obstacle: RecordSet) -> None:
    """The name of somebody else's record is left out as a conflict; the other names go on."""
    result = plan(cluster("web", "api"), ZONE, [obstacle], CHECKS, SETTINGS)

    assert [f"api.{ZONE}"] == list(result.changes)
    assert [f"web.{ZONE}"] == list(result.conflicts)


def test_foreign_records_are_never_deleted() -> None:
    """Records without the mark, and those with the mark of another platform, stay, wanted or not."""
    strangers = [foreign("old", mark="seatrial/team10/node-a/old", multivalue=True), foreign("mail", "MX")]

    assert [f"web.{ZONE}"] == list(plan(cluster("web"), ZONE, strangers, CHECKS, SETTINGS).changes)


@pytest.mark.parametrize("disturbed", [cluster("web", ready=[]), cluster()])
def test_a_disturbance_does_not_empty_the_zone(disturbed: Snapshot) -> None:
    """Without any ready controller, or without any service at all, the records stay, and the reason is given."""
    old = wanted(cluster("web"), ZONE, CHECKS, SETTINGS)

    result = plan(disturbed, ZONE, old, CHECKS, SETTINGS)

    assert {} == result.changes
    assert "stay as they are" in result.held


def test_an_identifier_fits_route53() -> None:
    """The longest names still give distinct set identifiers of at most 128 characters that bear the mark."""
    node = Node("n" * 63 + ".eu-west-1.compute.internal", "uid", "172.20.0.1")
    both = {identifier(SETTINGS, node, "s" * 62 + end) for end in "ab"}

    assert 2 == len(both)
    assert all(len(one) <= 128 and one.startswith("seatrial/team1/") for one in both)


def test_all_mistakes_in_the_settings_are_told_at_once() -> None:
    """Wrong settings are refused with a line for each mistake."""
    with pytest.raises(ConfigError) as caught:
        settings_from({"TEAM": "Team 1", "TTL": "0", "ADDRESS_TYPE": "Hostname", "INGRESS_SELECTOR": "a in (b)"})

    told = [line.split(":")[0] for line in str(caught.value).splitlines()]
    assert ["ADDRESS_TYPE", "INGRESS_SELECTOR", "TEAM", "TTL", "ZONE"] == sorted(told)
