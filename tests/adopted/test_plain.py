"""A provisioning of three methods: stood up, marked, judged, disturbed and taken down like any other."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from seatrial.errors import StandupError
from seatrial.plain import Plain
from seatrial.provisioning.progress import Progress, Quiet
from seatrial.provisioning.state import PlatformState
from tests.docs.commands import ROOT

from .conftest import Standing

PAGE = ROOT / "docs" / "provisioning.md"
_KIND = """#!/bin/sh
# Plays kind: a cluster of it is one that stands already.
case "$1 $2" in
  "get clusters") cat "{made}" 2>/dev/null || true ;;
  "create cluster")
    for word; do
      case "$word" in
        --name=*) echo "${word#--name=}" > "{made}" ;;
        --kubeconfig=*) cp "{way}" "${word#--kubeconfig=}" ;;
      esac
    done ;;
  "delete cluster") rm -f "{made}" ;;
  *) exit 9 ;;
esac
"""


def _seatrial(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from seatrial.cli import main; main()", *args, "--team=plain"]
    environ = {**os.environ, "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture
def project(tmp_path: Path, standing: Standing) -> Path:
    """Somebody's folder: the page's provisioning and settings, programs that play kind and kubectl, one scenario."""
    blocks = dict(re.findall(r"```(python|toml)\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL))
    (tmp_path / "provision.py").write_text(blocks["python"])
    (tmp_path / "pyproject.toml").write_text(blocks["toml"])
    kind = _KIND.replace("{made}", str(tmp_path / "made")).replace("{way}", str(standing.kubernetes.kubeconfig))
    for name, text in {"kind": kind, "kubectl": "#!/bin/sh\n"}.items():
        (tmp_path / "bin").mkdir(exist_ok=True)
        (tmp_path / "bin" / name).write_text(text)
        (tmp_path / "bin" / name).chmod(0o755)
    (tmp_path / "features").mkdir()
    steps = "Feature: X\n  Scenario: A\n    Then the cluster's API answers within 5 seconds\n"
    (tmp_path / "features" / "a.feature").write_text(steps)
    return tmp_path


@pytest.mark.long
def test_from_nothing_to_nothing(project: Path) -> None:
    """`verify` stands it up and takes it down; `up` twice changes nothing; nothing is left but the reports."""
    ended = _seatrial(project, "verify")
    assert 0 == ended.returncode, ended.stdout + ended.stderr
    (scenario,) = json.loads((project / "report" / "kind" / "verdict.json").read_text())["scenarios"]
    assert "proven" == scenario["verdict"]
    assert not (project / "made").exists()
    assert 0 == _seatrial(project, "up").returncode
    assert "nothing had to be changed" in _seatrial(project, "up").stderr
    status = json.loads(_seatrial(project, "status", "--json").stdout)
    assert ("kind", []) == (status["target"], status["lacking"])
    assert 0 == _seatrial(project, "down").returncode
    assert not (project / ".seatrial").exists()


class _Own(Plain):
    """Made of one file; lacks whatever the test says."""

    target, within, still = "lab", 0.0, ""

    def make(self, state: PlatformState, progress: Progress) -> None:  # noqa: ARG002
        shutil.copy(self.root / "way", state.path("kubeconfig"))

    def lacking(self, state: PlatformState) -> list[str]:  # noqa: ARG002
        return [self.still] if self.still else []

    def remove(self, state: PlatformState) -> None:
        pass


def test_somebody_elses(tmp_path: Path, standing: Standing) -> None:
    """A cluster without the mark of this standup is refused, whatever the kubeconfig is called."""
    shutil.copy(standing.kubernetes.kubeconfig, tmp_path / "way")
    made = _Own(tmp_path)
    assert made.up("plain", "lab", Quiet())
    assert "" == made.open("plain", "lab").owned()
    state = PlatformState(tmp_path, "plain")
    state.write("plain", {**(state.read("plain") or {}), "mark": "another"})
    assert "expected the mark another, got " in made.open("plain", "lab").owned()
    made.down("plain", Quiet())


def test_what_is_lacking(tmp_path: Path, standing: Standing) -> None:
    """The standup says what it last missed; once that is there, the same command goes on and is done."""
    shutil.copy(standing.kubernetes.kubeconfig, tmp_path / "way")
    made = _Own(tmp_path)
    made.still = "a node"
    with pytest.raises(StandupError, match=r'1/2 make it: the gate "all is there" was not met .*; last seen: a node'):
        made.up("plain", "lab", Quiet())
    assert not made.is_up("plain", "lab")
    made.still = ""
    assert made.up("plain", "lab", Quiet())
    assert not made.up("plain", "lab", Quiet())
    assert ["plain"] == made.sweep(Quiet())
    assert [] == made.sweep(Quiet())
