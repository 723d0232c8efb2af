"""The line of a field in its source file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from seatrial import bounded_yaml


def dotted(path: tuple[str | int, ...]) -> str:
    """Write a path as a reader expects it: ``spec.containers[0].image``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def place(sources: Sequence[Path], obj: Mapping[str, Any], path: tuple[str | int, ...]) -> str:
    """Name the file and line of the field at *path* of *obj*.

    Args:
        sources: Files, and folders that are searched for YAML files.
        obj: The object, known in its source by its kind, namespace and name.
        path: The field; the line is that of the deepest part of it that the source has.
    """
    for source in sources:
        for file in sorted(source.rglob("*.yaml")) if source.is_dir() else [source]:
            document = next((one for one in _documents(file) if _is(one, obj)), None)
            if document is not None:
                return f"{file}:{_line(document, path)}"
    return "(generated)"


def _documents(file: Path) -> list[yaml.MappingNode]:
    documents = list(yaml.compose_all(bounded_yaml.read(file), Loader=yaml.SafeLoader))
    return [document for document in documents if isinstance(document, yaml.MappingNode)]


def _is(document: yaml.MappingNode, obj: Mapping[str, Any]) -> bool:
    metadata = _child(document, "metadata")
    wanted = (obj.get("kind"), obj["metadata"].get("namespace"), obj["metadata"].get("name"))
    found = (_text(document, "kind"), _text(metadata, "namespace"), _text(metadata, "name"))
    return found == wanted


def _text(node: yaml.Node | None, name: str) -> str | None:
    child = _child(node, name)
    return child.value if isinstance(child, yaml.ScalarNode) else None


def _line(document: yaml.MappingNode, path: tuple[str | int, ...]) -> int:
    node: yaml.Node | None = document
    line = int(document.start_mark.line)
    for part in path:
        if isinstance(node, yaml.MappingNode):
            entry = next(((name, value) for name, value in _entries(node) if name.value == part), None)
            if entry is None:
                break
            line, node = entry[0].start_mark.line, entry[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line
        else:
            break
    return line + 1


def _entries(node: yaml.MappingNode) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
    yield from node.value


def _child(node: yaml.Node | None, name: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for entry, value in _entries(node) if entry.value == name), None)
