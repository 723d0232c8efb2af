"""Builds from Go modules, pinned by the go.mod and go.sum files under ``modules/``."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from provision import programs
from provision.toolchain.errors import ToolchainError, Unavailable
from provision.toolchain.model import Tool
from provision.toolchain.progress import TICK_SECONDS, Work

MODULES = Path(__file__).with_name("modules")

_TAIL_LINES = 15
_ANSWER_SECONDS = 30.0
_SWITCHES_ITSELF = (1, 21)  # the first Go that fetches the newer Go that a go.mod asks for


@dataclass(frozen=True)
class Go:
    """A Go installation: its program, version, and whether it may fetch a newer Go by itself."""

    path: str
    version: tuple[int, ...]
    switches: bool


class Builder:
    """Builds tools, all from one folder of modules, for one platform, in one environment."""

    def __init__(self, modules: Path, environ: Mapping[str, str], platform: str) -> None:
        """Set up.

        Args:
            modules: The folder that has a folder with go.mod and go.sum for each module.
            environ: Go's environment; a mark in it, such as ``SEATRIAL_PROCESS``, is what its processes carry.
            platform: What to build for, such as ``linux-amd64``.
        """
        self._modules = modules
        self._environ = environ
        self._platform = platform

    def needed_version(self, tool: Tool) -> tuple[int, ...]:
        """Return the Go version that the tool's module asks for."""
        text = (self._folder(tool) / "go.mod").read_text()
        match = re.search(r"^go (\S+)$", text, re.MULTILINE)
        return _numbers(match.group(1)) if match else (1,)

    def go(self, tool: Tool) -> Go:
        """Return the Go on PATH.

        Raises:
            Unavailable: There is none that can build ``tool``.
        """
        needed = self.needed_version(tool)
        wanted = f"Go {dotted(needed)} or newer"
        found = shutil.which("go", path=self._environ.get("PATH", ""))
        if found is None:
            reason = f"{wanted} is not on PATH"
            raise Unavailable(reason)
        go = _ask(found, self._environ)
        if go.version < needed and not go.switches:
            reason = f"{found} is Go {dotted(go.version)}, {wanted} is needed"
            raise Unavailable(reason)
        return go

    def build(self, tool: Tool, go: Go, work: Work, out: Path) -> None:
        """Build ``tool`` to ``out``, telling each second that it goes on.

        Args:
            tool: What to build.
            go: The Go to build with.
            work: Whom to tell.
            out: The file to make; go's output is kept beside it.

        Raises:
            ToolchainError: Go failed; the message has its last lines.
        """
        folder = self._folder(tool)
        log = out.with_name("go.log")
        flags = " ".join(["-s -w", *(f"-X {variable}" for variable in tool.module.variables)])
        command = [go.path, "build", "-mod=readonly", "-trimpath", "-ldflags", flags, "-o", str(out)]
        command += [f"-tags={','.join(tool.module.tags)}"] if tool.module.tags else []
        detail = f"building {tool.module.package} with Go {dotted(go.version)}"
        work.say("building", detail)
        with log.open("wb") as stream:
            process = subprocess.Popen(
                [*command, tool.module.package],
                cwd=folder,
                env=self._build_environ(),
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                code = _wait(process, work, detail)
            finally:
                programs.stop(process)
        if code != 0:
            tail = "\n".join(f"  {line}" for line in log.read_text(errors="replace").splitlines()[-_TAIL_LINES:])
            text = (
                f"{tool} could not be built from {folder}: go build ended with {code} after {work.seconds:.0f} s.\n"
                f"{tail}\n"
                "If modules cannot be downloaded, set GOPROXY to a proxy that can be reached, or SEATRIAL_MIRROR to a "
                "web server that has the releases' files."
            )
            raise ToolchainError(text)

    def _folder(self, tool: Tool) -> Path:
        return self._modules / tool.module.directory

    def _build_environ(self) -> dict[str, str]:
        system, _, machine = self._platform.partition("-")
        # Whatever the user's Go is set to for his own work, these builds are alike everywhere.
        fixed = {"CGO_ENABLED": "0", "GOFLAGS": "", "GOWORK": "off", "GO111MODULE": "on"}
        return {**self._environ, **fixed, "GOOS": system, "GOARCH": machine}


def dotted(version: tuple[int, ...]) -> str:
    """Return ``(1, 26, 5)`` as ``1.26.5``."""
    return ".".join(str(number) for number in version)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version.partition("-")[0])[:3])


def _ask(go: str, environ: Mapping[str, str]) -> Go:
    try:
        # Asked from a folder without a go.mod, or it would fetch another Go before it answers.
        answer = subprocess.run(
            [go, "env", "-json", "GOVERSION", "GOTOOLCHAIN"],
            cwd="/",
            env={**environ, "GOWORK": "off"},
            capture_output=True,
            text=True,
            timeout=_ANSWER_SECONDS,
            check=True,
        )
        told = json.loads(answer.stdout)
        version = _numbers(told["GOVERSION"].removeprefix("go"))
    except (OSError, subprocess.SubprocessError, ValueError, LookupError) as error:
        reason = f"{go} does not tell its version ({error})"
        raise Unavailable(reason) from error
    switches = version >= _SWITCHES_ITSELF and not str(told.get("GOTOOLCHAIN", "")).startswith("local")
    return Go(go, version, switches)


def _wait(process: subprocess.Popen[bytes], work: Work, detail: str) -> int:
    while True:
        with suppress(subprocess.TimeoutExpired):
            return process.wait(TICK_SECONDS)
        work.say("building", detail, tick=True)
