"""Talking to the container engine, by its own command line: it knows contexts, sockets and TLS settings best."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from seatrial.errors import SeatrialError

Kind = Literal["docker", "podman"]

NO_ENGINE = (
    "No container engine answers: the target kind needs Docker, or Podman as root. Start one and try again; "
    "or, as root on Debian, put `python -m provision.engine run --` before the command: it installs and starts a "
    "private engine for as long as the command runs."
)

SETTINGS = (
    *("DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY"),
    *("CONTAINER_HOST", "CONTAINER_CONNECTION", "CONTAINER_SSHKEY"),
)
"""The variables by which the command lines of Docker and Podman know where their engine is."""

_ANSWER_SECONDS = 10.0
_COMMAND_SECONDS = 120.0


class EngineError(SeatrialError):
    """The container engine is missing, or refused something; the message has its own words."""


@dataclass(frozen=True)
class Engine:
    """A container engine that answers.

    Attributes:
        program: The path of its command line.
        kind: Which one it is.
        settings: Where its command line is told that the engine is, as variables of `SETTINGS`; what this process's
            environment says unless told.
    """

    program: str
    kind: Kind
    settings: Mapping[str, str] | None = None

    def environ(self) -> dict[str, str]:
        """Return an environment in which its command line finds it: this process's, with its own settings."""
        if self.settings is None:
            return dict(os.environ)
        return {name: value for name, value in os.environ.items() if name not in SETTINGS} | dict(self.settings)

    def answers(self) -> bool:
        """Tell whether its server answers."""
        return _answers(self, None)

    def run(
        self,
        *arguments: str,
        timeout: float = _COMMAND_SECONDS,
        data: bytes | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> str:
        """Run one of its commands and return what it printed, stripped.

        Args:
            arguments: The command and its arguments.
            timeout: Its limit, in seconds.
            data: What it reads on its standard input.
            environ: Its environment, instead of that in which it is found.

        Raises:
            EngineError: It failed or took too long.
        """
        done = self.attempt(*arguments, timeout=timeout, data=data, environ=environ)
        if done.returncode != 0:
            said = (done.stderr or done.stdout).decode(errors="replace").strip()
            raise EngineError(f"`{self.kind} {' '.join(arguments)}` ended with {done.returncode}: {said}")
        return done.stdout.decode(errors="replace").strip()

    def attempt(
        self,
        *arguments: str,
        timeout: float = _COMMAND_SECONDS,
        data: bytes | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[bytes]:
        """Run one of its commands, and return how it went, well or not.

        Raises:
            EngineError: It took too long, or its program cannot be run.
        """
        try:
            return subprocess.run(
                [self.program, *arguments],
                capture_output=True,
                check=False,
                timeout=timeout,
                env=self.environ() if environ is None else dict(environ),
                input=data or b"",
            )
        except subprocess.TimeoutExpired as error:
            text = f"`{self.kind} {' '.join(arguments)}` did not end within {timeout:.0f} s"
            raise EngineError(text) from error
        except OSError as error:
            raise EngineError(f"{self.program} cannot be run: {error.strerror}") from error

    def inspect(self, what: str, names: Sequence[str]) -> list[dict[str, Any]]:
        """Describe each ``container``, ``image``, ``network`` or ``volume`` of ``names`` that is there."""
        if not names:
            return []
        done = self.attempt(what, "inspect", *names)
        found: list[dict[str, Any]] = json.loads(done.stdout or b"[]")
        return found

    def has_image(self, name: str) -> bool:
        """Tell whether the engine has the image ``name``."""
        return bool(self.inspect("image", [name]))

    def names(self, what: Literal["container", "network", "volume"], *filters: str) -> list[str]:
        """List the names of what matches every filter, such as ``label=a=b`` or ``name=^x$``."""
        command = [what, "ls", *(f"--filter={one}" for one in filters)]
        if what == "container":
            return self.run(*command, "--all", "--format={{.Names}}").split()
        return self.run(*command, "--format={{.Name}}").split()


def find(environ: Mapping[str, str] | None = None) -> Engine | None:
    """Return the engine that answers: Docker, else rootful Podman; ``None`` when there is none.

    Args:
        environ: Where PATH and ``DOCKER_HOST`` are looked up, instead of this process's own environment.
    """
    given = os.environ if environ is None else environ
    kinds: tuple[Kind, ...] = ("docker", "podman") if os.geteuid() == 0 else ("docker",)
    for kind in kinds:
        program = shutil.which(kind, path=given.get("PATH"))
        if program is not None and _answers(Engine(program, kind), given):
            return Engine(program, kind)
    return None


def answers(environ: Mapping[str, str] | None = None) -> bool:
    """Tell whether a container engine answers."""
    return find(environ) is not None


def need(environ: Mapping[str, str] | None = None) -> Engine:
    """Return the engine that answers.

    Raises:
        EngineError: There is none; the message says what to do.
    """
    engine = find(environ)
    if engine is None:
        raise EngineError(NO_ENGINE)
    return engine


def _answers(engine: Engine, environ: Mapping[str, str] | None) -> bool:
    try:
        # A client alone prints its own version: only the server's tells that there is one.
        ask = ("version", "--format", "{{.Server.Version}}") if engine.kind == "docker" else ("info",)
        return engine.attempt(*ask, timeout=_ANSWER_SECONDS, environ=environ).returncode == 0
    except EngineError:
        return False
