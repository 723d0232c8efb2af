"""The schemas of a Kubernetes version: what fields an object may have, without a cluster."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry, Resource

from provision.workloads.errors import WorkloadsError

FieldPath = tuple[str | int, ...]


@dataclass(frozen=True)
class Misfit:
    """A field that the schema refuses, and why."""

    path: FieldPath
    message: str


class Schemas:
    """The strict schemas of one Kubernetes version, in which no unknown field passes.

    Args:
        version: The version, such as ``1.36.1``; its minor version decides.

    Raises:
        WorkloadsError: The installed ``kubernetes-validate`` has no schemas for the version.
    """

    def __init__(self, version: str) -> None:
        self.minor = ".".join(version.split(".")[:2])
        self._folder = _folder(self.minor)

    def misfits(self, obj: Mapping[str, Any]) -> list[Misfit]:
        """Find every field of *obj* that the schema refuses."""
        api_version, kind = str(obj.get("apiVersion", "")), str(obj.get("kind", ""))
        validator = _validator(self._folder, api_version, kind)
        if validator is None:
            return [
                Misfit(("kind",), f"Kubernetes {self.minor} has no {kind or '(none)'} in {api_version or '(none)'}")
            ]
        found = [misfit for error in validator.iter_errors(obj) for misfit in _misfits(error)]
        return sorted(found, key=lambda misfit: [str(part) for part in misfit.path])


def _folder(minor: str) -> Path:
    root = resources.files("kubernetes_validate") / "kubernetes-json-schema"
    folder = Path(str(root)) / f"v{minor}.0-local-strict"
    if not folder.is_dir():
        raise WorkloadsError(
            f"kubernetes-validate has no schemas for Kubernetes {minor} (platform.yaml: kubernetes); "
            "install a release of it that has"
        )
    return folder


@cache
def _registry(folder: Path) -> Any:
    definitions = json.loads((folder / "_definitions.json").read_text(encoding="utf-8"))
    return Resource.from_contents(definitions) @ Registry()


@cache
def _validator(folder: Path, api_version: str, kind: str) -> Draft202012Validator | None:
    group, _, version = api_version.rpartition("/")
    stem = "-".join(part for part in (kind.lower(), group.split(".")[0], version) if part)
    file = folder / f"{stem}.json"
    if not kind or not file.is_file():
        return None
    schema = json.loads(file.read_text(encoding="utf-8"))
    return Draft202012Validator(schema, registry=_registry(folder))


def _misfits(error: ValidationError) -> Iterator[Misfit]:
    path = tuple(error.absolute_path)
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        schema: Any = error.schema
        known = list(schema.get("properties", {}))
        for name in error.instance:
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                hint = f"; did you mean {near[0]!r}?" if near else ""
                yield Misfit((*path, name), f"no such field{hint}")
        return
    yield Misfit(path, error.message)
