"""What kops makes of a later version of Kubernetes, on a moto server: whom it would replace, when, and that it does."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from provision.estate import AwsAccess, Estate, Kops
from provision.spec import PlatformSpec

pytestmark = pytest.mark.long

TEAM = "risen"
_ROW = re.compile(r"^(?P<group>(control-plane|nodes)-\S+)\s+(?P<status>NeedsUpdate|Ready)\s", re.MULTILINE)
_AT_ONCE = ("--control-plane-interval", "0s", "--node-interval", "0s")


@pytest.fixture(scope="module")
def at(
    access: AwsAccess, spec: PlatformSpec, kops_binary: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], tuple[Kops, Estate]]:
    """Gives kops and the estate as platform.yaml has them with a version of Kubernetes."""
    folder = tmp_path_factory.mktemp("kops")

    def made(version: str) -> tuple[Kops, Estate]:
        agreed = spec.model_copy(update={"kubernetes": version})
        kops = Kops(kops_binary, access, agreed, TEAM, folder)
        return kops, Estate(agreed, TEAM, access, kops)

    return made


def _outdated(kops: Kops) -> set[str]:
    """Return the roles of which kops would replace machines."""
    said = kops._run("rolling-update", "cluster", *kops._cluster(), "--cloudonly")
    rows = [row.groupdict() for row in _ROW.finditer(said)]
    assert 6 == len(rows), said
    return {row["group"].rpartition("-eu-")[0] for row in rows if row["status"] == "NeedsUpdate"}


def test_masters_are_outdated_before_nodes(
    at: Callable[[str], tuple[Kops, Estate]], ca: tuple[Path, Path], encryption: Path
) -> None:
    """At first the masters' groups alone are changed, then the nodes'; then every machine is replaced, in its group."""
    kops, estate = at("1.36.0")
    estate.ensure_store()
    estate.ensure_zone()
    estate.ensure_cluster(*ca, encryption)
    before = {machine.id: machine.group for machine in estate.instances()}
    assert set() == _outdated(kops)

    kops, estate = at("1.36.1")
    estate.ensure_cluster(*ca, encryption, masters_alone=True)
    assert {"control-plane"} == _outdated(kops)
    assert before.keys() == {machine.id for machine in estate.instances()}
    kops.update()
    assert {"control-plane", "nodes"} == _outdated(kops)

    kops._run("rolling-update", "cluster", *kops._cluster(), "--cloudonly", "--yes", *_AT_ONCE, patience=300)
    after = {machine.id: machine.group for machine in estate.instances()}
    assert set() == _outdated(kops)
    assert set() == before.keys() & after.keys()
    assert sorted(map(str, before.values())) == sorted(map(str, after.values()))
