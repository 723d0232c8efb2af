"""Checking the manifests before anything is applied: all problems at once, each with its file, line and field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from provision.spec import PlatformSpec
from provision.workloads.locate import dotted, place
from provision.workloads.objects import GROUPS, WORKLOADS, Object, group, key, label
from provision.workloads.schema import FieldPath, Schemas

MUTABLE_TAGS = ("latest", "edge", "stable", "main", "master", "nightly")


@dataclass(frozen=True)
class Problem:
    """What is wrong with a manifest.

    Attributes:
        where: The file, and the line where it is known; or the folder.
        object: The object, as in ``Deployment backing/kibana``, or "" where no object is meant.
        field: The field, as in ``spec.replicas``, or "" where the whole object is meant.
        message: What is wrong, and what was expected.
    """

    where: str
    object: str
    field: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.where, self.object, self.field, self.message) if part)


def check(objects: Iterable[Object], spec: PlatformSpec, schemas: Schemas, sources: Sequence[Path]) -> list[Problem]:
    """Check rendered objects against the schemas of the pinned version, the rules of the house, and ``platform.yaml``.

    Args:
        objects: What was rendered.
        spec: The platform's parameters.
        schemas: The schemas.
        sources: The folders that the objects come from, to name the file and line of a problem.
    """
    objects = list(objects)
    problems = check_schemas(objects, schemas, sources)
    problems += [
        Problem(place(sources, obj, path), label(obj), dotted(path), message)
        for obj in objects
        for path, message in _house_rules(obj)
    ]
    return problems + list(_missing_microservices(objects, spec))


def check_schemas(objects: Iterable[Object], schemas: Schemas, sources: Sequence[Path]) -> list[Problem]:
    """Check each object against the schema of its kind."""
    return [
        Problem(place(sources, obj, misfit.path), label(obj), dotted(misfit.path), misfit.message)
        for obj in objects
        for misfit in schemas.misfits(obj)
    ]


def _house_rules(obj: Object) -> Iterator[tuple[FieldPath, str]]:
    path: FieldPath = ("metadata", "labels")
    if "app.kubernetes.io/name" not in (obj["metadata"].get("labels") or {}):
        yield path, "expected the label app.kubernetes.io/name"
    if group(obj) not in GROUPS:
        known = ", ".join(GROUPS)
        yield path, f"expected the label seatrial.dev/group with one of {known}; without it no step applies this"
    if obj["kind"] in WORKLOADS:
        yield from _images(obj)


def _images(obj: Object) -> Iterator[tuple[FieldPath, str]]:
    pod: dict[str, Any] = obj.get("spec", {}).get("template", {}).get("spec", {})
    for field in ("initContainers", "containers"):
        for index, container in enumerate(pod.get(field) or []):
            path = ("spec", "template", "spec", field, index, "image")
            image = str(container.get("image", ""))
            tag = image.rpartition("/")[2].partition(":")[2]
            if "@" in image:
                continue
            if not tag:
                yield path, f"expected a pinned tag, got {image!r}; name the image in the overlay"
            elif tag in MUTABLE_TAGS and container.get("imagePullPolicy") != "Always":
                yield path, f"the tag of {image!r} moves: expected a pinned one, or the pull policy Always"


def _missing_microservices(objects: Iterable[Object], spec: PlatformSpec) -> Iterator[Problem]:
    there = {key(obj) for obj in objects}
    for name in spec.microservices.names:
        for kind in ("Deployment", "Service"):
            if (kind, "microservices", name) not in there:
                yield Problem(
                    "platform.yaml",
                    f"{kind} microservices/{name}",
                    "microservices.names",
                    f"no manifest; expected it in manifests/base/microservices/{name}.yaml",
                )
