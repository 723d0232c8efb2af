"""Packages of Debian are those that the repository names, by their hashes, from a real archive of the test's own."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from provision.debian.apt import Apt
from provision.debian.errors import DebianError
from provision.debian.lock import REFRESH, pinned, pins, write
from provision.debian.packages import Debian
from provision.images.debian_refresh import gone, refresh
from provision.images.recipes import RECIPES, packages
from provision.toolchain.errors import ChecksumError

from .conftest import STAMP, Archive

pytestmark = pytest.mark.skipif(not Apt.there(), reason="this machine has no apt-get: Debian's packages are for Debian")


def content(debian: Debian, into: Path) -> str:
    """Unpack the package, and return its file."""
    return (debian.unpacked(["hello"], into) / "usr/bin/hello").read_text()


def test_the_lock_has_what_recipes_name() -> None:
    """Every package of every recipe is pinned, and nothing else."""
    assert packages() == set(pins())
    assert {"libc6", "python3.11", "rsyslog", "busybox"} <= packages()
    assert RECIPES


def test_what_is_pinned(archive: Archive, tmp_path: Path) -> None:
    """The pinned file is had from the archive, once."""
    write([archive.publish("1.0")], STAMP, archive.lock)
    debian = archive.debian(tmp_path / "cache")
    assert "hello" == content(debian, tmp_path / "one")
    shutil.rmtree(archive.folder)
    assert "hello" == content(debian, tmp_path / "two")


def test_another_file_of_the_same_version(archive: Archive, tmp_path: Path) -> None:
    """An archive whose file is another than the pinned one is refused, however well its own lists agree with it."""
    good = archive.publish("1.0")
    write([good], STAMP, archive.lock)
    bad = archive.publish("1.0", says="evil")
    with pytest.raises(
        DebianError, match=f"hello 1.0: .* not the one that is pinned\n.*{good.sha256}.*\n.*{bad.sha256}"
    ):
        archive.debian(tmp_path / "cache").unpacked(["hello"], tmp_path / "one")
    assert not (tmp_path / "one").exists()
    assert [] == list((tmp_path / "cache/packages").iterdir())


def test_a_file_that_was_changed_in_the_cache(archive: Archive, tmp_path: Path) -> None:
    """Hashes are compared on each use: what somebody has changed meanwhile is had anew."""
    pin = archive.publish("1.0")
    write([pin], STAMP, archive.lock)
    debian = archive.debian(tmp_path / "cache")
    content(debian, tmp_path / "one")
    (tmp_path / "cache/packages" / f"{pin.sha256}.deb").write_bytes(b"evil")
    assert "hello" == content(debian, tmp_path / "two")


@pytest.mark.parametrize("place", ["", "packages"])
def test_a_cache_that_others_may_write(archive: Archive, tmp_path: Path, place: str) -> None:
    """What somebody else could change after it was looked at is not used."""
    write([archive.publish("1.0")], STAMP, archive.lock)
    (tmp_path / "cache/packages").mkdir(parents=True)
    (tmp_path / "cache" / place).chmod(0o777)
    with pytest.raises(DebianError, match="other users may write here"):
        content(archive.debian(tmp_path / "cache"), tmp_path / "one")


def test_a_version_that_the_archive_has_no_more(archive: Archive, tmp_path: Path) -> None:
    """It comes from the snapshot, by the same hash."""
    pin = archive.publish("1.0", says="the old one")
    archive.keep(pin)
    write([pin], STAMP, archive.lock)
    archive.publish("2.0", says="the new one")
    assert "the old one" == content(archive.debian(tmp_path / "cache"), tmp_path / "one")


def test_another_file_in_the_snapshot(archive: Archive, tmp_path: Path) -> None:
    """A snapshot is believed no more than the archive."""
    pin = archive.publish("1.0")
    archive.keep(pin).write_bytes(b"evil")
    write([pin], STAMP, archive.lock)
    archive.publish("2.0")
    with pytest.raises(ChecksumError, match=f"expected sha256 {pin.sha256} \\(debian.lock\\)"):
        content(archive.debian(tmp_path / "cache"), tmp_path / "one")


def test_a_version_that_nobody_has(archive: Archive, tmp_path: Path) -> None:
    """It is one message that says what to do; what is to be done helps."""
    write([archive.publish("1.0")], STAMP, archive.lock)
    archive.publish("2.0", says="the new one")
    debian = archive.debian(tmp_path / "cache")
    with pytest.raises(
        DebianError, match=f"hello 1.0 is pinned in debian.lock; .* answered 404. `{REFRESH}` pins what"
    ):
        content(debian, tmp_path / "one")
    assert ["2.0"] == [pin.version for pin in refresh(["hello"], Apt(tmp_path / "cache"), archive.lock)]
    assert "the new one" == content(debian, tmp_path / "two")


def test_what_is_gone_is_told_from_what_is_wrong(archive: Archive, tmp_path: Path) -> None:
    """Only a version that nobody has is a reason to pin anew: a file that was changed is none."""
    write([archive.publish("1.0")], STAMP, archive.lock)
    assert not gone(archive.debian(tmp_path / "one"), ["hello"])
    archive.publish("2.0")
    assert "hello 1.0 is pinned in debian.lock" in gone(archive.debian(tmp_path / "two"), ["hello"])
    archive.publish("1.0", says="evil")
    with pytest.raises(DebianError, match="not the one that is pinned"):
        gone(archive.debian(tmp_path / "three"), ["hello"])


def test_a_package_that_is_not_pinned(archive: Archive, tmp_path: Path) -> None:
    """What the archive has and the lock has not is not taken."""
    write([archive.publish("1.0")], STAMP, archive.lock)
    with pytest.raises(DebianError, match=f"debian.lock has no goodbye; `{REFRESH}` adds"):
        archive.debian(tmp_path / "cache").unpacked(["hello", "goodbye"], tmp_path / "one")
    with pytest.raises(DebianError, match=r"apt-cache show goodbye failed|goodbye: apt's lists"):
        refresh(["goodbye"], Apt(tmp_path / "cache"), archive.lock)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("hello 1.0", "debian.lock:2: expected a name, a version"),
        (f"hello 1.0 {'0' * 64} ../../etc/passwd.deb", "debian.lock:2: expected"),
        (f"hello 1.0 {'0' * 63} pool/main/h/hello.deb", "debian.lock:2: expected"),
        (f"-oX=y 1.0 {'0' * 64} pool/main/h/hello.deb", "debian.lock:2: expected"),
    ],
)
def test_a_lock_that_is_spoilt(tmp_path: Path, line: str, said: str) -> None:
    """A line that is none is named."""
    lock = tmp_path / "debian.lock"
    lock.write_text(f"snapshot {STAMP}\n{line}\n")
    with pytest.raises(DebianError, match=said):
        pinned(["hello"], lock)
    lock.write_text(f"hello 1.0 {hashlib.sha256().hexdigest()} pool/main/h/hello.deb\n")
    with pytest.raises(DebianError, match="no line says since when"):
        pins(lock)
