"""What a tool is, and what is said about it."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

How = Literal["cache", "KUBEBUILDER_ASSETS", "PATH", "download", "build", "none"]
Stage = Literal["downloading", "building", "waiting", "note", "ready"]

_WORTH_SAYING = 0.05  # seconds
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def this_platform() -> str:
    """Return this machine as Go names it: ``linux-amd64``, ``darwin-arm64``."""
    machine = platform.machine().lower()
    return f"{platform.system().lower()}-{_ARCHITECTURES.get(machine, machine)}"


@dataclass(frozen=True)
class Release:
    """Where the official release is published, and how its files are known to be right.

    In every text ``{version}``, ``{os}``, ``{arch}`` and ``{ext}`` are filled in.

    Attributes:
        url: The file's address.
        platforms: The platforms that the release has, such as ``linux-amd64``.
        pins: SHA-256 by platform, for what is pinned in the repository.
        hashes: The address of the published hashes, for what is trusted on first use; ``{url}`` is the file's address.
        member: The tool's path in the archive; ``None`` when the file is the tool itself.
        ext: The archive's extension by operating system.
    """

    url: str
    platforms: tuple[str, ...]
    pins: Mapping[str, str] = field(default_factory=dict)
    hashes: str | None = None
    member: str | None = None
    ext: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class GoModule:
    """How the tool is built from Go modules.

    Attributes:
        directory: The folder under ``modules/`` that has its go.mod and go.sum.
        package: The package to build.
        variables: Linker variables (``-X``), for the version that the tool is to name.
        tags: Build tags, which leave out or take in parts of the tool.
    """

    directory: str
    package: str
    variables: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tool:
    """A program at one exact version.

    Attributes:
        name: The program's name, and its file's.
        version: Without a leading ``v``.
        version_args: Arguments that make it print its version.
        release: Its official release.
        module: Its Go module.
    """

    name: str
    version: str
    version_args: tuple[str, ...]
    release: Release
    module: GoModule

    def __str__(self) -> str:
        """Return the name and the version, as messages have it."""
        return f"{self.name} {self.version}"


@dataclass(frozen=True)
class ToolProgress:
    """One line of progress.

    Attributes:
        tool: The tool's name.
        version: The tool's version.
        stage: What is going on; ``ready`` is the last one, ``note`` says why a source was passed over.
        detail: In words: the source, or the reason.
        seconds: Since work on this tool's present stage began.
        done: Bytes had so far, while downloading.
        total: Bytes in all, where the server says so.
        tick: True for a mere sign of life, which a plain log may leave out.
    """

    tool: str
    version: str
    stage: Stage
    detail: str
    seconds: float = 0.0
    done: int | None = None
    total: int | None = None
    tick: bool = False

    def __str__(self) -> str:
        """Return the line for a plain log."""
        text = f"{self.tool} {self.version}: {self.detail}"
        if self.done is not None:
            text += f", {self.done / 1e6:.1f}" + (f" of {self.total / 1e6:.1f}" if self.total else "") + " MB"
        return text + (f", {self.seconds:.1f} s" if self.seconds >= _WORTH_SAYING else "")


@dataclass(frozen=True)
class ToolStatus:
    """Where a tool is, or how it would be had.

    Attributes:
        tool: The tool.
        how: Where it was found; or ``download``, ``build``; or ``none`` when it cannot be had here.
        path: The file, when it was found.
        why: In words: the file, the address, or what stands in the way.
        remedy: What to do, when ``how`` is ``none``.
    """

    tool: Tool
    how: How
    path: Path | None
    why: str
    remedy: str = ""
