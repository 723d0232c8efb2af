"""What is installed: the harness alone, with every package that it imports and no other."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from seatrial import packed

ROOT = Path(__file__).parents[2]
MOST_ARCHIVE, MOST_WHEEL = 1 << 20, 2 << 20
"""Bytes: what is built from Go modules is pinned by half a megabyte of hashes, which nothing makes smaller."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """Return the wheel of this checkout, built from a copy: a build leaves its folders beside what it builds."""
    copy, to = tmp_path_factory.mktemp("copy"), tmp_path_factory.mktemp("wheel")
    wanted = ["seatrial", "setup.py", "pyproject.toml", "README.md", "LICENSE", *packed.of_checkout(ROOT)]
    listed = subprocess.run(
        ["git", "ls-files", "-z", *wanted], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    for name in filter(None, listed.split("\0")):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_bytes((ROOT / name).read_bytes())
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(to)]
    subprocess.run([*pip, str(copy)], check=True)
    (built,) = to.glob("*.whl")
    return zipfile.ZipFile(built)


def test_the_harness_alone(wheel: zipfile.ZipFile) -> None:
    """Neither the words nor the provisioning of this platform come with it, but every data file that it reads does."""
    names = wheel.namelist()
    assert {"seatrial"} == {name.split("/")[0] for name in names if ".dist-info/" not in name}
    data = {
        str(f.relative_to(ROOT))
        for f in (ROOT / "seatrial").rglob("*")
        if f.suffix in (".json", ".css", ".js", ".html", ".txt")
    }
    assert data <= set(names)


def test_the_wheel_has_the_checkout(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    """What an installed Seatrial begins with is what stands in the checkout, to the byte; the wheel stays small."""
    wheel.extract(f"seatrial/{packed.NAME}", tmp_path)
    archive = tmp_path / "seatrial" / packed.NAME
    assert packed.of_checkout(ROOT) == packed.unpack(archive)
    assert archive.stat().st_size < MOST_ARCHIVE
    assert Path(str(wheel.filename)).stat().st_size < MOST_WHEEL


@pytest.mark.long
def test_it_begins_a_project_that_is_in_order(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    """Begun by an installed Seatrial, outside the checkout: every word is known, and every manifest is in order."""
    wheel.extractall(tmp_path / "site")
    ended = _installed(tmp_path, "init", "ours", "--like-this", "--name=red", "--domain=red.example.org", "--ci=none")
    assert 0 == ended.returncode, ended.stderr
    assert "made ours/features/: " in ended.stdout
    linted = _installed(tmp_path, "lint", within="ours")
    said = "features, words, breaks, manifests and platform.yaml are in order\n"
    assert (0, said) == (linted.returncode, linted.stdout), linted.stderr
    listed = _installed(tmp_path, "verify", "--target=local", "--collect-only", "-q", within="ours")
    assert "<ScenarioItem Every service has a record>" in listed.stdout, listed.stdout + listed.stderr


def _installed(folder: Path, *args: str, within: str = ".") -> subprocess.CompletedProcess[str]:
    """Run the command line of the package that was unpacked below *folder*, in one of its folders."""
    environ = {**os.environ, "PYTHONPATH": str(folder / "site"), "NO_COLOR": "1", "COLUMNS": "200"}
    command = [sys.executable, "-c", "from seatrial.cli import main; main()", *args]
    return subprocess.run(
        command, cwd=folder / within, env=environ, capture_output=True, text=True, timeout=600, check=False
    )


def test_it_requires_what_it_imports(wheel: zipfile.ZipFile) -> None:
    """A package that it imports is named; one that it does not import is not, but for the runner's own plugin."""
    (metadata,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    lines = wheel.read(metadata).decode().splitlines()
    required = {m[1].lower() for line in lines if (m := re.match(r"Requires-Dist: ([\w.-]+)", line))}
    distributions = packages_distributions()
    gives = {name: {_normal(d) for d in distributions[name]} for name in _imported() if name != "seatrial"}
    assert not [name for name, givers in gives.items() if not givers & required]
    assert {"pytest-xdist"} == required - set().union(*gives.values())  # `verify -n 2` is xdist's


def test_importing_it_is_cheap() -> None:
    """What a plain pytest session loads with it is none of the clients' libraries."""
    heavy = "{'lightkube', 'botocore', 'boto3', 'httpx2', 'typer', 'dns'} & set(sys.modules)"
    code = f"import seatrial.plugin, sys; print(sorted({heavy}))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert "[]" == ran.stdout.strip()


def _imported() -> set[str]:
    """Return the top-level modules, outside the standard library, that the harness imports."""
    found = set()
    for file in (ROOT / "seatrial").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    return found - sys.stdlib_module_names


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
