"""Kustomize is given files of the manifests' own folder, and a program that renders them has bounds and a parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import yaml

from provision.workloads import bounded_child, confined
from provision.workloads.errors import WorkloadsError
from provision.workloads.overlay import MANIFESTS
from provision.workloads.render import render
from seatrial.bounded import BoundsError
from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import holds


def _problems(folder: Path, **fields: object) -> list[str]:
    (folder / "base").mkdir()
    (folder / "base" / "one.yaml").write_text("kind: ConfigMap\n")
    (folder / "base" / "kustomization.yaml").write_text(yaml.safe_dump(fields))
    return [f"{problem.field}: {problem.message}" for problem in confined.problems(folder)]


def test_our_own() -> None:
    """The manifests of this checkout name only what lies below them."""
    assert [] == confined.problems(MANIFESTS)


@pytest.mark.parametrize(
    "named",
    [
        "http://example.com/x.yaml",
        "https://example.com/x?ref=main",
        "github.com/owner/name//folder?ref=main",
        "git@example.com:owner/name",
        "git::https://example.com/x",
        "/etc/passwd",
        "../../etc/passwd",
        "../..",
        "one.yaml/../../../x",
    ],
)
@pytest.mark.parametrize("field", ["resources", "components", "configurations", "crds", "patchesStrategicMerge"])
def test_what_lies_elsewhere(tmp_path: Path, field: str, named: str) -> None:
    """An address, an absolute path, one that leads out, or one that is not there is refused."""
    (found,) = _problems(tmp_path, **{field: [named]})
    assert f"{field}: {named}: expected a relative path of something below" in found


@pytest.mark.parametrize(
    "fields",
    [
        {"configMapGenerator": [{"name": "x", "files": ["/etc/shadow"]}]},
        {"configMapGenerator": [{"name": "x", "files": ["shadow=../../../../etc/shadow"]}]},
        {"secretGenerator": [{"name": "x", "envs": ["http://example.com/x"]}]},
        {"secretGenerator": [{"name": "x", "env": "/root/.env"}]},
        {"patches": [{"path": "/etc/shadow"}]},
        {"replacements": [{"path": "https://example.com/x"}]},
        {"bases": ["."]},
        {"helmCharts": [{"name": "x", "repo": "https://example.com"}]},
        {"generators": ["x.yaml"]},
        {"transformers": ["x.yaml"]},
        {"openapi": {"path": "https://example.com/x"}},
        {"resources": [{"a": 1}]},
    ],
)
def test_other_ways(tmp_path: Path, fields: dict[str, object]) -> None:
    """What would read a file from elsewhere, run a program or fetch something is refused."""
    assert 1 == len(_problems(tmp_path, **fields))


def test_what_lies_within(tmp_path: Path) -> None:
    """Files and folders below the manifests are taken, and a patch that stands in its kustomization."""
    (tmp_path / "other").mkdir()
    generator = [{"name": "x", "files": ["one.yaml", "two=one.yaml"]}]
    patches = [{"patch": "- op: add"}, {"path": "one.yaml"}]
    assert [] == _problems(tmp_path, resources=["one.yaml", "../other"], configMapGenerator=generator, patches=patches)


def test_links(tmp_path: Path) -> None:
    """A link among the manifests is refused, wherever it leads."""
    (tmp_path / "linked.yaml").symlink_to("/etc/passwd")
    (tmp_path / "folder").symlink_to("/etc")
    assert 2 == len(_problems(tmp_path, resources=["../linked.yaml"])) - 1


CHILD = """
import sys
from provision.workloads import bounded_child
bounded_child.run([sys.executable, "-c", {child!r}], 60)
"""


def test_a_child_ends_with_its_parent(tmp_path: Path) -> None:
    """A lint that is killed leaves no renderer behind, whatever it was at."""
    told = tmp_path / "pid"
    child = f"import os, time; open({str(told)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    parent = subprocess.Popen([sys.executable, "-c", CHILD.format(child=child)], cwd=Path(__file__).parents[2])
    try:
        eventually(lambda: told.exists() and told.read_text() != "", holds("there", bool), within=20)
        renderer = int(told.read_text())
        os.kill(renderer, 0)
    finally:
        parent.send_signal(signal.SIGKILL)
        parent.wait(20)
    eventually(lambda: not _is_running(renderer), holds("gone", bool), within=10)


def _is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize(
    "code",
    ["x = bytearray(8 << 30)", "import sys\nwhile True: sys.stdout.write('x' * 65536)", "raise SystemExit(7)"],
    ids=["memory", "output", "its own"],
)
def test_a_child_within_bounds(code: str) -> None:
    """One that wants more memory or writes more than it may ends with an error, and takes nobody with it."""
    ended = bounded_child.run([sys.executable, "-c", code], 60)
    assert ended.returncode != 0
    assert len(ended.stdout) <= bounded_child._WRITTEN


def test_a_child_that_does_not_end() -> None:
    """One that takes too long is ended."""
    with pytest.raises(BoundsError, match="took longer than 1 s"):
        bounded_child.run([sys.executable, "-c", "import time; time.sleep(60)"], 1)


def test_a_renderer_that_renders_a_bomb(tmp_path: Path) -> None:
    """What a renderer gives is held to the bounds as well."""
    kubectl = tmp_path / "kubectl"
    program = f"""
        #!{sys.executable}
        print("a: &a [" + ", ".join(["x"] * 1000) + "]\\nb: &b [" + ", ".join(["*a"] * 1000) + "]")
        """
    kubectl.write_text(textwrap.dedent(program).lstrip())
    kubectl.chmod(0o755)
    with pytest.raises(WorkloadsError, match="stand for more than"):
        render(tmp_path, kubectl)
