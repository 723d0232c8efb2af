"""Checking before applying: each mistake is found, with its file, line and field."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from provision.spec import PlatformSpec
from provision.workloads import Workloads, WorkloadsError, lint
from provision.workloads.overlay import MANIFESTS
from provision.workloads.schema import Schemas

from .conftest import VALUES


@pytest.fixture
def manifests(tmp_path: Path) -> Path:
    """Return a copy of the manifests to break."""
    return Path(shutil.copytree(MANIFESTS, tmp_path / "manifests"))


def broken(file: Path, old: str, new: str) -> int:
    """Replace the first *old* in *file*; give its line."""
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))
    return text[: text.index(old)].count("\n") + 1


def problems(spec: PlatformSpec, manifests: Path, kubectl: Path, state: Path) -> list[str]:
    workloads = Workloads(spec, "team1", "local", state, kubectl, manifests=manifests)
    workloads.write_overlay(VALUES)
    return [str(problem) for problem in workloads.check()]


def test_misspelt_field(spec: PlatformSpec, kubectl: Path, manifests: Path, tmp_path: Path) -> None:
    """A field that Kubernetes does not know is refused, with its line and the field that was probably meant."""
    file = manifests / "base" / "backing" / "kibana" / "kibana.yaml"
    line = broken(file, "readinessProbe:", "readynessProbe:")
    expected = (
        f"{file}:{line}: Deployment backing/kibana: spec.template.spec.containers[0].readynessProbe: "
        "no such field; did you mean 'readinessProbe'?"
    )
    assert [expected] == problems(spec, manifests, kubectl, tmp_path)


def test_all_at_once(spec: PlatformSpec, kubectl: Path, manifests: Path, tmp_path: Path) -> None:
    """Mistakes in several files are told together."""
    first = manifests / "base" / "microservices" / "msvc1.yaml"
    second = manifests / "base" / "backing" / "influxdb" / "influxdb.yaml"
    third = manifests / "components" / "nginx" / "controller" / "daemonset.yaml"
    expected = [
        f"{first}:{broken(first, 'progressDeadlineSeconds: 120', 'progressDeadlineSeconds: soon')}",
        f"{second}:{broken(second, 'periodSeconds: 2', 'periodSecond: 2')}",
        f"{third}:{broken(third, 'terminationGracePeriodSeconds: 30', 'terminationGracePeriodSeconds: brief')}",
    ]
    found = [problem.split(": ")[0] for problem in problems(spec, manifests, kubectl, tmp_path)]
    assert sorted(expected) == sorted(found)


def test_unknown_kind(spec: PlatformSpec) -> None:
    """A kind that the pinned version does not have is refused."""
    obj = {"apiVersion": "extensions/v1beta1", "kind": "Ingress", "metadata": {"name": "old"}}
    assert [misfit.message for misfit in Schemas(spec.kubernetes).misfits(obj)] == [
        "Kubernetes 1.36 has no Ingress in extensions/v1beta1"
    ]


def test_unknown_version() -> None:
    """A version without schemas is one clear message."""
    with pytest.raises(WorkloadsError, match=r"no schemas for Kubernetes 1\.99 \(platform\.yaml: kubernetes\)"):
        Schemas("1.99.0")


def test_moving_tag(spec: PlatformSpec, kubectl: Path, manifests: Path, tmp_path: Path) -> None:
    """An image whose tag moves needs the pull policy Always."""
    broken(manifests / "overlays" / "local" / "kustomization.yaml", "newTag: 12.2.0", "newTag: latest")
    (found,) = problems(spec, manifests, kubectl, tmp_path)
    assert "Deployment backing/grafana: spec.template.spec.containers[0].image: the tag of" in found


def test_forgotten_microservice(spec: PlatformSpec, kubectl: Path, manifests: Path, tmp_path: Path) -> None:
    """A microservice of platform.yaml without a manifest is named."""
    names = [*spec.microservices.names, "msvc3"]
    more = spec.model_copy(update={"microservices": spec.microservices.model_copy(update={"names": names})})
    expected = "no manifest; expected it in manifests/base/microservices/msvc3.yaml"
    assert [
        f"platform.yaml: {kind} microservices/msvc3: microservices.names: {expected}"
        for kind in ("Deployment", "Service")
    ] == problems(more, manifests, kubectl, tmp_path)


def test_kustomize_refuses(spec: PlatformSpec, kubectl: Path, manifests: Path, tmp_path: Path) -> None:
    """What kustomize itself refuses is told in its words."""
    broken(manifests / "base" / "kustomization.yaml", "dns]", "dns, dns]")
    with pytest.raises(WorkloadsError, match=r"(?s)kustomize refuses .*already registered id"):
        problems(spec, manifests, kubectl, tmp_path)


def test_nothing_of_that_name(spec: PlatformSpec, kubectl: Path, manifests: Path, tmp_path: Path) -> None:
    """What a kustomization names and the manifests do not have is told with the file that names it."""
    broken(manifests / "base" / "kustomization.yaml", "dns]", "nowhere]")
    with pytest.raises(WorkloadsError, match=r"base/kustomization.yaml: kustomization: resources: nowhere: expected"):
        problems(spec, manifests, kubectl, tmp_path)


def test_lint_without_kubectl(spec: PlatformSpec, manifests: Path) -> None:
    """The schema is asked even where nothing can be rendered."""
    file = manifests / "base" / "ingress" / "service.yaml"
    line = broken(file, "targetPort: https", "target: https")
    expected = f"{file}:{line}: Service ingress/ingress-controller: spec.ports[1].target: no such field"
    assert [expected] == [str(problem).partition("; did")[0] for problem in lint(spec, manifests)]


def test_lint_reads_yaml(spec: PlatformSpec, manifests: Path) -> None:
    """A file that is not YAML is named, and the others are still read."""
    file = manifests / "base" / "dns" / "updater.yaml"
    file.write_text("a: [")
    (problem,) = lint(spec, manifests)
    assert (str(file), True) == (problem.where, problem.message.startswith("not YAML: "))
