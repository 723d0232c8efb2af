"""What the doctor says, which never downloads or builds."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from provision.toolchain import Toolchain
from provision.toolchain.doctor import Check, checks

from .conftest import DEMO_PATH, SCRIPT, demo, sha256
from .mirror import Mirror

Make = Callable[..., Toolchain]
PINNED = demo(pin=sha256(SCRIPT))


def test_a_tool_in_the_cache_is_ok(make: Make) -> None:
    """What is there is named by its file."""
    path = make(PINNED).ensure("demo")

    assert [Check("demo 1.2.3", "ok", str(path))] == checks(make(PINNED), ["demo"])


def test_a_tool_on_path_is_ok(make: Make, tmp_path: Path) -> None:
    """The exact version on PATH will do."""
    path = tmp_path / "demo"
    path.write_bytes(SCRIPT)
    path.chmod(0o755)

    assert [Check("demo 1.2.3", "ok", str(path))] == checks(make(PINNED, PATH=str(tmp_path)), ["demo"])


def test_a_tool_to_download(make: Make, mirror: Mirror, tmp_path: Path) -> None:
    """The address is named, and no server is asked."""
    expected = f"{mirror.url}{DEMO_PATH}; should that fail: Go 1.21 or newer is not on PATH"

    assert [Check("demo 1.2.3", "will download", expected)] == checks(make(PINNED), ["demo"])
    assert mirror.requests == []
    assert not (tmp_path / "cache").exists()


@pytest.mark.skipif(shutil.which("go") is None, reason="needs Go on PATH")
def test_a_tool_to_build(make: Make, tmp_path: Path) -> None:
    """Where nothing is downloaded, Go builds."""
    [check] = checks(make(PINNED, PATH=os.environ["PATH"], SEATRIAL_DOWNLOADS="never"), ["demo"])

    assert (check.name, check.state) == ("demo 1.2.3", "will build")
    assert check.detail.startswith("built from Go modules with Go 1.")
    assert not (tmp_path / "cache").exists()


def test_a_tool_that_cannot_be_had(make: Make) -> None:
    """The reasons and the remedy are named."""
    [check] = checks(make(PINNED, SEATRIAL_DOWNLOADS="never"), ["demo"])

    assert check.state == "missing"
    assert check.detail == "SEATRIAL_DOWNLOADS=never; Go 1.21 or newer is not on PATH"
    assert check.remedy.startswith("Install Go 1.21 or newer")
