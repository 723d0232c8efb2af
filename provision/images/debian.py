"""Packages of Debian as a folder: downloaded and verified by apt-get, unpacked without root and without scripts."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from provision import programs
from provision.images.archive import ImageError
from provision.toolchain.locking import held

_UPDATE_LIMIT, _DOWNLOAD_LIMIT = 300.0, 600.0  # seconds
_MERGED = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
_LEFT_OUT = (
    "usr/share/doc",
    "usr/share/man",
    "usr/share/locale",
    "usr/share/lintian",
    "usr/share/info",
    "usr/share/perl5",
)
_LISTS_FRESH = 6 * 3600.0  # seconds for which the lists of packages are good enough


class Debian:
    """Has packages of the Debian release that this machine's apt is set to.

    Args:
        folder: Where packages, lists and unpacked folders are kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def unpacked(self, packages: Sequence[str], into: Path) -> Path:
        """Unpack exactly these *packages*, without what they depend on, into the new folder *into*.

        Raises:
            ImageError: This machine has no apt, or a package cannot be had.
        """
        if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
            raise ImageError(
                f"{', '.join(packages)}: packages of Debian are needed, and this machine has no apt-get; "
                "build the images on a machine with Debian, or let the real images be pulled"
            )
        for file in self._downloaded(packages):
            _unpack(file, into)
        return into

    def _downloaded(self, packages: Sequence[str]) -> list[Path]:
        kept = self._folder / hashlib.sha256(" ".join(packages).encode()).hexdigest()[:16]
        with held(self._folder / "apt.lock"):
            if not kept.is_dir():
                (self._folder / "lists/partial").mkdir(parents=True, exist_ok=True)
                (self._folder / "status").touch()
                self._updated()
                draft = Path(tempfile.mkdtemp(prefix=".new-", dir=self._folder))
                self._apt(["download", *packages], _DOWNLOAD_LIMIT, draft)
                draft.rename(kept)
        return sorted(kept.glob("*.deb"))

    def _updated(self) -> None:
        stamp = self._folder / "updated"
        if stamp.exists() and stamp.stat().st_mtime > time.time() - _LISTS_FRESH:
            return
        self._apt(["update"], _UPDATE_LIMIT, self._folder)
        stamp.touch()

    def _apt(self, command: list[str], limit: float, folder: Path) -> None:
        options = {
            "Dir::State::lists": self._folder / "lists",
            "Dir::State::status": self._folder / "status",
            "Dir::Cache": self._folder,
            "APT::Sandbox::User": "",
        }
        argv = ["apt-get", "-q", "-y", *(f"-o{name}={value}" for name, value in options.items()), *command]
        try:
            run = programs.run(argv, within=limit, cwd=folder)
        except subprocess.TimeoutExpired as error:
            raise ImageError(f"apt-get {' '.join(command)}: no end after {limit:g} s") from error
        if run.returncode != 0:
            raise ImageError(f"apt-get {' '.join(command)} failed: {run.stderr.strip()[-800:]}")


def _unpack(package: Path, into: Path) -> None:
    with (
        subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE) as process,
        tarfile.open(fileobj=process.stdout, mode="r|") as tar,
    ):
        for member in tar:
            name = _place(member.name)
            if name is None:
                continue
            member.name = name
            if member.islnk():
                member.linkname = _place(member.linkname) or member.linkname
            if not (member.isdir() and (into / name).is_dir()):
                tar.extract(member, into, filter=_plain)
    if process.returncode:
        raise ImageError(f"{package} is damaged: dpkg-deb ended with {process.returncode}; remove it and try again")


def _place(name: str) -> str | None:
    """Say where a package's file belongs: /bin and the like are /usr/bin today; documentation belongs nowhere."""
    path = PurePosixPath(name.removeprefix("./"))
    if not path.parts or path.as_posix().startswith(_LEFT_OUT):
        return None
    return path.as_posix() if path.parts[0] not in _MERGED else f"usr/{path}"


def _plain(member: tarfile.TarInfo, _: str) -> tarfile.TarInfo | None:
    if not (member.isfile() or member.isdir() or member.issym() or member.islnk()):
        return None
    return member.replace(mode=(member.mode | 0o400) & 0o755, uid=os.getuid(), gid=os.getgid(), uname="", gname="")
