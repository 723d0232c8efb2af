"""Everything bears the team, the run that made it, and when it is over; a second run changes none of that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from provision.estate import AwsAccess, Estate, Kops
from provision.estate.belongings import belongings
from provision.estate.names import EXPIRES_TAG, RUN_TAG, TEAM_TAG
from provision.spec import PlatformSpec
from provision.targets.aws.labels import labels
from seatrial.provisioning.state import PlatformState

TEAM = "labelled"
_UNTAGGED = (
    "delegations",
    "network interfaces",
    "records",
    "objects",
    "event rules",
    "queues",
    "key pairs",
    "instance profiles",
    "roles",
    "users",
)
"""Kinds that cannot bear tags, or whose tags are looked up elsewhere."""


@pytest.fixture
def begun(tmp_path: Path) -> PlatformState:
    """The state of a platform that was begun on the first of January."""
    state = PlatformState(tmp_path, TEAM)
    state.write("platform", {"target": "aws", "mark": "run-1", "began": 1767225600.4})
    return state


@pytest.fixture
def estate(
    access: AwsAccess, spec: PlatformSpec, kops_binary: Path, begun: PlatformState, tmp_path: Path
) -> Iterator[Estate]:
    """An estate with labels, to be stood up."""
    tags, folder = labels(begun, spec), tmp_path / "kops"
    folder.mkdir(mode=0o700)
    kops = Kops(kops_binary, access, spec, TEAM, folder, labels=tags)
    made = Estate(spec, TEAM, access, kops, labels=tags)
    yield made
    made.destroy(within=120)


def test_which_labels(begun: PlatformState, spec: PlatformSpec, tmp_path: Path) -> None:
    """The time at which it is over follows from the beginning and the lifetime; what was not begun has none."""
    assert {RUN_TAG: "run-1", EXPIRES_TAG: "2026-01-08T00:00:00Z"} == labels(begun, spec)
    assert {} == labels(PlatformState(tmp_path, "nobody"), spec)


def test_everything_is_labelled(
    estate: Estate, access: AwsAccess, ca: tuple[Path, Path], encryption: Path, tmp_path: Path
) -> None:
    """Whatever kops and we make has all three tags, and a second run finds nothing to change."""
    for _ in range(2):
        estate.ensure_store()
        estate.ensure_zone()
        estate.ensure_cluster(*ca, encryption)
        estate.ensure_volumes()
    rows = belongings(access, estate.names)
    wanted = {f"{TEAM_TAG}={TEAM}", f"{RUN_TAG}=run-1", f"{EXPIRES_TAG}=2026-01-08T00:00:00Z"}
    bare = {
        what: wanted - row.get("Tags", set())  # type: ignore[operator]
        for what, row in rows.items()
        if not what.startswith(_UNTAGGED) and not wanted <= row.get("Tags", set())  # type: ignore[operator]
    }
    assert {} == bare
    assert len(rows) > 40
    assert [] == estate._kops.changes()
    assert re.search(r"cloudLabels:\n +seatrial.dev/expires: ", estate._kops.manifest.read_text())
