"""``toolchain.lock``: the hashes that were trusted on first use, and are held to from then on.

Where no hash is pinned in the catalogue, the hash that is published beside the release is fetched at the first
download and written here, under the file's official address. Every later download, from any mirror, must have
that hash: a release that is changed afterwards is noticed, though the first download is only as trustworthy as its
connection. Commit the file: then only the project's first download was ever trusted unseen.
To accept a changed release on purpose, remove its line.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from provision.toolchain.errors import ToolchainError
from provision.toolchain.locking import held

LOCK_FILE = Path(__file__).with_name("toolchain.lock")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class TrustedHashes:
    """The hashes in the lock file, by official address."""

    def __init__(self, path: Path, locks: Path) -> None:
        """Read from and write to ``path``; runs side by side take turns by a lock under ``locks``."""
        self.path = path
        self._lock = locks / "toolchain-lock.lock"

    def get(self, url: str) -> str | None:
        """Return the hash that ``url`` is held to; ``None`` before its first use.

        Raises:
            ToolchainError: The file is not readable as such.
        """
        return self._read().get(url)

    def trust(self, url: str, sha256: str) -> str:
        """Hold ``url`` to ``sha256`` from now on, unless it is held to one already; return the one that counts.

        Raises:
            ToolchainError: The file cannot be read or written.
        """
        with held(self._lock):
            hashes = self._read()
            if url in hashes:
                return hashes[url]
            hashes[url] = sha256
            scratch = self.path.with_name(f".{self.path.name}-{os.getpid()}")
            try:
                scratch.write_text(json.dumps(dict(sorted(hashes.items())), indent=2) + "\n")
                scratch.replace(self.path)
            except OSError as error:
                text = (
                    f"{self.path} cannot be written ({error.strerror}). It records the hash of {url}, which is trusted "
                    f'on first use. Make it writable, or add the line "{url}": "{sha256}" to it.'
                )
                raise ToolchainError(text) from error
        return sha256

    def _read(self) -> dict[str, str]:
        try:
            content = json.loads(self.path.read_text())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            text = f"{self.path} cannot be read: {error}. Restore it, or remove it to trust the releases anew."
            raise ToolchainError(text) from error
        if not isinstance(content, dict) or not all(_SHA256.fullmatch(str(value)) for value in content.values()):
            text = (
                f"{self.path} must be one JSON object of addresses, each with a SHA-256 of 64 hexadecimal digits. "
                "Restore it, or remove it to trust the releases anew."
            )
            raise ToolchainError(text)
        return content
