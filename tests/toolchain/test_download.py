"""Downloads: hashes, interrupts, trust on first use, mirrors."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
import threading
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from provision.toolchain import ChecksumError, Toolchain, ToolchainError, ToolProgress
from provision.toolchain.download import ATTEMPTS
from provision.toolchain.model import Release, Tool

from .conftest import DEMO_PATH, PLATFORM, SCRIPT, demo, sha256
from .mirror import File, Mirror

Make = Callable[..., Toolchain]
BIG = SCRIPT + b"#" * 1_000_000
OFFICIAL = "https://releases.example.com" + DEMO_PATH
HASHES = f"{DEMO_PATH}.sha256"
TRUSTED = demo(hashes="{url}.sha256")


def test_a_release_is_downloaded_and_checked(make: Make, mirror: Mirror, lines: list[ToolProgress]) -> None:
    """A pinned release comes from the mirror, at the path that it has on its official server."""
    path = make(demo(pin=sha256(SCRIPT))).ensure("demo")

    assert path.read_bytes() == SCRIPT
    assert mirror.requests == [(DEMO_PATH, "")]
    assert [line.stage for line in lines] == ["downloading", "ready"]


def test_a_mirror_may_have_a_path(make: Make, mirror: Mirror) -> None:
    """The mirror's own path comes before the release's."""
    mirror.files[f"/some/where{DEMO_PATH}"] = mirror.files.pop(DEMO_PATH)

    make(demo(pin=sha256(SCRIPT)), SEATRIAL_MIRROR=f"{mirror.url}/some/where/").ensure("demo")

    assert [(f"/some/where{DEMO_PATH}", "")] == mirror.requests


def test_a_wrong_checksum_is_refused_and_removed(make: Make, tmp_path: Path) -> None:
    """The message names both hashes, nothing is kept, and nothing is built instead."""
    with pytest.raises(ChecksumError) as error:
        make(demo(pin="0" * 64)).ensure("demo")

    assert f"expected sha256 {'0' * 64} (pinned in the catalogue)" in str(error.value)
    assert f"got      sha256 {sha256(SCRIPT)} ({len(SCRIPT)} bytes)" in str(error.value)
    assert [file for file in (tmp_path / "cache").rglob("*") if file.is_file() and file.suffix != ".lock"] == []


def test_a_file_cut_short_at_the_source_is_refused(make: Make, mirror: Mirror) -> None:
    """A server that has only the first half of the file is found out."""
    mirror.files[DEMO_PATH] = File(BIG[:500_000])

    with pytest.raises(ChecksumError, match=r"refused and removed(?s:.*)\(500000 bytes\)"):
        make(demo(pin=sha256(BIG))).ensure("demo")


def test_a_broken_connection_is_gone_on_with(make: Make, mirror: Mirror) -> None:
    """What was had before the connection broke off is not asked for again."""
    mirror.files[DEMO_PATH] = File(BIG, cuts=[600_000])

    path = make(demo(pin=sha256(BIG))).ensure("demo")

    first, second = mirror.asked_for(DEMO_PATH)
    assert first == ""
    assert 400_000 <= int(second.removeprefix("bytes=").removesuffix("-")) <= 600_000
    assert path.read_bytes() == BIG


def test_the_next_run_goes_on_where_the_last_one_gave_up(make: Make, mirror: Mirror) -> None:
    """A download that broke off too often is not tried for ever, and its part is used by the next run."""
    mirror.files[DEMO_PATH] = File(BIG, cuts=[200_000] * ATTEMPTS)
    toolchain = make(demo(pin=sha256(BIG)))
    with pytest.raises(ToolchainError, match=f"broke off {ATTEMPTS} times"):
        toolchain.ensure("demo")

    path = toolchain.ensure("demo")

    assert len(mirror.requests) == ATTEMPTS + 1
    assert mirror.requests[-1][1] != ""
    assert path.read_bytes() == BIG


@pytest.mark.parametrize("left", [b"x" * 1000, b"x" * (len(BIG) + 1), b"x" * len(BIG)])
def test_a_spoilt_part_is_started_over(make: Make, mirror: Mirror, tmp_path: Path, left: bytes) -> None:
    """A part that is not this file's beginning costs one more try, no more."""
    mirror.files[DEMO_PATH] = File(BIG)
    part = tmp_path / "cache/downloads" / f"{sha256(BIG)[:16]}-demo-{PLATFORM}.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(left)

    assert make(demo(pin=sha256(BIG))).ensure("demo").read_bytes() == BIG
    assert [f"bytes={len(left)}-", ""] == mirror.asked_for(DEMO_PATH)


def test_a_server_without_ranges_is_asked_for_all(make: Make, mirror: Mirror) -> None:
    """A server that answers a Range with the whole file does no harm."""
    mirror.files[DEMO_PATH] = File(BIG, ranges=False, cuts=[600_000])

    assert make(demo(pin=sha256(BIG))).ensure("demo").read_bytes() == BIG


def test_a_killed_run_is_gone_on_with(make: Make, mirror: Mirror, tmp_path: Path) -> None:
    """After SIGKILL in the middle of a download the next run goes on from there."""
    mirror.files[DEMO_PATH] = File(BIG, held=threading.Event())
    code = (
        "import sys; from pathlib import Path; from provision.toolchain.download import fetch_file\n"
        "fetch_file(sys.argv[1], Path(sys.argv[2]), sys.argv[3], 'a test', lambda *_: None)"
    )
    part = tmp_path / "cache/downloads" / f"{sha256(BIG)[:16]}-demo-{PLATFORM}.part"
    command = [sys.executable, "-c", code, mirror.url + DEMO_PATH, str(part), sha256(BIG)]
    process = subprocess.Popen(command, cwd=Path(__file__).parents[2])
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and not (part.exists() and part.stat().st_size > 300_000):
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.02)
    process.kill()
    process.wait()
    mirror.files[DEMO_PATH] = File(BIG)

    path = make(demo(pin=sha256(BIG))).ensure("demo")

    assert path.read_bytes() == BIG
    assert mirror.requests[-1][1].startswith("bytes=")


def test_a_published_hash_is_trusted_once_and_held_to(make: Make, mirror: Mirror, tmp_path: Path) -> None:
    """The first download writes toolchain.lock; a release that changes afterwards is refused, whatever it publishes."""
    mirror.files[HASHES] = File(f"{sha256(SCRIPT)}  demo-{PLATFORM}\n".encode())
    path = make(TRUSTED).ensure("demo")
    assert {OFFICIAL: sha256(SCRIPT)} == json.loads((tmp_path / "toolchain.lock").read_text())
    path.unlink()
    mirror.files[DEMO_PATH] = File(b"changed")
    mirror.files[HASHES] = File(sha256(b"changed").encode())

    with pytest.raises(ChecksumError, match=f"expected sha256 {sha256(SCRIPT)} .held to by .*toolchain.lock"):
        make(TRUSTED).ensure("demo")

    assert len(mirror.asked_for(HASHES)) == 1


@pytest.mark.parametrize(
    "published",
    [
        sha256(SCRIPT),
        f"{'1' * 64}  demo-plan9-arm\n{sha256(SCRIPT)} *demo-{PLATFORM}\n",
        json.dumps({"assets": [{"name": "x"}, {"name": f"demo-{PLATFORM}", "digest": f"sha256:{sha256(SCRIPT)}"}]}),
    ],
)
def test_hashes_are_read_as_projects_publish_them(make: Make, mirror: Mirror, published: str) -> None:
    """Alone in a file, in a list of many files, or in GitHub's description of a release."""
    mirror.files[HASHES] = File(published.encode())

    assert make(TRUSTED).ensure("demo").read_bytes() == SCRIPT


@pytest.mark.parametrize("published", [b"<html>Please log in</html>", b"{}", f"{'1' * 64}  other\n".encode()])
def test_a_file_of_hashes_without_ours_is_no_hash(make: Make, mirror: Mirror, tmp_path: Path, published: bytes) -> None:
    """A page that is no file of hashes is not trusted."""
    mirror.files[HASHES] = File(published)

    with pytest.raises(ToolchainError, match="has no SHA-256 of the file"):
        make(TRUSTED).ensure("demo")

    assert not (tmp_path / "toolchain.lock").exists()


def test_a_damaged_lock_file_is_an_error(make: Make, tmp_path: Path) -> None:
    """A lock file that cannot be understood is never passed over."""
    (tmp_path / "toolchain.lock").write_text(json.dumps({OFFICIAL: "abc"}))

    with pytest.raises(ToolchainError, match=r"toolchain.lock must be one JSON object"):
        make(TRUSTED).ensure("demo")


@pytest.mark.parametrize("kind", ["tar.gz", "zip"])
def test_an_archive_is_downloaded_once_for_its_tools(make: Make, mirror: Mirror, kind: str) -> None:
    """Two tools out of one archive cost one download."""
    archive = _archive(kind, {"pair-1.2.3/one": b"one", "pair-1.2.3/two": b"two"})
    mirror.files["/pair." + kind] = File(archive)
    tools = [_paired("one", kind, archive), _paired("two", kind, archive)]

    paths = make(*tools).ensure_all(["one", "two"])

    assert [path.read_bytes() for path in paths.values()] == [b"one", b"two"]
    assert len(mirror.requests) == 1


def test_an_archive_without_the_tool_is_an_error(make: Make, mirror: Mirror) -> None:
    """An archive that is laid out otherwise is named."""
    archive = _archive("tar.gz", {"elsewhere/one": b"one"})
    mirror.files["/pair.tar.gz"] = File(archive)

    with pytest.raises(ToolchainError, match=r"has no pair-1.2.3/one"):
        make(_paired("one", "tar.gz", archive)).ensure("one")


@pytest.mark.parametrize("variables", [{"SEATRIAL_MIRROR": "mirror.example.com"}, {"SEATRIAL_DOWNLOADS": "no"}])
def test_a_variable_without_meaning_is_an_error(make: Make, variables: dict[str, str]) -> None:
    """A mirror that is no address, or a wish that nobody knows, is not passed over."""
    with pytest.raises(ToolchainError, match=next(iter(variables))):
        make(demo(), **variables)


def _paired(name: str, kind: str, archive: bytes) -> Tool:
    release = Release(
        url="https://releases.example.com/pair{ext}",
        platforms=(PLATFORM,),
        pins={PLATFORM: sha256(archive)},
        member="pair-{version}/" + name,
        ext={PLATFORM.partition("-")[0]: f".{kind}"},
    )
    return replace(demo(name=name), release=release)


def _archive(kind: str, members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(buffer, "w") as zipped:
            for name, content in members.items():
                zipped.writestr(name, content)
    else:
        with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
            for name, content in members.items():
                info = tarfile.TarInfo(name)
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))
    return buffer.getvalue()
