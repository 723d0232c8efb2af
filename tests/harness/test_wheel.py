"""What is installed: the harness alone, with every package that it imports and no other."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """Return the wheel of this checkout, built from a copy: a build leaves its folders beside what it builds."""
    copy, to = tmp_path_factory.mktemp("copy"), tmp_path_factory.mktemp("wheel")
    listed = subprocess.run(["git", "ls-files", "-z", "seatrial", "pyproject.toml", "README.md", "LICENSE"], cwd=ROOT,
                            check=True, capture_output=True, text=True).stdout  # fmt: skip
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
