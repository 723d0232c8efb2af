"""What engine and containers need of the machine."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from provision.engine import host
from provision.engine.packages import which

needs_runc = pytest.mark.skipif(which("runc") is None, reason="runc is not installed")


@needs_runc
@pytest.mark.parametrize("flag", ["--bundle", "-b"])
def test_the_runtime_drops_one_capability(tmp_path: Path, flag: str) -> None:
    """The runtime takes CAP_SYS_RESOURCE out of a container's configuration and leaves the others."""
    runtime = host.write_runtime(tmp_path / "runtime")
    config = tmp_path / "config.json"
    config.write_text('["CAP_CHOWN","CAP_SYS_RESOURCE","CAP_SYS_TIME","CAP_SYS_RESOURCE"]')
    subprocess.run([runtime, "--version", flag, tmp_path], capture_output=True, check=False)
    assert config.read_text() == '["CAP_CHOWN","CAP_SYS_TIME"]'


@needs_runc
def test_the_runtime_is_runc_otherwise(tmp_path: Path) -> None:
    """Arguments and exit code are runc's own."""
    runtime = host.write_runtime(tmp_path / "runtime")
    done = subprocess.run([runtime, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("runc version")


def test_the_bounding_set_is_read() -> None:
    """Whether the capability is missing is what the kernel says of this process."""
    done = subprocess.run(["grep", "CapBnd", "/proc/self/status"], capture_output=True, text=True, check=True)
    bits = int(done.stdout.split()[1], 16)
    assert host.lacks_sys_resource() is not bool(bits & 1 << 24)
