"""What a machine is given of Debian is what the repository names, what that needs among it, and nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from provision.debian import installing
from provision.debian.apt import Apt
from provision.debian.errors import DebianError
from provision.debian.installing import MACHINE_LOCK, MACHINE_PACKAGES, install, install_missing
from provision.debian.lock import pins, write
from provision.engine.packages import ensure
from provision.engine.private import PROGRAMS
from provision.images.node_base import _PROGRAMS as OF_THE_BASE
from provision.toolchain.cache import sha256_of

from .conftest import STAMP, Archive

pytestmark = pytest.mark.skipif(not Apt.there(), reason="this machine has no apt-get: Debian's packages are for Debian")

_APT = """#!/bin/sh
case "$*" in
  *" --simulate "* | *" update" | *" download "*) exec {apt} "$@" ;;
  *) for file in "$@"; do case $file in *.deb) echo "$file" ;; esac; done >{told} ;;
esac
"""


@pytest.fixture
def told(archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files that apt has been told to install: it is the machine's own, but for that it does not do so."""
    del archive
    file, program = tmp_path / "told", tmp_path / "bin/apt-get"
    program.parent.mkdir()
    program.write_text(_APT.format(apt=shutil.which("apt-get"), told=file))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    return file


def lists() -> None:
    """Let apt know what the archive has."""
    (Path(os.environ["APT_CONFIG"]).parent / "lists/partial").mkdir(parents=True, exist_ok=True)
    subprocess.run(["apt-get", "-q", "update"], check=True, capture_output=True)


def test_what_it_needs_is_pinned_as_well(archive: Archive, told: Path, tmp_path: Path) -> None:
    """A package and what it needs are installed from files that are what is committed."""
    made = [archive.publish("1.0", needs="seatrial-greeting"), archive.publish("2.0", name="seatrial-greeting")]
    write(made, STAMP, archive.lock)
    lists()
    install(["hello"], archive.debian(tmp_path / "cache"))
    assert {pin.sha256 for pin in made} == {sha256_of(Path(line)) for line in told.read_text().splitlines()}


def test_an_archive_that_has_another_version(archive: Archive, told: Path, tmp_path: Path) -> None:
    """Where the archive has moved on, what is pinned is installed all the same."""
    old = archive.publish("2.0", name="seatrial-greeting")
    archive.keep(old)
    made = [archive.publish("1.0", needs="seatrial-greeting"), old]
    write(made, STAMP, archive.lock)
    archive.publish("3.0", name="seatrial-greeting")
    lists()
    install(["hello"], archive.debian(tmp_path / "cache"))
    assert {pin.sha256 for pin in made} == {sha256_of(Path(line)) for line in told.read_text().splitlines()}


def test_what_nobody_has_pinned(archive: Archive, told: Path, tmp_path: Path) -> None:
    """A package that needs another one, which no commit names, is not installed."""
    write([archive.publish("1.0", needs="seatrial-greeting")], STAMP, archive.lock)
    archive.publish("2.0", name="seatrial-greeting")
    lists()
    with pytest.raises(DebianError, match=r"debian\.lock has no seatrial-greeting"):
        install(["hello"], archive.debian(tmp_path / "cache"))
    assert not told.exists()


def test_another_file_of_the_same_version(archive: Archive, told: Path, tmp_path: Path) -> None:
    """A file that is not the one that is committed is not installed, whatever the archive's lists say."""
    good = archive.publish("1.0")
    archive.publish("1.0", says="evil")
    write([good], STAMP, archive.lock)
    lists()
    with pytest.raises(DebianError, match=r"hello 1\.0: .* not the one that is pinned"):
        install(["hello"], archive.debian(tmp_path / "cache"))
    assert not told.exists()


def test_another_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Versions are pinned for one release: elsewhere the packages are named, and nobody's are installed."""
    monkeypatch.setattr(installing, "_release", lambda: ("debian", "13", "x86_64"))
    with pytest.raises(DebianError, match=r"These Debian packages, .*: docker\.io\. .*as root on Debian 12 \(amd64\)"):
        install_missing(["docker.io"], print)


def test_what_is_there_is_left_alone() -> None:
    """A program that is on this machine is nobody's to install."""
    ensure({"sh": "no-such-package"}, pytest.fail)


def test_the_lock_has_what_is_asked_for() -> None:
    """Whatever an engine, or the making of an image, asks of a machine is pinned, with what it needs."""
    known = pins(MACHINE_LOCK)
    assert set(MACHINE_PACKAGES) == {*PROGRAMS.values(), *OF_THE_BASE.values()}
    assert {*MACHINE_PACKAGES, "containerd", "libc6", "tini"} <= set(known)
