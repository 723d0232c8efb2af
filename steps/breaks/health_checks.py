"""Breaks of health checks: none, another team's, or one that asks something else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from seatrial.faults import CallAws, Fault
from seatrial.faults.base import Memory
from seatrial.provisioning.contract import Actuators
from seatrial.sabotage import Break, Sabotage, Site
from steps.breaks import rounds
from steps.breaks.names import change, records
from steps.support.names import fqdn
from steps.support.site import nodes, visited

_THEIRS = "another team"
_CHECKED = "features/dns/records.feature::A health check for each node"


@dataclass(frozen=True)
class DeleteCheck(Fault):
    """Delete the health check of an address; the updater makes it anew, and that is the undoing."""

    kind: ClassVar[str] = "delete-check"
    address: str

    def apply(self, actuators: Actuators[Any]) -> None:
        """Delete it."""
        for check in _checks(actuators, self.address):
            actuators.aws("route53").delete_health_check(HealthCheckId=check["Id"])

    def undo(self, actuators: Actuators[Any], memory: Memory) -> None:
        """Nothing to do: whoever holds the updater lets it go."""

    def remaining(self, actuators: Actuators[Any], memory: Memory) -> list[str]:  # noqa: ARG002
        """Name the address while nothing checks it."""
        known = any(_tags(actuators, check["Id"]) for check in _checks(actuators, self.address))
        return [] if known else [f"no health check of {self.address} that bears a name"]


def _tags(actuators: Actuators[Any], check: str) -> list[Any]:
    told = {"ResourceType": "healthcheck", "ResourceId": check}
    found: list[Any] = actuators.aws("route53").list_tags_for_resource(**told)["ResourceTagSet"]["Tags"]
    return found


@dataclass(frozen=True)
class CheckOfAnother(Fault):
    """Make a health check, as another team would that has a node at the same address; undone by deleting it."""

    kind: ClassVar[str] = "check-of-another"
    config: dict[str, Any]
    reference: str = _THEIRS

    def apply(self, actuators: Actuators[Any]) -> None:
        """Make it."""
        actuators.aws("route53").create_health_check(CallerReference=self.reference, HealthCheckConfig=self.config)

    def undo(self, actuators: Actuators[Any], memory: Memory) -> None:  # noqa: ARG002
        """Delete it."""
        for check in self.made(actuators):
            actuators.aws("route53").delete_health_check(HealthCheckId=check)

    def remaining(self, actuators: Actuators[Any], memory: Memory) -> list[str]:  # noqa: ARG002
        """Name it while it is there."""
        return [f"health check {check} of another team is still there" for check in self.made(actuators)]

    def made(self, actuators: Actuators[Any]) -> list[str]:
        """Return its id."""
        found = actuators.aws("route53").list_health_checks()["HealthChecks"]
        return [check["Id"] for check in found if check["CallerReference"] == self.reference]


def _checks(actuators: Actuators[Any], address: str) -> list[Any]:
    found = actuators.aws("route53").list_health_checks()["HealthChecks"]
    return [c for c in found if c["HealthCheckConfig"].get("IPAddress") == address]


def check_deleted(site: Site) -> tuple[str, ...]:
    """Delete a node's health check; that of another team at the same address does not count for it."""
    node = nodes(site)[1]
    site.inject(DeleteCheck(visited(site, node)))
    agreed = next(c["HealthCheckConfig"] for c in _checks(site.actuators, visited(site, nodes(site)[0])))
    site.inject(CheckOfAnother(agreed | {"IPAddress": visited(site, node)}))
    return (node.metadata.name,)


def record_on_nobodys_check(site: Site) -> tuple[str, ...]:
    """Have a record depend on a check of its own node that asks for something else, and that nobody of ours made."""
    record = records(site, "elasticsearch")[0]
    address = record["ResourceRecords"][0]["Value"]
    agreed = _checks(site.actuators, address)[0]["HealthCheckConfig"]
    stray = CheckOfAnother(agreed | {"ResourcePath": "/elsewhere"}, "a stray")
    site.inject(stray)
    change(site, record, record | {"HealthCheckId": stray.made(site.actuators)[0]})
    return fqdn(site.platform, "elasticsearch"), f"on the check of another {address}"


def check_changed(number: int, said: str, **to: Any) -> Break:
    """Change a setting of a node's health check; *said* is how the failure names it."""

    def break_(site: Site) -> tuple[str, ...]:
        node = nodes(site)[number]
        check = _checks(site.actuators, visited(site, node))[0]
        named = {"HealthCheckId": check["Id"]}
        before = {name: check["HealthCheckConfig"].get(name, False) for name in to}
        site.inject(CallAws("route53", "update_health_check", named | to, "update_health_check", named | before))
        return node.metadata.name, said

    return break_


SABOTAGES = (
    Sabotage(
        "a health check is missing", check_deleted, _CHECKED, rounds.RECORDS, ("health checks 1", "health checks 0")
    ),
    Sabotage(
        "a record depends on a check that asks elsewhere",
        record_on_nobodys_check,
        "features/dns/records.feature::Answers depend on health",
        rounds.MORE_RECORDS,
    ),
    *(
        Sabotage(f"a health check {name}", break_, _CHECKED, rounds.MORE_RECORDS)
        for name, break_ in (
            ("asks elsewhere", check_changed(0, "path /elsewhere", ResourcePath="/elsewhere")),
            ("asks another port", check_changed(0, "port 9", Port=9)),
            ("is patient", check_changed(1, "threshold 10", FailureThreshold=10)),
            ("is disabled", check_changed(2, "disabled yes", Disabled=True)),
            ("is inverted", check_changed(2, "inverted yes", Inverted=True)),
        )
    ),
)
