"""An archive of Debian packages of the tests' own."""

from __future__ import annotations

import functools
import http.server
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from provision.debian.lock import Pin
from provision.debian.packages import Debian
from provision.toolchain.cache import sha256_of

STAMP = "20260101T000000Z"
PLACE = "pool/main/h/{name}/{name}_{version}_amd64.deb"


@dataclass
class Archive:
    """An archive of a package or two, and what it had once."""

    folder: Path
    snapshots: Path
    url: str
    lock: Path
    lists: dict[str, str] = field(default_factory=dict)

    def publish(self, version: str, says: str = "hello", name: str = "hello", needs: str = "") -> Pin:
        """Let the archive have *version* of a package, and no other."""
        place = PLACE.format(name=name, version=version)
        file = self.folder / place
        tree = self.folder.parent / f"tree-{version}"
        (tree / "DEBIAN").mkdir(parents=True)
        (tree / "usr/bin").mkdir(parents=True)
        (tree / "usr/bin" / name).write_text(says)
        control = f"Package: {name}\nVersion: {version}\nArchitecture: amd64\nMaintainer: nobody\nDescription: one\n"
        control += f"Depends: {needs}\n" if needs else ""
        (tree / "DEBIAN/control").write_text(control)
        for old in self.folder.rglob(f"{name}_*.deb"):
            old.unlink()
        file.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["dpkg-deb", "--build", "--root-owner-group", tree, file], check=True, capture_output=True)
        shutil.rmtree(tree)
        facts = f"Filename: ./{place}\nSize: {file.stat().st_size}\nSHA256: {sha256_of(file)}\n"
        self.lists[name] = control + facts
        (self.folder / "Packages").write_text("\n".join(self.lists.values()))
        return Pin(name, version, sha256_of(file), place, STAMP)

    def keep(self, pin: Pin) -> Path:
        """Keep the file that the archive has now in its snapshot."""
        to = self.snapshots / "debian" / STAMP / pin.place
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(self.folder / pin.place, to)
        return to

    def debian(self, cache: Path) -> Debian:
        """Return packages from it."""
        return Debian(cache, self.lock, self.url)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Archive]:
    """An archive that apt is set to; nothing else can be reached."""
    folder, snapshots = tmp_path / "archive", tmp_path / "snapshots"
    folder.mkdir()
    snapshots.mkdir()
    sources = tmp_path / "sources.list"
    sources.write_text(f"deb [trusted=yes] file:{folder} ./\n")
    config = tmp_path / "apt.conf"
    config.write_text(
        f'Dir::Etc::sourcelist "{sources}";\nDir::Etc::sourceparts "-";\nDir::State::lists "{tmp_path}/lists";\n'
    )
    monkeypatch.setenv("APT_CONFIG", str(config))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    handler = functools.partial(_Quiet, directory=str(snapshots))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Archive(folder, snapshots, f"http://127.0.0.1:{server.server_port}", tmp_path / "debian.lock")
    server.shutdown()
    server.server_close()
