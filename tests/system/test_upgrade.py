"""Kubernetes is upgraded from one version to the next, with programs of both, and what was stored is there after it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from lightkube import Client
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import ConfigMap

from provision.toolchain import Toolchain
from provision.toolchain.catalogue_kubernetes import EARLIER, KUBERNETES
from seatrial.kube.client import client_of

from .sandbox import Sandbox

pytestmark = pytest.mark.long

TEAM = "risen"
_PROGRAMS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
_UPGRADE = "features/standup/upgrade.feature"


@pytest.fixture(params=[(), ("--target", "aws", "--rehearse")], ids=["local", "rehearsal"])
def way(request: pytest.FixtureRequest, sandbox: Sandbox) -> Iterator[tuple[str, ...]]:
    """How the platform is stood up; it is taken down at the end, and platform.yaml is as it was."""
    earlier = Toolchain().at(EARLIER)
    if missing := [name for name in _PROGRAMS if earlier.look(name).path is None]:
        pytest.skip(f"{', '.join(missing)} {EARLIER}: `python -m provision.toolchain --kubernetes {EARLIER}` has them")
    sandbox.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    yield request.param
    _agree(sandbox, KUBERNETES)
    sandbox.run("down", "--team", TEAM)


def _agree(sandbox: Sandbox, version: str) -> None:
    """Have platform.yaml ask for another version."""
    file = sandbox.root / "provision" / "platform.yaml"
    lines = file.read_text("utf-8").splitlines()
    where = next(number for number, line in enumerate(lines) if line.startswith("kubernetes: "))
    lines[where] = f"kubernetes: {version}"
    file.write_text("\n".join([*lines, ""]), "utf-8")


def _client(sandbox: Sandbox) -> Client:
    return client_of(sandbox.root / ".seatrial" / TEAM / "kubeconfig", sandbox.temp)


def _running(sandbox: Sandbox) -> set[str]:
    """Return the versions of the masters' programs that run, by the files that are being run."""
    names = [f"{part}-{number}" for part in ("apiserver", "controller-manager", "scheduler") for number in (1, 2, 3)]
    pids = [sandbox.state(TEAM, f"processes/{name}")["pid"] for name in names]
    return {Path(psutil.Process(pid).exe()).parents[1].name for pid in pids}


def test_up_with_a_later_version(way: tuple[str, ...], sandbox: Sandbox) -> None:
    """Every machine is replaced, in order and one at a time; nothing is lost, and it can be judged afterwards."""
    _agree(sandbox, EARLIER)
    code, said = sandbox.run("up", *way, "--team", TEAM)
    assert (0, {EARLIER}) == (code, _running(sandbox)), said
    note = ConfigMap(metadata=ObjectMeta(name="note", namespace="default"), data={"kept": "yes"})
    _client(sandbox).create(note)

    for version, why in (("1.38.0", "no minor version is skipped"), ("1.35.9", "a version is never lowered")):
        _agree(sandbox, version)
        code, said = sandbox.run("up", *way, "--team", TEAM)
        assert (4, True, False) == (code, why in said, "Traceback" in said), said

    _agree(sandbox, KUBERNETES)
    code, said = sandbox.run("up", *way, "--team", TEAM)
    assert 0 == code, said
    assert f"Kubernetes {EARLIER} upgraded to {KUBERNETES}: the API took no writes for " in said
    assert {KUBERNETES} == _running(sandbox)
    assert {"kept": "yes"} == _client(sandbox).get(ConfigMap, "note", namespace="default").data

    base = sandbox.temp / "base"
    code, said = sandbox.run("verify", *way, "--team", TEAM, f"--basetemp={base}", _UPGRADE)
    shutil.rmtree(base, ignore_errors=True)
    assert 0 == code, said
    verdicts = sandbox.verdicts(target="aws" if way else "local")
    assert {"proven", "simulated"} >= set(verdicts.values()), json.dumps(verdicts)
    assert verdicts[f"{_UPGRADE}::The API goes on working"] == ("simulated" if way else "proven")
