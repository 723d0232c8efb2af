"""``seatrial init``: a project to begin with, in an empty folder."""

from __future__ import annotations

import datetime as dt
import json
import re
import shlex
import sys
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from pathlib import Path
from string import Template
from typing import Annotated

import typer

from seatrial import __version__, contained
from seatrial.errors import UsageError
from seatrial.escaping import one_line
from seatrial.scenarios import gate

_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?")
_WAIVED_DAYS = 30
_LEFT = (".git",)
"""What may be in the folder before: nothing of it is touched."""


class Ci(StrEnum):
    """Whose file for continuous integration is written."""

    GITHUB = "github"
    GITLAB = "gitlab"
    NONE = "none"


_CI_FILES = {Ci.GITHUB: ".github/workflows/seatrial.yml", Ci.GITLAB: ".gitlab-ci.yml"}


@dataclass(frozen=True)
class Start:
    """What a new project is about; what is empty is left to be filled in.

    Attributes:
        namespace: The namespace that its checks are about.
        service: The service and workload in it that they are about.
        kubeconfig: The file by which the cluster is reached.
        context: The context in it.
        owner: Who answers for its waiver.
        ci: Whose file for continuous integration it gets.
    """

    namespace: str = ""
    service: str = ""
    kubeconfig: str = ""
    context: str = ""
    owner: str = "whoever began this project"
    ci: Ci = Ci.GITHUB

    def files(self) -> dict[str, str]:
        """Return the content of each file, by its path."""
        named = self.namespace and self.service
        until = (gate.today() + dt.timedelta(days=_WAIVED_DAYS)).isoformat()
        reach = {"kubeconfig": self.kubeconfig, "context": self.context}
        values = {
            "what": self.namespace or "our cluster",
            "namespace": self.namespace or "default",
            "service": self.service or "web",
            "skip": "" if named else "# Put your own names in, and take the next line away.\n@skip\n",
            "skipped": "" if named else ", to be given your own names",
            "reach": "".join(f"{name} = {json.dumps(value)}\n" for name, value in reach.items() if value),
            "context": f" --context {shlex.quote(self.context)}" if self.context else "",
            "owner": json.dumps(self.owner, ensure_ascii=False),
            "until": until,
            "version": __version__,
            "ci": f"\n| `{_CI_FILES[self.ci]}` | the same at every change |" if self.ci in _CI_FILES else "",
        }
        from_ = {
            "README.md": "README.md.txt",
            "features/first.feature": "first.feature.txt",
            "features/checks.feature": "checks.feature.txt",
            "conftest.py": "conftest.py.txt",
            "pyproject.toml": "pyproject.toml.txt",
            "requirements.txt": "requirements.txt",
            ".gitignore": "gitignore.txt",
            **({_CI_FILES[self.ci]: f"{self.ci}.yml.txt"} if self.ci in _CI_FILES else {}),
        }
        return {path: _filled(name, values) for path, name in from_.items()}


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder: a new one, or an empty one.")],
    namespace: Annotated[str | None, typer.Option(metavar="NAME", help="The namespace to look at.")] = None,
    service: Annotated[str | None, typer.Option(metavar="NAME", help="A service and its workload in it.")] = None,
    kubeconfig: Annotated[str, typer.Option(metavar="FILE", help="The file by which the cluster is reached.")] = "",
    context: Annotated[str | None, typer.Option(metavar="NAME", help="The context in it.")] = None,
    owner: Annotated[str, typer.Option(metavar="NAME", help="Who answers for its waiver.")] = Start.owner,
    ci: Annotated[Ci | None, typer.Option(help="Whose file for continuous integration is written.")] = None,
) -> None:
    """Begin a project: features, a word, settings, a CI file and a README. On a terminal it asks for what is left out.

    Nothing is asked of a cluster, and nothing that is there is overwritten: the folder has to be empty, `.git` aside.
    """
    where = _empty(folder)
    start = Start(
        _named("--namespace", _asked(namespace, "The namespace to look at", "")),
        _named("--service", _asked(service, "A service and its workload in it", "")),
        _plain("--kubeconfig", str(Path(kubeconfig).absolute()) if kubeconfig else ""),
        _plain("--context", _asked(context, "The context of the kubeconfig", "")),
        _plain("--owner", owner),
        ci if ci is not None else Ci(_asked(None, f"The CI ({', '.join(Ci)})", str(Ci.GITHUB))),
    )
    if not start.owner.strip():
        raise UsageError("--owner: expected a name")
    files = start.files()
    for path, content in files.items():
        _write_new(where / path, content, where)
    typer.echo("\n".join(f"made {one_line(str(folder / path))}" for path in files))
    typer.echo(f"next: cd {one_line(shlex.quote(str(folder)))} && seatrial doctor && seatrial verify")


def _empty(folder: Path) -> Path:
    """Return the folder, made if it was not there.

    Raises:
        UsageError: If it is no folder, or has something in it.
    """
    where = folder.absolute()
    if where.is_symlink() or (where.exists() and not where.is_dir()):
        raise UsageError(f"{folder}: is no folder; name a new one, or an empty one")
    found = sorted({path.name for path in where.iterdir()} - set(_LEFT)) if where.exists() else []
    if found:
        shown = ", ".join(one_line(name) for name in found[:3])
        raise UsageError(f"{folder}: is not empty (it has {shown}); nothing was written. Name a new or an empty folder")
    where.mkdir(parents=True, exist_ok=True)
    return where


def _write_new(file: Path, content: str, below: Path) -> None:
    """Write a file that is not there; whoever has made one meanwhile keeps it."""
    try:
        contained.write_new(file, content, below=below)
    except FileExistsError as error:
        raise UsageError(f"{file}: is there by now, and is left as it is; name another folder") from error


def _asked(given: str | None, what: str, default: str) -> str:
    if given is not None:
        return given
    with suppress(OSError, ValueError):
        if sys.stdin.isatty() and sys.stdout.isatty():
            return str(typer.prompt(what, default=default, show_default=bool(default)))
    return default


def _named(option: str, text: str) -> str:
    if text and not _NAME.fullmatch(text):
        raise UsageError(f"{option} {one_line(text)}: expected a name of small letters, digits and dashes")
    return text


def _plain(option: str, text: str) -> str:
    if not text.isprintable():
        raise UsageError(f"{option} {one_line(text)}: expected a text of one line")
    return text


def _filled(name: str, values: dict[str, str]) -> str:
    text = (resources.files("seatrial.cli") / "starter" / name).read_text("utf-8")
    return Template(text).substitute(values)
