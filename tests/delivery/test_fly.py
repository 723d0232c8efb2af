"""The pipelines of ``ci/``, read by the program that sets them on a server."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from provision.toolchain import Toolchain
from provision.toolchain.cache import cache_dir
from provision.toolchain.catalogue_delivery import PIPELINE_TOOLS

CI = Path(__file__).parents[2] / "ci"
PIPELINES = ("microservice", "platform", "start", "tools-image", "kind/microservice")


@pytest.fixture(scope="module")
def fly() -> Path:
    """The program, if the cache has it: building it takes minutes and is no matter of these tests."""
    status = Toolchain(tools=PIPELINE_TOOLS).look("fly")
    if status.path is None:
        pytest.skip(
            f"fly is not built yet; a platform with its server of pipelines puts it into {cache_dir(os.environ)}"
        )
    return status.path


def _read(fly: Path, pipeline: Path) -> tuple[int, str]:
    command = [str(fly), "validate-pipeline", "--strict", f"--config={pipeline}"]
    environ = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("name", PIPELINES)
def test_the_program_takes_our_pipelines_without_a_warning(fly: Path, name: str) -> None:
    """Nothing in them is unknown to it, unused, or out of date."""
    assert _read(fly, CI / f"{name}.yml") == (0, "looks good\n")


def test_it_finds_what_is_wrong(fly: Path, tmp_path: Path) -> None:
    """A job that follows one that does not take in the same is found by name."""
    text = (CI / "microservice.yml").read_text("utf-8")
    spoilt = tmp_path / "spoilt.yml"
    spoilt.write_text(text.replace("{get: version, trigger: true, passed: [build]}", "{get: nothing}"), "utf-8")
    code, said = _read(fly, spoilt)
    assert code != 0
    assert "nothing" in said
