"""The toolchain itself: which source each tool is had from."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from tempfile import TemporaryDirectory

from provision.toolchain import found
from provision.toolchain.cache import Entry, cache_dir
from provision.toolchain.catalogue import TOOLS, tools_at
from provision.toolchain.errors import ToolchainError, Unavailable
from provision.toolchain.gobuild import MODULES, Builder, Go, dotted
from provision.toolchain.lockfile import LOCK_FILE, TrustedHashes
from provision.toolchain.locking import held, make_folder
from provision.toolchain.model import Tool, ToolProgress, ToolStatus, this_platform
from provision.toolchain.progress import Work
from provision.toolchain.release import Releases


class Toolchain:
    """Gives each tool's path, and has the tool first where that is needed.

    The order is: the cache, the exact version in ``KUBEBUILDER_ASSETS`` or on ``PATH``, the official release, a build.
    Several processes may use one cache at once.

    Environment variables:
        SEATRIAL_CACHE: The cache's directory.
        SEATRIAL_MIRROR: Replaces scheme and host (``https://dl.k8s.io``) of each release's address.
        SEATRIAL_DOWNLOADS: ``never`` to download no release.
    """

    def __init__(
        self,
        cache: Path | None = None,
        environ: Mapping[str, str] | None = None,
        report: Callable[[ToolProgress], None] | None = None,
        *,
        tools: Mapping[str, Tool] = TOOLS,
        lock: Path = LOCK_FILE,
        modules: Path = MODULES,
        platform: str | None = None,
    ) -> None:
        """Set up; nothing is made or asked yet.

        Args:
            cache: The cache's directory, instead of the environment's.
            environ: The environment, instead of the process's own; builds run in it. Proxies are always the process's.
            report: Called with each line of progress.
            tools: The table of tools, by name.
            lock: The file of hashes trusted on first use.
            modules: The folder that has a folder with go.mod and go.sum for each Go module.
            platform: The platform, such as ``linux-amd64``, instead of this machine's.

        Raises:
            ToolchainError: An environment variable of Seatrial has no meaning.
        """
        self._environ = dict(os.environ if environ is None else environ)
        self.cache = (cache or cache_dir(self._environ)).absolute()
        self._report = report
        self._tools = tools
        self._platform = platform or this_platform()
        self._builder = Builder(modules, self._environ, self._platform)
        trusted = TrustedHashes(lock, self.cache / "locks")
        self._releases = Releases(self.cache, self._environ, trusted, self._platform)
        self._told: set[str] = set()

    def at(self, kubernetes: str) -> Toolchain:
        """Return this toolchain with the control plane's programs of the version *kubernetes*.

        Raises:
            ToolchainError: There are none of that version.
        """
        found = copy(self)
        found._tools = tools_at(kubernetes)  # noqa: SLF001 - another of this kind
        return found

    def versions(self, names: Iterable[str]) -> dict[str, str]:
        """Return the version of each of some tools."""
        return {name: self._tool(name).version for name in names}

    def ensure(self, name: str) -> Path:
        """Return the path of a tool, having it first if need be.

        Raises:
            ToolchainError: It cannot be had; the message says what to do.
        """
        return self.ensure_all([name])[name]

    def ensure_all(self, names: Iterable[str]) -> dict[str, Path]:
        """Return the paths of several tools, by name, having what is missing, one after the other.

        Raises:
            ToolchainError: Some cannot be had; one message names them all and says what to do.
        """
        tools = [self._tool(name) for name in dict.fromkeys(names)]
        paths: dict[str, Path] = {}
        missing: dict[str, str] = {}
        try:
            for tool in tools:
                try:
                    paths[tool.name] = self._here(tool) or self._download(tool)
                except Unavailable as reason:
                    missing[tool.name] = str(reason)
            for name, go in self._goes(missing).items():
                paths[name] = self._build(self._tools[name], go)
        except OSError as error:
            text = (
                f"The cache of tools in {self.cache} cannot be used: {error}. "
                "Make room or give access there, or set SEATRIAL_CACHE to another directory."
            )
            raise ToolchainError(text) from error
        return {tool.name: paths[tool.name] for tool in tools}

    def look(self, name: str) -> ToolStatus:
        """Say where a tool is, or how it would be had. Nothing is downloaded or built, and no server is asked.

        Raises:
            ToolchainError: There is no such tool.
        """
        tool = self._tool(name)
        entry = self._entry(tool)
        if entry.intact():
            return ToolStatus(tool, "cache", entry.path, str(entry.path))
        if place := found.find(tool, self._environ):
            return ToolStatus(tool, place[1], place[0], str(place[0]))
        go: Go | None = None
        try:
            go = self._builder.go(tool)
            build = f"built from Go modules with Go {dotted(go.version)}"
        except Unavailable as reason:
            build = str(reason)
        try:
            address = self._releases.offered(tool)
        except Unavailable as reason:
            if go is None:
                return ToolStatus(tool, "none", None, f"{reason}; {build}", self._remedy([tool]))
            return ToolStatus(tool, "build", None, f"{build} ({reason})")
        return ToolStatus(tool, "download", None, f"{address}; should that fail: {build}")

    def _tool(self, name: str) -> Tool:
        if name not in self._tools:
            text = f"There is no tool {name!r} in the toolchain. It has {', '.join(self._tools)}."
            raise ToolchainError(text)
        return self._tools[name]

    def _entry(self, tool: Tool) -> Entry:
        return Entry(self.cache, tool, self._platform, self._releases.known(tool))

    def _here(self, tool: Tool) -> Path | None:
        entry, work = self._entry(tool), Work(tool, self._report)
        if entry.intact():
            work.say("ready", "in the cache")
            return entry.path
        if place := found.find(tool, self._environ):
            work.say("ready", f"found by {place[1]}: {place[0]}")
            return place[0]
        return None

    def _download(self, tool: Tool) -> Path:
        work = Work(tool, self._report)
        with self._had_anew(tool, work) as (entry, scratch):
            if scratch is None:
                return entry.path
            try:
                address = self._releases.fetch(tool, work, scratch)
            except Unavailable as reason:
                if str(reason) not in self._told:
                    self._told.add(str(reason))
                    work.say("note", f"not downloaded: {reason}")
                raise
            path = entry.install(scratch, f"download {address}", self._releases.known(tool) or "")
            work.say("ready", f"downloaded from {address}")
            return path

    def _build(self, tool: Tool, go: Go) -> Path:
        work = Work(tool, self._report)
        with self._had_anew(tool, work) as (entry, scratch):
            if scratch is None:
                return entry.path
            self._builder.build(tool, go, work, scratch)
            path = entry.install(scratch, f"build {tool.module.package} with Go {dotted(go.version)}")
            work.say("ready", "built from Go modules")
            return path

    @contextmanager
    def _had_anew(self, tool: Tool, work: Work) -> Iterator[tuple[Entry, Path | None]]:
        """Hold the tool's lock and give a place to make it; no place when another run has made it meanwhile."""
        entry = self._entry(tool)
        with held(entry.lock_path, lambda: work.say("waiting", "another run has it in hand")):
            if entry.intact():
                work.say("ready", "in the cache, by another run")
                yield entry, None
                return
            if entry.exists():
                entry.remove()
                work.say("note", f"{entry.path} was not what was put there: removed")
            make_folder(entry.folder)
            entry.see_ours()
            # The lock is ours: what an interrupted run has left is nobody's.
            for left in entry.folder.glob(".new-*"):
                shutil.rmtree(left, ignore_errors=True)
            with TemporaryDirectory(prefix=".new-", dir=entry.folder) as scratch:
                yield entry, Path(scratch) / tool.name

    def _goes(self, missing: Mapping[str, str]) -> dict[str, Go]:
        """Find a Go for each missing tool (by name, with the reason why it was not downloaded)."""
        goes: dict[str, Go] = {}
        refused: dict[str, str] = {}
        for name, reason in missing.items():
            try:
                goes[name] = self._builder.go(self._tools[name])
            except Unavailable as no_go:
                refused[name] = f"  {self._tools[name]}: {reason}; {no_go}"
        if refused:
            lines = "\n".join(refused.values())
            remedy = self._remedy(self._tools[name] for name in refused)
            text = f"These tools are missing and cannot be had ({self._platform}):\n{lines}\n{remedy}"
            raise ToolchainError(text)
        return goes

    def _remedy(self, tools: Iterable[Tool]) -> str:
        needed = max(self._builder.needed_version(tool) for tool in tools)
        return (
            f"Install Go {dotted(needed)} or newer to build them here; or set SEATRIAL_MIRROR to a web server "
            "that has the releases' files; or set KUBEBUILDER_ASSETS to a directory with programs of exactly these "
            "versions."
        )
