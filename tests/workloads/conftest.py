"""What the tests of the workloads share: the specification, tools, a rendered platform and a control plane."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lightkube import Client

from provision.spec import PlatformSpec
from provision.spec_file import read
from provision.workloads import Certificate, MemberVolume, OverlayValues, Workloads

from .control_plane import Tools, control_plane, find_tool

VALUES = OverlayValues(
    mark="7a3c9f2e-0c52-4e0e-9f0e-6a3a4d1f8b11",
    hosted_zone_id="Z0123456789",
    volumes=tuple(MemberVolume(i, f"vol-000{i}", f"eu-west-1{zone}") for i, zone in enumerate("abc")),
    certificate=Certificate(b"a certificate", b"a key"),
)


def tool(name: str) -> Path:
    found = find_tool(name)
    if found is None:
        pytest.skip(f"no {name} in KUBEBUILDER_ASSETS or in the toolchain's cache; `make verify` fills the cache")
    return found


@pytest.fixture(scope="session")
def spec() -> PlatformSpec:
    return read()


@pytest.fixture(scope="session")
def kubectl() -> Path:
    return tool("kubectl")


@pytest.fixture(scope="session")
def platform(spec: PlatformSpec, kubectl: Path, tmp_path_factory: pytest.TempPathFactory) -> Workloads:
    """Return the platform team1 of the target local, rendered once: only to be read."""
    workloads = Workloads(spec, "team1", "local", tmp_path_factory.mktemp("team1"), kubectl)
    workloads.write_overlay(VALUES)
    return workloads


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Return a client of a control plane of the tests' own."""
    tools = Tools(tool("etcd"), tool("kube-apiserver"), tool("kube-controller-manager"))
    with control_plane(tools, tmp_path_factory.mktemp("control-plane")) as client:
        yield client
