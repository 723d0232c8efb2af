"""What kustomize is given: files of the manifests' own folder, within bounds, and nothing from a network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from provision.workloads.check import Problem
from seatrial import bounded_yaml
from seatrial.bounded import BoundsError
from seatrial.escaping import one_line

_NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_LISTS = ("resources", "components", "configurations", "crds", "patchesStrategicMerge")
_PATHS = {"patches": "path", "patchesJson6902": "path", "replacements": "path"}
_FIELDS = {
    "apiVersion", "kind", "metadata", "resources", "components", "configurations", "crds", "configMapGenerator",
    "secretGenerator", "generatorOptions", "images", "labels", "commonLabels", "commonAnnotations", "namespace",
    "namePrefix", "nameSuffix", "patches", "patchesJson6902", "patchesStrategicMerge", "replacements", "replicas",
    "buildMetadata", "sortOptions",
}  # fmt: skip
"""What a kustomization may say; generators, transformers and charts run programs, or fetch what they need."""


def problems(manifests: Path) -> list[Problem]:
    """Return why *manifests* must not be rendered; none means that they may be.

    Every YAML file is within bounds, no file and no folder is a link, and a kustomization names nothing but what lies
    below *manifests*.
    """
    return list(_problems(manifests))


def _problems(manifests: Path) -> Iterator[Problem]:
    for path in sorted(manifests.rglob("*")):
        if path.is_symlink():
            yield Problem(str(path), "", "", "is a link; expected a file or folder of the manifests' own")
        elif path.suffix in (".yaml", ".yml") or path.name in _NAMES:
            yield from _of_file(path, manifests)


def _of_file(file: Path, manifests: Path) -> Iterator[Problem]:
    try:
        text = bounded_yaml.read(file)
        documents = list(yaml.load_all(text, Loader=bounded_yaml.LOADER)) if file.name in _NAMES else []
    except BoundsError as error:
        yield Problem(str(file), "", "", str(error).removeprefix(str(file)).lstrip(":"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        yield Problem(str(file), "", "", f"not YAML: {one_line(str(error))}")
    else:
        for document in documents:
            for field, wrong in _of_kustomization(document, file.parent, manifests):
                yield Problem(str(file), "kustomization", field, wrong)


def _of_kustomization(document: Any, folder: Path, manifests: Path) -> Iterator[tuple[str, str]]:
    if not isinstance(document, dict):
        yield "", "expected fields such as resources:"
        return
    for field in document:
        if field not in _FIELDS:
            yield str(field), "is not taken here: it may run a program or fetch something; expected plain manifests"
    for field, named in _named(document):
        if not isinstance(named, str):
            yield field, f"expected the name of a file, got {one_line(repr(named))[:80]}"
        elif "\n" not in named and not _is_within(named, folder, manifests):
            yield field, f"{one_line(named)[:120]}: expected a relative path of something below {manifests}"


def _named(document: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Return every file and folder that a kustomization names, with its field."""
    for field in _LISTS:
        yield from ((field, one) for one in _list(document.get(field)))
    for field, key in _PATHS.items():
        yield from ((field, one[key]) for one in _list(document.get(field)) if isinstance(one, dict) and key in one)
    for field in ("configMapGenerator", "secretGenerator"):
        for generator in _list(document.get(field)):
            for key in ("files", "envs", "env"):
                found = generator.get(key) if isinstance(generator, dict) else None
                names = [found] if isinstance(found, str) else _list(found)
                yield from ((f"{field}.{key}", n.partition("=")[2] or n if isinstance(n, str) else n) for n in names)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_within(named: str, folder: Path, manifests: Path) -> bool:
    if named.startswith("/") or ":" in named or "?" in named:
        return False
    there = folder / named
    return there.exists() and there.resolve().is_relative_to(manifests.resolve())
