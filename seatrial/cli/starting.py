"""``seatrial init``: a project to begin with, in an empty folder."""

from __future__ import annotations

import datetime as dt
import json
import re
import shlex
import sys
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from pathlib import Path
from string import Template
from typing import Annotated

import typer

from seatrial import __version__, contained
from seatrial.cli.likeness import Likeness
from seatrial.errors import SeatrialError, UsageError
from seatrial.escaping import one_line
from seatrial.scenarios import gate

_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?")
_WAIVED_DAYS = 30
_LEFT = (".git",)
"""What may be in the folder before: nothing of it is touched."""
_EACH = 20
"""So many files are named one by one."""


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
    kubeconfig: Annotated[str | None, typer.Option(metavar="FILE", help="How the cluster is reached.")] = None,
    context: Annotated[str | None, typer.Option(metavar="NAME", help="The context in it.")] = None,
    owner: Annotated[str | None, typer.Option(metavar="NAME", help="Who answers for its waiver.")] = None,
    ci: Annotated[Ci | None, typer.Option(help="Whose file for continuous integration is written.")] = None,
    like_this: Annotated[
        bool, typer.Option("--like-this", help="Begin with the whole platform that Seatrial comes with.")
    ] = False,
    name: Annotated[str | None, typer.Option(metavar="TEAM", help="With --like-this: the team's name.")] = None,
    domain: Annotated[str | None, typer.Option(metavar="DOMAIN", help="With --like-this: the team's domain.")] = None,
) -> None:
    """Begin a project: features, a word, settings, a CI file and a README. On a terminal it asks for what is left out.

    Nothing is asked of a cluster, and nothing that is there is overwritten: the folder has to be empty, `.git` aside.
    With --like-this the project stands its platform up itself: features, words, provisioning, manifests and images are
    copies of those that Seatrial comes with.
    """
    where = _empty(folder)
    looks = {"namespace": namespace, "service": service, "kubeconfig": kubeconfig, "context": context, "owner": owner}
    files: Mapping[str, str | bytes]
    if like_this:
        _none_of(looks, "has no meaning with --like-this, whose platform is stood up")
        asked = _asked(name, "The team's name, which becomes $TEAMID", ""), _asked(domain, "The team's domain", "")
        files = Likeness(*asked, _asked_ci(ci)).files()
        then = "pip install --require-hashes -r requirements/verify.txt && seatrial lint"
    else:
        _none_of({"name": name, "domain": domain}, "has a meaning with --like-this only")
        files = Start(
            _named("--namespace", _asked(namespace, "The namespace to look at", "")),
            _named("--service", _asked(service, "A service and its workload in it", "")),
            _plain("--kubeconfig", str(Path(kubeconfig).absolute()) if kubeconfig else ""),
            _plain("--context", _asked(context, "The context of the kubeconfig", "")),
            _owner(Start.owner if owner is None else owner),
            _asked_ci(ci),
        ).files()
        then = "seatrial doctor && seatrial verify"
    _write(files, where)
    typer.echo("\n".join(f"made {one_line(str(folder / path))}" for path in _shown(files)))
    typer.echo(f"next: cd {one_line(shlex.quote(str(folder)))} && {then}")


def _empty(folder: Path) -> Path:
    """Return the folder, which is empty or not there.

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
    return where


def _write(files: Mapping[str, str | bytes], where: Path) -> None:
    """Write files that are not there, all or none of them; whoever has made one meanwhile keeps it."""
    try:
        with contained.all_or_none(where) as write:
            for path, content in files.items():
                write(where / path, content)
    except FileExistsError as error:
        raise UsageError(f"{where}: a file in it is there by now, and is left as it is; name another folder") from error
    except OSError as error:
        place = f" ({error.filename})" if error.filename else ""
        raise SeatrialError(f"{where}: cannot be written: {error.strerror}{place}; nothing was left there") from error


def _shown(files: Mapping[str, str | bytes]) -> list[str]:
    """Return what is said of the files: each, or with many of them each folder at the top and how many are in it."""
    if len(files) <= _EACH:
        return list(files)
    within = Counter(path.partition("/")[0] for path in files)
    return [name if name in files else f"{name}/: {count} files" for name, count in within.items()]


def _none_of(given: Mapping[str, str | None], why: str) -> None:
    for name, value in given.items():
        if value is not None:
            raise UsageError(f"--{name} {why}")


def _asked_ci(given: Ci | None) -> Ci:
    return given if given is not None else Ci(_asked(None, f"The CI ({', '.join(Ci)})", str(Ci.GITHUB)))


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


def _owner(text: str) -> str:
    if not text.strip():
        raise UsageError("--owner: expected a name")
    return _plain("--owner", text)


def _plain(option: str, text: str) -> str:
    if not text.isprintable():
        raise UsageError(f"{option} {one_line(text)}: expected a text of one line")
    return text


def _filled(name: str, values: dict[str, str]) -> str:
    text = (resources.files("seatrial.cli") / "starter" / name).read_text("utf-8")
    return Template(text).substitute(values)
