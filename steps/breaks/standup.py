"""Breaks of the estate that a second run puts right, and has to say so."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from seatrial.faults import CallAws, Fault, Freeze
from seatrial.faults.base import Memory
from seatrial.provisioning.contract import Actuators
from seatrial.provisioning.state import PlatformState
from seatrial.sabotage import Sabotage, Site
from steps.breaks import rounds
from steps.breaks.access import forgetting
from steps.breaks.masters import silent
from steps.support.site import begun, nodes, once

_STANDUP = "features/standup/standup.feature"
_MISSING = f"{_STANDUP}::A node is missing"
_MOST = 14 * 60  # seconds


@dataclass(frozen=True)
class Rerecord(Fault):
    """Have a standup gone otherwise, as its record has it; undone by putting the record back.

    Attributes:
        folder: That of the platform's state.
        record: The record's name.
        value: What it is to say.
    """

    kind: ClassVar[str] = "rerecord"
    folder: str
    record: str
    value: dict[str, Any]

    def before(self, actuators: Actuators[Any]) -> Memory:  # noqa: ARG002
        """Keep the record."""
        return {"was": self._state().read(self.record)}

    def apply(self, actuators: Actuators[Any]) -> None:  # noqa: ARG002
        """Write another."""
        self._state().write(self.record, self.value)

    def undo(self, actuators: Actuators[Any], memory: Memory) -> None:  # noqa: ARG002
        """Put it back."""
        self._state().write(self.record, memory["was"])

    def _state(self) -> PlatformState:
        folder = Path(self.folder)
        return PlatformState(folder.parent.parent, folder.name)


def rerecord(site: Site, record: str, value: dict[str, Any]) -> None:
    """Have a record of the platform say something else."""
    site.inject(Rerecord(str(site.platform.state.dir), record, value))


def gone_otherwise(site: Site) -> tuple[str, ...]:
    """Have a standup taken two steps the wrong way round, made sure of nothing in one, and not ended another."""
    record = site.platform.state.read("standup") or {}
    steps = {number: dict(step) for number, step in record["steps"].items()}
    steps["4"]["step"], steps["5"]["step"] = steps["5"]["step"], steps["4"]["step"]
    steps["3"]["gates"] = {}
    steps["7"]["done"] = False
    rerecord(site, "standup", record | {"steps": steps})
    return ()


def gone_slowly(site: Site) -> tuple[str, ...]:
    record = site.platform.state.read("platform") or {}
    rerecord(site, "platform", record | {"seconds": _MOST + 1.0})
    return (f"{_MOST + 1}",)


def node_stays_lost(site: Site) -> tuple[str, ...]:
    """Have nobody start a lost node again; a master is silent meanwhile, so that no other lack is looked at."""
    silent(3)(site)
    node = nodes(site)[0].metadata.name

    def lost() -> bool:
        found = next(n for n in nodes(site) if n.metadata.name == node)
        ready = any(c.status == "True" for c in found.status.conditions if c.type == "Ready")
        return begun(site, _MISSING) and not ready

    once(site, lost, lambda: site.inject(Freeze("machines")))
    return (str(node),)


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
        f"{_STANDUP}::A second run",
        rounds.AGAIN,
        ("nothing was changed",),
    ),
    Sabotage(
        "steps the wrong way round",
        gone_otherwise,
        f"{_STANDUP}::The seven steps",
        rounds.ASTRAY,
        ("steps", "backing services"),
    ),
    Sabotage(
        "a step that made sure of nothing",
        gone_otherwise,
        f"{_STANDUP}::Every step after the first made sure of its outcome",
        rounds.ASTRAY,
        ("MongoDB volumes", "at least one gate"),
    ),
    Sabotage(
        "a standup that took too long", gone_slowly, f"{_STANDUP}::The whole standup", rounds.ASTRAY, ("at most 840 s",)
    ),
    # the last of its round: it leaves no machine to be lost
    Sabotage("a node stays lost", node_stays_lost, _MISSING, rounds.QUORUM, ("ready yes", "ready no")),
)
