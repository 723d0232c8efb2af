"""Commits of a branch, of all its files or of some."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from resource_types.protocol import Done, Version, needed, only
from resource_types.repository import Repository

_SOURCE = ("uri", "branch", "paths", "username", "password")
_FORMAT = "%an%n%s"
_PASSED_BY = ("--invert-grep", r"--grep=\[ci skip\]", r"--grep=\[skip ci\]")


def check(source: Mapping[str, Any], version: Version | None) -> Sequence[Version]:
    """Return the commits since *version* that touch what the source is about, the oldest first.

    As with the official type, a commit whose message says so is passed by.
    """
    only("source", source, _SOURCE)
    remote, paths = Repository(source), [str(path) for path in source.get("paths") or []]
    head = remote.head()
    if not head:
        return []
    if version is not None and version["ref"] == head:
        return [version]
    with tempfile.TemporaryDirectory() as scratch:
        at = Path(scratch) / "repository"
        remote.clone(at, "--bare", "--filter=blob:none")
        since = version["ref"] if version else ""
        known = bool(since) and remote.attempt("merge-base", "--is-ancestor", since, "HEAD", at=at).returncode == 0
        span = [f"{since}..HEAD"] if known else ["--max-count=1", "HEAD"]
        found = remote.git("rev-list", "--first-parent", *_PASSED_BY, *span, "--", *paths, at=at).split()
    newer = [{"ref": ref} for ref in reversed(found)]
    return [*([version] if known and version else []), *newer]


def fetch(source: Mapping[str, Any], version: Version, params: Mapping[str, Any], to: Path) -> Done:
    """Check one commit out."""
    only("source", source, _SOURCE)
    only("params", params, ())
    remote = Repository(source)
    remote.clone(to)
    remote.git("-c", "advice.detachedHead=false", "checkout", "--quiet", version["ref"], at=to)
    author, message = remote.git("log", "-1", f"--format={_FORMAT}", at=to).splitlines()[:2]
    return Done({"ref": version["ref"]}, {"author": author, "message": message, "branch": remote.branch})


def put(source: Mapping[str, Any], params: Mapping[str, Any], inputs: Path) -> Done:
    """Push a working copy."""
    only("source", source, _SOURCE)
    only("params", params, ("repository", "rebase"))
    at = inputs / needed("params", params, "repository")
    ref = Repository(source).push(at, rebase=bool(params.get("rebase")))
    return Done({"ref": ref}, {"branch": str(source["branch"])})
