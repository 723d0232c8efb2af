"""The generated overlay: what it refuses, and what it keeps to itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from provision.spec import PlatformSpec
from provision.workloads import Workloads, WorkloadsError
from provision.workloads.overlay import write_overlay
from provision.workloads.volumes import persistent_volume

from .conftest import VALUES


def test_files_are_the_owners_alone(spec: PlatformSpec, tmp_path: Path) -> None:
    """Keys and passwords stand in the overlay: nobody else reads it, and no half-written file stays."""
    folder = tmp_path / "workloads"
    write_overlay(folder, spec, "team1", "local", VALUES)
    files = [
        "grafana-password",
        "kustomization.yaml",
        "ownership.yaml",
        "releases/kustomization.yaml",
        "tls.crt",
        "tls.key",
        "values.yaml",
        "volumes.yaml",
    ]
    written = {path for path in folder.rglob("*") if path.is_file()}
    assert dict.fromkeys(files, 0o600) == {f"{f.relative_to(folder)}": f.stat().st_mode & 0o777 for f in written}
    assert folder.stat().st_mode & 0o777 == 0o700


def test_written_again(spec: PlatformSpec, tmp_path: Path) -> None:
    """Writing it again changes nothing: the password stays."""
    write_overlay(tmp_path, spec, "team1", "local", VALUES)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    write_overlay(tmp_path, spec, "team1", "local", VALUES)
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}


def test_key_stays_out_of_messages() -> None:
    """The key of the certificate is not in what Python prints of the values."""
    assert "a key" not in repr(VALUES)


def test_missing_volume(spec: PlatformSpec, tmp_path: Path) -> None:
    """Every MongoDB member needs its volume."""
    with pytest.raises(WorkloadsError, match=r"each of the 3 MongoDB members .* got volumes for the members 0, 1;"):
        write_overlay(tmp_path, spec, "team1", "local", replace(VALUES, volumes=VALUES.volumes[:2]))


def test_unknown_controller(spec: PlatformSpec, tmp_path: Path) -> None:
    """A controller without a component is refused with those that there are."""
    other = spec.model_copy(update={"ingress": spec.ingress.model_copy(update={"controller": "haproxy"})})
    with pytest.raises(WorkloadsError, match=r"no component 'haproxy' .* expected one of nginx, skipper, traefik"):
        write_overlay(tmp_path, other, "team1", "local", VALUES)


def test_nothing_written_yet(spec: PlatformSpec, tmp_path: Path) -> None:
    """Rendering before the overlay is written says so."""
    with pytest.raises(WorkloadsError, match="has no overlay yet"):
        Workloads(spec, "team1", "local", tmp_path, tmp_path / "kubectl").objects()


def test_volume_of_kind() -> None:
    """The nodes of kind cannot attach an EBS volume: the data lies in a folder of the node."""
    volume = persistent_volume(VALUES.volumes[1], 20, "kind")["spec"]
    assert (
        volume["hostPath"],
        "csi" in volume,
    ) == ({"path": "/var/lib/seatrial/volumes/vol-0001", "type": "DirectoryOrCreate"}, False)
