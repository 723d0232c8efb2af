"""Packages of Debian as a folder: the pinned versions, verified by their hashes, unpacked without root and scripts."""

from __future__ import annotations

import os
import subprocess
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from provision.debian.apt import Apt
from provision.debian.errors import DebianError, GoneError
from provision.debian.lock import LOCK, REFRESH, SNAPSHOT, Pin, pinned
from provision.toolchain.cache import owned, sha256_of
from provision.toolchain.download import fetch_file
from provision.toolchain.errors import Unavailable
from provision.toolchain.locking import held

_MERGED = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
_LEFT_OUT = (
    "usr/share/doc",
    "usr/share/man",
    "usr/share/locale",
    "usr/share/lintian",
    "usr/share/info",
    "usr/share/perl5",
)


class Debian:
    """Has the packages that the lock pins: from the archive that this machine's apt is set to, or from its snapshot.

    Args:
        folder: Where packages and lists are kept.
        lock: What is pinned.
        snapshot: The address of the archive's snapshots.
    """

    def __init__(self, folder: Path, lock: Path = LOCK, snapshot: str = SNAPSHOT) -> None:
        self._folder = folder
        self._lock = lock
        self._snapshot = snapshot
        self._apt = Apt(folder)

    def unpacked(self, packages: Sequence[str], into: Path) -> Path:
        """Unpack exactly these *packages*, without what they depend on, into the new folder *into*.

        Raises:
            DebianError: This machine has no apt, a package is not pinned, cannot be had, or is not what is pinned.
        """
        if not Apt.there():
            raise DebianError(
                f"{', '.join(packages)}: packages of Debian are needed, and this machine has no apt-get; "
                "build the images on a machine with Debian, or let the real images be pulled"
            )
        for pin in self.ensure(packages):
            _unpack(self.file(pin), into)
        return into

    def ensure(self, packages: Sequence[str]) -> list[Pin]:
        """See to it that these *packages* are in the cache, each as it is pinned; return their pins.

        Raises:
            GoneError: The archive has another version by now, and its snapshot cannot be had.
            DebianError: A package is not pinned, cannot be had, or is not what is pinned, or somebody else could change
                it once it was looked at.
        """
        wanted = pinned(packages, self._lock)
        self._see_ours()
        with held(self._folder / "apt.lock"):
            self._ensure([pin for pin in wanted if not self._has(pin)])
        return wanted

    def file(self, pin: Pin) -> Path:
        """Say where the file of a pinned package is, once it was had."""
        return self._folder / "packages" / f"{pin.sha256}.deb"

    def _see_ours(self) -> None:
        images, cache = self._folder.parents[:2]
        for folder in (cache.resolve(), images, self._folder, self._folder / "packages"):  # the cache may be a link
            if folder.exists() and not owned(folder):
                raise DebianError(
                    f"{folder}: other users may write here, or it is another user's or a link: no package from it is "
                    "used. Remove it, or name another cache (SEATRIAL_CACHE)"
                )

    def _has(self, pin: Pin) -> bool:
        return self.file(pin).is_file() and sha256_of(self.file(pin)) == pin.sha256

    def _ensure(self, missing: Sequence[Pin]) -> None:
        if not missing:
            return
        (self._folder / "packages").mkdir(parents=True, exist_ok=True)
        self._apt.update()
        there = self._apt.versions(pin.name for pin in missing)
        self._download([pin for pin in missing if (pin.name, pin.version) in there])
        for pin in missing:
            if (pin.name, pin.version) not in there:
                self._of_snapshot(pin)

    def _download(self, wanted: Sequence[Pin]) -> None:
        with tempfile.TemporaryDirectory(prefix=".new-", dir=self._folder) as draft:
            if wanted:
                self._apt.download([f"{pin.name}={pin.version}" for pin in wanted], Path(draft))
            files = {file.name.partition("_")[0]: file for file in Path(draft).glob("*.deb")}
            for pin in wanted:
                file = files[pin.name]
                if (got := sha256_of(file)) != pin.sha256:
                    raise DebianError(
                        f"{pin.name} {pin.version}: the archive's file is not the one that is pinned\n"
                        f"  expected sha256 {pin.sha256} ({self._lock.name})\n"
                        f"  got      sha256 {got}\n"
                        "find out who changed it: one version of a package is one file"
                    )
                file.replace(self.file(pin))

    def _of_snapshot(self, pin: Pin) -> None:
        file = self.file(pin)
        try:
            fetch_file(pin.snapshot(self._snapshot), file, pin.sha256, self._lock.name, lambda *_: None)
        except Unavailable as error:
            raise GoneError(
                f"{pin.name} {pin.version} is pinned in {self._lock.name}; the archive that this machine's apt asks "
                f"does not have that version, and its snapshot cannot be had: {error}. `{REFRESH}` pins what the "
                "archive has now: look at the difference, and commit it"
            ) from error


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
        raise DebianError(f"{package} is damaged: dpkg-deb ended with {process.returncode}; remove it and try again")


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
