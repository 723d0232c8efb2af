"""The cache, and programs that the machine has already."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from provision.toolchain import Toolchain, ToolchainError, ToolProgress, cache_dir

from .conftest import DEMO_PATH, PLATFORM, SCRIPT, demo, program, sha256
from .mirror import File, Mirror

Make = Callable[..., Toolchain]
PINNED = demo(pin=sha256(SCRIPT))


def _put(folder: Path, content: bytes) -> Path:
    folder.mkdir()
    path = folder / "demo"
    path.write_bytes(content)
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"SEATRIAL_CACHE": "/a", "XDG_CACHE_HOME": "/b"}, Path("/a")),
        ({"XDG_CACHE_HOME": "/b"}, Path("/b/seatrial")),
        ({"XDG_CACHE_HOME": "relative"}, Path.home() / ".cache/seatrial"),
        ({}, Path.home() / ".cache/seatrial"),
    ],
)
def test_the_cache_is_where_the_environment_says(environ: dict[str, str], expected: Path) -> None:
    """SEATRIAL_CACHE comes first, then the XDG cache directory."""
    assert expected == cache_dir(environ)


def test_a_tool_is_had_once(make: Make, mirror: Mirror, tmp_path: Path) -> None:
    """The second run takes the tool from the cache and asks no server."""
    make(PINNED).ensure("demo")

    path = make(PINNED).ensure("demo")

    assert tmp_path / f"cache/tools/demo/1.2.3/{PLATFORM}/demo" == path
    assert len(mirror.requests) == 1
    assert os.access(path, os.X_OK)


def test_a_touched_file_is_hashed_and_kept(make: Make, mirror: Mirror) -> None:
    """A cached file with another time but the right hash is as good as before."""
    path = make(PINNED).ensure("demo")
    os.utime(path, ns=(1, 1))

    make(PINNED).ensure("demo")

    assert len(mirror.requests) == 1
    assert json.loads(path.with_name("demo.json").read_text())["mtime_ns"] == 1


@pytest.mark.parametrize("content", [SCRIPT[:10], SCRIPT.replace(b"demo", b"evil")])
def test_a_changed_file_is_removed_and_had_anew(make: Make, lines: list[ToolProgress], content: bytes) -> None:
    """A cached file that was cut short or changed is noticed, removed and downloaded again."""
    path = make(PINNED).ensure("demo")
    path.write_bytes(content)
    os.utime(path, ns=(1, 1))

    make(PINNED).ensure("demo")

    assert path.read_bytes() == SCRIPT
    assert f"{path} was not what was put there: removed" in [line.detail for line in lines]


def test_a_file_without_a_record_is_not_trusted(make: Make) -> None:
    """What lies in the cache without its record is replaced."""
    path = make(PINNED).ensure("demo")
    path.write_bytes(b"foreign")
    path.with_name("demo.json").unlink()

    assert make(PINNED).ensure("demo").read_bytes() == SCRIPT


@pytest.mark.parametrize("where", [".", "tools", "tools/demo", f"tools/demo/1.2.3/{PLATFORM}"])
@pytest.mark.parametrize("mode", [0o775, 0o777, 0o1777])
def test_a_cache_that_others_may_write(make: Make, tmp_path: Path, where: str, mode: int) -> None:
    """Nothing is run, or put, where another user may put something else; the message says what to do."""
    path = make(PINNED).ensure("demo")
    (tmp_path / "cache" / where).chmod(mode)
    for ask in (make(PINNED).ensure, make(PINNED).look):
        with pytest.raises(ToolchainError, match=r"other users may write here.*chmod -R go-w .*SEATRIAL_CACHE"):
            ask("demo")
    path.unlink()
    with pytest.raises(ToolchainError, match="other users may write here"):
        make(PINNED).ensure("demo")


def test_a_tool_that_others_may_write(make: Make) -> None:
    """A program or a record that others may write is had anew, though its size and time are as recorded."""
    for name in ("demo", "demo.json"):
        path = make(PINNED).ensure("demo")
        path.with_name(name).chmod(0o777)
        make(PINNED).ensure("demo")
        assert not path.with_name(name).stat().st_mode & 0o022


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to another user")
def test_another_users_cache(make: Make, tmp_path: Path) -> None:
    """A program of another user's is not run: neither from a cache of theirs, nor from ours."""
    path = make(PINNED).ensure("demo")
    os.chown(path, 65534, 65534)
    assert 0 == make(PINNED).ensure("demo").stat().st_uid
    os.chown(tmp_path / "cache", 65534, 65534)
    with pytest.raises(ToolchainError, match="another user's"):
        make(PINNED).ensure("demo")


def test_a_cache_is_nobody_elses_to_write(make: Make, tmp_path: Path) -> None:
    """Whatever the umask, a new cache is one that is trusted later."""
    before = os.umask(0)
    try:
        make(PINNED).ensure("demo")
    finally:
        os.umask(before)
    assert [] == [path for path in (tmp_path / "cache").rglob("tools*") if path.stat().st_mode & 0o022]
    make(PINNED).ensure("demo")


def test_a_linked_cache(make: Make, tmp_path: Path) -> None:
    """The cache itself may be a link to another disk; a link within it is not followed."""
    (tmp_path / "disk").mkdir(mode=0o755)
    (tmp_path / "cache").symlink_to(tmp_path / "disk")
    path = make(PINNED).ensure("demo")
    assert path.exists()
    (tmp_path / "disk" / "tools").rename(tmp_path / "elsewhere")
    (tmp_path / "disk" / "tools").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ToolchainError, match="or a link"):
        make(PINNED).ensure("demo")


def test_a_pin_is_compared_on_each_use(make: Make, mirror: Mirror) -> None:
    """A tool from another release than the one that is pinned now is had anew, however intact it is."""
    evil = SCRIPT.replace(b"demo", b"evil")
    mirror.files[DEMO_PATH] = File(evil)
    path = make(demo(pin=sha256(evil))).ensure("demo")
    assert path.read_bytes() == evil
    mirror.files[DEMO_PATH] = File(SCRIPT)
    assert make(PINNED).ensure("demo").read_bytes() == SCRIPT


def test_two_runs_at_once_download_once(make: Make, mirror: Mirror) -> None:
    """The second run waits for the first one and takes what it made."""
    waiting = threading.Event()
    mirror.files[DEMO_PATH].held = waiting

    def report(progress: ToolProgress) -> None:
        if progress.stage == "waiting":
            waiting.set()

    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(make(PINNED, report=report).ensure, "demo") for _ in range(2)]
        paths = {run.result(30) for run in runs}

    assert len(paths) == 1
    assert len(mirror.asked_for(DEMO_PATH)) == 1


def test_the_exact_version_in_kubebuilder_assets_is_taken(make: Make, mirror: Mirror, tmp_path: Path) -> None:
    """A program that answers with the exact version is used where it is."""
    there = _put(tmp_path / "assets", SCRIPT)

    assert there == make(PINNED, KUBEBUILDER_ASSETS=str(there.parent)).ensure("demo")
    assert mirror.requests == []


@pytest.mark.parametrize("version", ["v1.2.4", "v1.2.3-dispatcher", "v1.2.30", "unknown"])
def test_another_version_is_not_taken(make: Make, tmp_path: Path, version: str) -> None:
    """Only the exact version will do; the right one is then found further along PATH."""
    other = _put(tmp_path / "other", program(version))
    right = _put(tmp_path / "right", SCRIPT)

    toolchain = make(PINNED, KUBEBUILDER_ASSETS=str(other.parent), PATH=f"{other.parent}{os.pathsep}{right.parent}")

    assert right == toolchain.ensure("demo")


def test_the_cache_comes_before_path(make: Make, tmp_path: Path) -> None:
    """A tool that is in the cache is not looked for elsewhere."""
    cached = make(PINNED).ensure("demo")
    there = _put(tmp_path / "bin", SCRIPT)

    assert cached == make(PINNED, PATH=str(there.parent)).ensure("demo")


def test_an_unknown_tool_is_named(make: Make) -> None:
    """Asking for a tool that the table lacks says which ones it has."""
    with pytest.raises(ToolchainError, match=r"no tool 'kopps' in the toolchain. It has demo"):
        make(PINNED).ensure("kopps")


def test_a_cache_that_cannot_be_made_is_one_clear_error(make: Make, tmp_path: Path) -> None:
    """A file in the cache's place gives a message with its path and the variable to set."""
    (tmp_path / "cache").write_text("")

    with pytest.raises(ToolchainError, match=r"cache cannot be used: .*set SEATRIAL_CACHE"):
        make(PINNED).ensure("demo")


def test_what_an_interrupted_run_left_is_removed(make: Make, tmp_path: Path) -> None:
    """A scratch folder of a run that was killed does not stay."""
    left = tmp_path / f"cache/tools/demo/1.2.3/{PLATFORM}/.new-dead"
    left.mkdir(parents=True)
    (left / "demo").write_bytes(b"half")

    path = make(PINNED).ensure("demo")

    assert sorted(file.name for file in path.parent.iterdir()) == ["demo", "demo.json"]


def test_several_tools_come_in_one_call(make: Make, mirror: Mirror) -> None:
    """Several tools come in one call, by name, in the order asked for."""
    other = program("v1.2.3 (other)")
    mirror.files[f"/other/v1.2.3/other-{PLATFORM}"] = File(other)

    paths = make(PINNED, demo(pin=sha256(other), name="other")).ensure_all(["other", "demo", "other"])

    assert list(paths) == ["other", "demo"]
    assert paths["other"].read_bytes() == other
