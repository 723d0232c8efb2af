"""Objects of Kubernetes as files declare them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from seatrial import bounded_yaml
from seatrial.bounded import BoundsError
from seatrial.tokens import tokens

_LIST = "List"


@dataclass(frozen=True)
class Thing:
    """An object, as a file declares it.

    Attributes:
        kind: Its kind.
        name: Its name.
        namespace: Its namespace; empty where the file leaves it out, or there is none.
    """

    kind: str
    name: str
    namespace: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"


def things(text: str, shown: str = "") -> dict[Thing, Any] | None:
    """Return the objects that YAML declares, each with all of it; None where it is anything else."""
    try:
        bounded_yaml.check(text, shown)
        documents = [one for one in yaml.load_all(text, Loader=bounded_yaml.LOADER) if one is not None]
    except (BoundsError, yaml.YAMLError, ValueError, RecursionError):
        return None
    found: dict[Thing, Any] = {}
    for one in _flat(documents):
        thing = _thing(one)
        if thing is None or thing in found:
            return None
        found[thing] = one
    return found


def mentioned(plain: Any) -> set[str]:
    """Return everything in the texts of *plain* that can be the name of an object."""
    return {token for text in _texts(plain) for token in tokens(text)}


def _flat(documents: list[Any]) -> Iterator[Any]:
    for one in documents:
        if isinstance(one, dict) and one.get("kind") == _LIST and isinstance(one.get("items"), list):
            yield from one["items"]
        else:
            yield one


def _thing(one: Any) -> Thing | None:
    meta = one.get("metadata") if isinstance(one, dict) else None
    if not isinstance(meta, dict) or not one.get("apiVersion"):
        return None
    kind, name, namespace = one.get("kind"), meta.get("name"), meta.get("namespace") or ""
    if not (isinstance(kind, str) and isinstance(name, str) and isinstance(namespace, str)):
        return None
    return Thing(kind, name, namespace)


def _texts(plain: Any) -> Iterator[str]:
    if isinstance(plain, Mapping):
        for key, value in plain.items():
            yield str(key)
            yield from _texts(value)
    elif isinstance(plain, list | tuple):
        for value in plain:
            yield from _texts(value)
    elif isinstance(plain, str):
        yield plain
