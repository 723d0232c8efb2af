"""A version number, kept in a file on a branch of its own."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from resource_types.protocol import Done, RefusedError, Version, needed, only
from resource_types.repository import Repository

_SOURCE = ("driver", "uri", "branch", "file", "initial_version", "username", "password")
_NUMBER = re.compile(r"(\d+)\.(\d+)\.(\d+)")
_SHALLOW = ("--depth=1", "--config=core.symlinks=false")
"""A link that somebody has pushed is a file with a path in it: nothing is read or written where it leads."""
_PLACES = ("major", "minor", "patch")


def check(source: Mapping[str, Any], version: Version | None) -> Sequence[Version]:
    """Return the version that the file has."""
    del version  # a file has one version, whatever it had before
    return [{"number": _now(source)}]


def fetch(source: Mapping[str, Any], version: Version, params: Mapping[str, Any], to: Path) -> Done:
    """Write the version to the file ``version``, raised if that is asked for."""
    only("source", source, _SOURCE)
    only("params", params, ("bump",))
    number = version["number"]
    raised = _raised(number, str(params["bump"])) if params.get("bump") else number
    for name in ("version", "number"):
        (to / name).write_text(raised, encoding="utf-8")
    return Done({"number": number}, {"number": raised})


def put(source: Mapping[str, Any], params: Mapping[str, Any], inputs: Path) -> Done:
    """Have the file say what another says."""
    only("params", params, ("file",))
    number = (inputs / needed("params", params, "file")).read_text(encoding="utf-8").strip()
    _parsed(number)
    remote, file = _remote(source)
    with tempfile.TemporaryDirectory() as scratch:
        at = Path(scratch) / "repository"
        if remote.head():
            remote.clone(at, *_SHALLOW)
        else:
            remote.git("init", "--quiet", str(at))
        (at / file).write_text(f"{number}\n", encoding="utf-8")
        remote.git("add", file, at=at)
        who = ("-c", "user.name=pipeline", "-c", "user.email=pipeline@example.com")
        remote.git(*who, "commit", "--quiet", "--allow-empty", f"--message=Version {number}", at=at)
        remote.push(at, rebase=False)
    return Done({"number": number}, {"number": number})


def _now(source: Mapping[str, Any]) -> str:
    remote, file = _remote(source)
    if not remote.head():
        return str(source.get("initial_version") or "0.0.0")
    with tempfile.TemporaryDirectory() as scratch:
        at = Path(scratch) / "repository"
        remote.clone(at, *_SHALLOW)
        try:
            number = (at / file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise RefusedError(f"{remote.uri}: {file} on {remote.branch}: {error.strerror}") from error
    _parsed(number)
    return number


def _remote(source: Mapping[str, Any]) -> tuple[Repository, str]:
    only("source", source, _SOURCE)
    if source.get("driver") != "git":
        raise RefusedError(f"source.driver: {source.get('driver')}: not known to this stand-in; expected git")
    return Repository(source), needed("source", source, "file")


def _raised(number: str, place: str) -> str:
    if place not in _PLACES:
        raise RefusedError(f"params.bump: {place}: expected one of {', '.join(_PLACES)}")
    parts, at = _parsed(number), _PLACES.index(place)
    return ".".join(map(str, [*parts[:at], parts[at] + 1, *[0] * (len(parts) - at - 1)]))


def _parsed(number: str) -> list[int]:
    match = _NUMBER.fullmatch(number)
    if match is None:
        raise RefusedError(f"{number!r}: expected a version such as 1.2.3")
    return [int(part) for part in match.groups()]
