"""What the pipelines' server says to a type of resources, and what it is answered: JSON, by three programs."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Protocol, cast

Version = Mapping[str, str]
_MODULES = {"git": "git", "registry-image": "registry_image", "semver": "semver", "time": "clock"}


class RefusedError(Exception):
    """What was asked for cannot be done; the message says what, and what to do."""


@dataclass(frozen=True)
class Done:
    """What was fetched or put.

    Attributes:
        version: The version.
        metadata: What a reader of the build wants to know beside it, by name.
    """

    version: Version
    metadata: Mapping[str, str] = field(default_factory=dict)


class Kind(Protocol):
    """What a module of a type has."""

    def check(self, source: Mapping[str, Any], version: Version | None) -> Sequence[Version]:
        """Return the versions from *version* on, which is the first of them if it is still there."""

    def fetch(self, source: Mapping[str, Any], version: Version, params: Mapping[str, Any], to: Path) -> Done:
        """Put *version* into the folder *to*."""

    def put(self, source: Mapping[str, Any], params: Mapping[str, Any], inputs: Path) -> Done:
        """Make a new version from what is in the folder *inputs*."""


def main(name: str, called: str) -> int:
    """Do what one of the programs of the type *name* is called for; return how it ends."""
    kind = cast(Kind, importlib.import_module(f"resource_types.{_MODULES[name]}"))
    try:
        answer = _answer(kind, called, sys.stdin, sys.argv[1:])
    except RefusedError as error:
        sys.stderr.write(f"{name}: {error}\n")
        return 1
    json.dump(answer, sys.stdout)
    return 0


def only(what: str, given: Mapping[str, Any], known: Iterable[str]) -> None:
    """See that nothing is asked for that nobody would do.

    Raises:
        RefusedError: If something is; it names all of it.
    """
    if unknown := sorted(set(given) - set(known)):
        wanted = ", ".join(sorted(known)) or "nothing"
        raise RefusedError(f"{what}: {', '.join(unknown)}: not known to this stand-in; expected {wanted}")


def needed(what: str, given: Mapping[str, Any], name: str) -> str:
    """Return what is given as *name*.

    Raises:
        RefusedError: If nothing is.
    """
    value = given.get(name)
    if value in (None, ""):
        raise RefusedError(f"{what}.{name}: is missing")
    return str(value)


def _answer(kind: Kind, called: str, stream: IO[str], arguments: Sequence[str]) -> Any:
    request = json.load(stream)
    source, params = request.get("source") or {}, request.get("params") or {}
    if called == "check":
        return list(kind.check(source, request.get("version")))
    if called == "in":
        done = kind.fetch(source, request["version"], params, Path(arguments[0]))
    else:
        done = kind.put(source, params, Path(arguments[0]))
    told = [{"name": name, "value": value} for name, value in done.metadata.items()]
    return {"version": done.version, "metadata": told}
