"""What a standup would do to one platform: kops's own preview, the estate beside it, and the manifests."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx2
from lightkube import ApiError

from provision.estate import planning
from provision.observers.drift import Drift
from provision.targets.base.builder import Builder
from provision.targets.base.kops_preview import by_kops
from provision.targets.base.parts import Parts
from provision.workloads import FieldDrift, OverlayValues, Workloads
from provision.workloads.lint import example
from provision.workloads.objects import label
from seatrial import contained
from seatrial.errors import SeatrialError
from seatrial.provisioning.planned import Bill, Change, Plan

_LATER = "records and health checks: the DNS updater makes them once it runs"
_PASSWORD = "grafana-password"  # noqa: S105 - the name of a file, which is made once for a platform


def plan(parts: Parts, builder: Builder, *, prune: bool, bill: Bill | None) -> Plan:
    """Return what a standup of the platform that *parts* make would do; nothing of it is made.

    Args:
        parts: The platform's parts, whose cloud can be asked.
        builder: What would build it.
        prune: Whether what nobody agreed on would be removed from the cluster.
        bill: What it costs.

    Raises:
        SeatrialError: If the cloud cannot be looked at.
    """
    with tempfile.TemporaryDirectory(prefix="seatrial-plan-") as made:
        folder = Path(made)
        found = [*by_kops(parts), *planning.changes(parts.estate, parts.spec, updater=parts.target == "aws")]
        if not parts.kubeconfig.exists():
            return Plan([*found, *_all_objects(parts, folder)], [_LATER], bill)
        try:
            return Plan([*found, *_of_manifests(parts, builder.values(), folder, prune=prune)], [], bill)
        except (SeatrialError, ApiError, httpx2.HTTPError) as error:
            return Plan(found, [f"the manifests are not compared with the cluster: {error}"], bill)


def _all_objects(parts: Parts, folder: Path) -> list[Change]:
    workloads = _workloads(parts, folder)
    workloads.write_overlay(example(parts.spec))
    return [Change("made", label(obj)) for obj in workloads.objects()]


def _of_manifests(parts: Parts, values: OverlayValues, folder: Path, *, prune: bool) -> Iterator[Change]:
    workloads = _workloads(parts, folder)
    kept = contained.read(parts.state.dir / "workloads" / _PASSWORD, below=parts.state.dir)
    if kept is not None:
        contained.folder(folder / "workloads")
        contained.write(folder / "workloads" / _PASSWORD, kept)
    workloads.write_overlay(values)
    in_git = {label(obj) for obj in workloads.objects()}
    fields: dict[str, list[FieldDrift]] = {}
    for one in Drift(lambda: workloads, parts.kube, parts.state).differences():
        if one.path:
            fields.setdefault(one.object, []).append(one)
        elif one.wanted is None:
            yield Change(
                "removed" if prune else "left", one.object, "" if prune else "nobody agreed on it: see --prune"
            )
        else:
            yield Change("made", one.object)
    for thing, some in fields.items():
        told = ", ".join(f"{one.path} from {one.found} to {one.wanted}" for one in some)
        yield Change("changed" if thing in in_git else "left", thing, told)


def _workloads(parts: Parts, folder: Path) -> Workloads:
    return Workloads(parts.spec, parts.team, parts.target, folder, parts.tools["kubectl"])
