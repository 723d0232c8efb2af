"""What the recipe of an image puts there: commands of its last stage, and no words beside them."""

from __future__ import annotations

import re
import shlex
from pathlib import PurePosixPath

_PLACING, _PACKAGES = ("install", "ln"), ("apt-get", "pip")


def installed(dockerfile: str) -> set[str]:
    """Return the name of whatever the last stage of a *dockerfile* installs or links."""
    return {name for command in _commands(dockerfile) for name in _named(command)}


def _commands(dockerfile: str) -> list[list[str]]:
    lines = [line for line in dockerfile.splitlines() if not line.lstrip().startswith("#")]
    whole = "\n".join(lines).replace("\\\n", " ").splitlines()
    last = max((i for i, line in enumerate(whole) if line.upper().startswith("FROM ")), default=-1)
    runs = [line[4:] for line in whole[last + 1 :] if line.upper().startswith("RUN ")]
    return [shlex.split(command, posix=True) for run in runs for command in re.split(r"&&|;;|;", run) if _even(command)]


def _even(command: str) -> bool:
    """Return whether the quotes of a command are closed, so that it can be taken apart."""
    return command.count('"') % 2 == 0 and command.count("'") % 2 == 0


def _named(words: list[str]) -> set[str]:
    program = PurePosixPath(words[0]).name if words else ""
    rest = [word for word in words[1:] if not word.startswith("-")]
    places = program in _PLACING or (program in _PACKAGES and rest[:1] == ["install"])
    return {PurePosixPath(word).name for word in rest} if places else set()
