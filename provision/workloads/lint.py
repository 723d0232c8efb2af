"""Linting the manifests without a platform: every overlay with every ingress controller."""

from __future__ import annotations

import itertools
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import get_args

import yaml

from provision.estate import Keys
from provision.spec import PlatformSpec
from provision.workloads import confined
from provision.workloads.check import Problem, check, check_schemas
from provision.workloads.errors import WorkloadsError
from provision.workloads.overlay import MANIFESTS, controllers, sources, write_overlay
from provision.workloads.render import render
from provision.workloads.schema import Schemas
from provision.workloads.values import Certificate, MemberVolume, OverlayValues
from provision.workloads.volumes import Target
from seatrial import bounded_yaml


def lint(spec: PlatformSpec, manifests: Path = MANIFESTS, kubectl: Path | None = None) -> list[Problem]:
    """Check the manifests against the schemas of the pinned version and the rules of the house.

    Args:
        spec: The platform's parameters.
        manifests: The folder of the manifests.
        kubectl: Renders each overlay with each ingress controller, and what comes out is checked. Without it the
            files are checked as they stand, one by one.

    Returns:
        All problems, each once.
    """
    if found := confined.problems(manifests):
        return found
    if kubectl is None:
        found = _files(manifests, Schemas(spec.kubernetes))
    else:
        combinations = list(itertools.product(get_args(Target), controllers(manifests)))
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            results = pool.map(lambda one: _combination(spec, one[0], one[1], manifests, kubectl), combinations)
            found = [problem for problems in results for problem in problems]
    return list(dict.fromkeys(found))


def _combination(spec: PlatformSpec, target: Target, controller: str, manifests: Path, kubectl: Path) -> list[Problem]:
    chosen = spec.model_copy(update={"ingress": spec.ingress.model_copy(update={"controller": controller})})
    schemas = Schemas(spec.kubernetes)
    with tempfile.TemporaryDirectory(prefix="seatrial-lint-") as folder:
        try:
            write_overlay(Path(folder), chosen, "lint", target, example(spec), manifests=manifests)
            objects = render(Path(folder), kubectl)
            return check(objects, chosen, schemas, sources(chosen, target, manifests))
        except WorkloadsError as error:
            place = manifests / "overlays" / target
            return [
                Problem(str(place), f"with {controller}", "", str(error).replace(folder, "(the platform's overlay)"))
            ]


def example(spec: PlatformSpec) -> OverlayValues:
    """Return values that no platform has, so that the manifests can be rendered without one."""
    volumes = tuple(
        MemberVolume(member, f"vol-{member:017x}", spec.zones[member % len(spec.zones)])
        for member in range(spec.mongodb.members)
    )
    mark = "00000000-0000-4000-8000-000000000000"
    return OverlayValues(mark, "Z0", volumes, Certificate(b"-", b"-"), Keys("-", "-"))


def _files(manifests: Path, schemas: Schemas) -> list[Problem]:
    problems: list[Problem] = []
    for folder in ("base", "components", "overlays"):
        for file in sorted((manifests / folder).rglob("*.yaml")):
            if file.name == "kustomization.yaml":
                continue
            try:
                documents = list(yaml.load_all(bounded_yaml.read(file), Loader=bounded_yaml.LOADER))
            except yaml.YAMLError as error:
                problems.append(Problem(str(file), "", "", f"not YAML: {error}"))
                continue
            objects = [one for one in documents if isinstance(one, dict) and "kind" in one and "metadata" in one]
            problems += check_schemas(objects, schemas, [file])
    return problems
