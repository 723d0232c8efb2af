"""Every way in which records and health checks are not what services and nodes ask for is a difference, by name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from provision.observers.published import Wanted, compare
from seatrial.observers.aws import HealthCheck, Record

NAME, OF_A, OF_B = "msvc1.red.example.com", "198.51.100.1", "198.51.100.2"
CHECK = {
    "type": "HTTP", "port": 18080, "path": "/ping", "interval": 10, "threshold": 3,
    "host": None, "disabled": False, "inverted": False,
}  # fmt: skip
WANTED = Wanted({NAME}, {"a": OF_A, "b": OF_B}, {"a": OF_A, "b": OF_B}, 300, CHECK)


def record(address: str, check: str) -> Record:
    return Record(NAME, "A", 300, (address,), f"seatrial/red/{check}/msvc1", check, multi_value=True)


def checked(name: str, address: str) -> HealthCheck:
    return HealthCheck(name, "HTTP", address, 18080, "/ping", 10, 3)


A, B = record(OF_A, "1"), record(OF_B, "2")
OF_1, OF_2 = checked("1", OF_A), checked("2", OF_B)


def test_nothing_differs() -> None:
    assert compare(WANTED, [A, B], [OF_1, OF_2]) == []


@pytest.mark.parametrize(
    ("records", "checks", "said"),
    [
        ([A], [OF_1, OF_2], [f"record {NAME} to {OF_B}: missing"]),
        (
            [A, replace(B, values=("198.51.100.9",))],
            [OF_1, OF_2],
            [f"record {NAME} to 198.51.100.9: nobody agreed on it", f"record {NAME} to {OF_B}: missing"],
        ),
        (
            [A, B, replace(A, name="gone.red.example.com")],
            [OF_1, OF_2],
            [f"record gone.red.example.com to {OF_A}: nobody agreed on it"],
        ),
        ([A, B, A], [OF_1, OF_2], [f"record {NAME} to {OF_A}: nobody agreed on it"]),
        ([A, replace(B, ttl=60)], [OF_1, OF_2], [f"record {NAME} to {OF_B} TTL: expected 300, found 60"]),
        (
            [A, replace(B, health_check_id=None)],
            [OF_1, OF_2],
            [f"record {NAME} to {OF_B} health check: expected of {OF_B}, found nothing"],
        ),
        (
            [A, replace(B, health_check_id="1")],
            [OF_1, OF_2],
            [f"record {NAME} to {OF_B} health check: expected of {OF_B}, found of {OF_A}"],
        ),
        (
            [A, B],
            [OF_1, replace(OF_2, path="/else")],
            [f"health check of b at {OF_B} path: expected /ping, found /else"],
        ),
        (
            [A, B],
            [OF_1, replace(OF_2, disabled=True)],
            [f"health check of b at {OF_B} disabled: expected false, found true"],
        ),
        ([A, B], [OF_1, OF_2, checked("3", "203.0.113.5")], ["health check 3 of 203.0.113.5: nobody agreed on it"]),
        ([A, B], [OF_1, OF_2, checked("3", OF_A)], [f"health check 3 of {OF_A}: nobody agreed on it"]),
    ],
)
def test_what_differs_is_named(records: list[Record], checks: list[HealthCheck], said: list[str]) -> None:
    assert [str(one) for one in compare(WANTED, records, checks)] == said


def test_a_check_that_is_gone_is_missed_itself_and_by_its_record() -> None:
    found = [str(one) for one in compare(WANTED, [A, B], [OF_1])]
    assert found == [
        f"record {NAME} to {OF_B} health check: expected of {OF_B}, found nothing",
        f"health check of b at {OF_B}: missing",
    ]


def test_a_node_whose_controller_is_not_ready_keeps_its_check_and_has_no_record() -> None:
    without = replace(WANTED, nodes={"a": OF_A})
    assert compare(without, [A], [OF_1, OF_2]) == []
    assert [str(one) for one in compare(without, [A, B], [OF_1, OF_2])] == [
        f"record {NAME} to {OF_B}: nobody agreed on it"
    ]


def test_a_private_zone_has_records_without_checks() -> None:
    private = replace(WANTED, check=None)
    assert compare(private, [replace(A, health_check_id=None), replace(B, health_check_id=None)], []) == []
