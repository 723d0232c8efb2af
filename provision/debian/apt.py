"""apt with lists of its own: it needs no root, and changes nothing of this machine's."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable
from email.parser import HeaderParser
from pathlib import Path

from provision.debian.errors import DebianError
from provision.programs import complete

_UPDATE_LIMIT, _DOWNLOAD_LIMIT = 300.0, 600.0  # seconds
_LISTS_FRESH = 6 * 3600.0  # seconds for which the lists of packages are good enough


class Apt:
    """Asks the archives that this machine's apt is set to; their signatures are checked.

    Args:
        folder: Where its lists are kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @staticmethod
    def there() -> bool:
        """Tell whether this machine has what it takes."""
        return all(shutil.which(name) for name in ("apt-get", "apt-cache", "dpkg-deb"))

    def update(self) -> None:
        """Fetch the lists of packages, unless those that are there are fresh.

        Raises:
            DebianError: They cannot be had.
        """
        stamp = self._folder / "updated"
        if stamp.exists() and stamp.stat().st_mtime > time.time() - _LISTS_FRESH:
            return
        (self._folder / "lists/partial").mkdir(parents=True, exist_ok=True)
        (self._folder / "status").touch()
        self._run("apt-get", ["-q", "-y", "update"], _UPDATE_LIMIT, self._folder)
        stamp.touch()

    def versions(self, names: Iterable[str]) -> set[tuple[str, str]]:
        """Return the name and the version of everything that the lists have of packages called *names*."""
        lines = self._run("apt-cache", ["madison", *names], _UPDATE_LIMIT, self._folder).splitlines()
        return {(row[0].strip(), row[1].strip()) for line in lines if len(row := line.split("|")) > 1}

    def candidates(self, names: Iterable[str]) -> dict[str, dict[str, str]]:
        """Return, by name, what the lists say of the versions of *names* that would be installed.

        Raises:
            DebianError: They have not one of them.
        """
        said = self._run("apt-cache", ["show", "--no-all-versions", *names], _UPDATE_LIMIT, self._folder)
        parsed = (dict(HeaderParser().parsestr(paragraph).items()) for paragraph in said.strip().split("\n\n"))
        return {facts["Package"]: facts for facts in parsed if "Package" in facts}

    def closure(self, names: Iterable[str]) -> set[str]:
        """Return the names of all packages of a machine that has *names*, with all that they need, and nothing else.

        Raises:
            DebianError: They have not one of them.
        """
        least = ("?essential", "?priority(required)", "apt", "usr-is-merged")  # what debootstrap takes for the least
        command = ["-q", "-y", "--simulate", "--no-install-recommends", "install", *least, *names]
        said = self._run("apt-get", command, _UPDATE_LIMIT, self._folder)
        return {line.split()[1] for line in said.splitlines() if line.startswith("Inst ")}

    def download(self, wanted: Iterable[str], into: Path) -> None:
        """Download packages, each as ``name=version``, into a folder.

        Raises:
            DebianError: One cannot be had.
        """
        self._run("apt-get", ["-q", "-y", "download", *wanted], _DOWNLOAD_LIMIT, into)

    def _run(self, program: str, command: list[str], limit: float, folder: Path) -> str:
        options = {
            "Dir::State::lists": self._folder / "lists",
            "Dir::State::status": self._folder / "status",
            "Dir::Cache": self._folder,
            "APT::Sandbox::User": "",
            "APT::Architecture": "amd64",  # as the recipes have it
        }
        argv = [program, *(f"-o{name}={value}" for name, value in options.items()), *command]
        said = f"{program} {' '.join(word for word in command if not word.startswith('-'))}"
        missing = "apt: this takes a machine with Debian"
        return complete(*argv, missing=missing, raising=DebianError, called=said, within=limit, folder=folder)
