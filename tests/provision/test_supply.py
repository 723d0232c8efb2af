"""Where what runs in pipelines comes from: this checkout, locks with hashes, and digests."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from provision.toolchain import catalogue, catalogue_kubernetes

ROOT = Path(__file__).parents[2]
TOOLS = (ROOT / "images" / "tools" / "Dockerfile").read_text("utf-8")
DOCKERFILES = sorted((ROOT / "images").glob("*/Dockerfile"))


def _pip(text: str) -> list[list[str]]:
    """Every call of pip in a Dockerfile, as its arguments."""
    runs = re.findall(r"^RUN (.*)$", text.replace("\\\n", " "), re.MULTILINE)
    commands = [part for run in runs for part in re.split(r"&&|;|\|", run)]
    return [words[1:] for c in commands if (words := shlex.split(c.replace('"', ""))) and words[0].endswith("pip")]


@pytest.mark.parametrize("file", DOCKERFILES, ids=lambda file: file.parent.name)
def test_nothing_is_installed_by_name(file: Path) -> None:
    """An image installs what a lock names with its hash, or a folder that was copied into it."""
    calls = _pip(file.read_text("utf-8"))
    for call in calls:
        named = [w for w in call[1:] if not w.startswith("-") and not w.startswith("/")]
        assert not named, f"{file}: pip {' '.join(call)} asks an index for {named}"
        assert "--require-hashes" in call or "--no-deps" in call, f"{file}: pip {' '.join(call)}"


@pytest.mark.parametrize("file", DOCKERFILES, ids=lambda file: file.parent.name)
def test_an_image_stands_on_one_that_is_given(file: Path) -> None:
    """None names another image by a tag: each stands on what the default variables name by digest."""
    text = file.read_text("utf-8")
    known = set(re.findall(r"^FROM \S+ AS (\S+)$", text, re.MULTILINE))
    assert {"${PYTHON_IMAGE}"} == set(re.findall(r"^FROM (\S+)", text, re.MULTILINE)) - known
    assert re.search(r"^ARG PYTHON_IMAGE$", text, re.MULTILINE)


@pytest.mark.parametrize("file", DOCKERFILES, ids=lambda file: file.parent.name)
def test_what_is_copied_is_there(file: Path) -> None:
    """What a Dockerfile copies from its context is in the repository."""
    context = ROOT if file.parent.name == "tools" else file.parent
    copied = [line.split()[:-1] for line in re.findall(r"^COPY (?!--from)(.*)", file.read_text("utf-8"), re.MULTILINE)]
    assert all((context / name).exists() for names in copied for name in names)


def test_the_tools_image_holds_this_checkout() -> None:
    """Seatrial is installed from the copied checkout, without an index, after what its lock names."""
    locked, installed = _pip(TOOLS)[-2:]
    assert ["/src/verify.txt"] == [word for word in locked if word.startswith("/")]
    assert {"--no-index", "--no-deps", "--no-build-isolation", "/src"} <= set(installed)
    copied = {w for line in re.findall(r"^COPY (.*)", TOOLS, re.MULTILINE) for w in line.split()[:-1]}
    needed = {"pyproject.toml", tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["readme"]}
    assert needed | {"seatrial", "requirements/verify.txt", "images/tools/awscli.lock"} <= copied
    assert all((ROOT / name).exists() for name in copied)


def test_what_is_copied_is_installed(tmp_path: Path) -> None:
    """What the Dockerfile copies is enough to build the wheel by the lock's own setuptools, without an index."""
    assert "setuptools==" in (ROOT / "requirements" / "verify.txt").read_text("utf-8")
    source = tmp_path / "src"
    for line in re.findall(r"^COPY (.* /src/.*)", TOOLS, re.MULTILINE):
        names = [name for name in line.split()[:-1] if name != "seatrial"]
        source.mkdir(exist_ok=True)
        for name in names:
            (source / Path(name).name).write_bytes((ROOT / name).read_bytes())
    listed = subprocess.run(["git", "ls-files", "seatrial"], cwd=ROOT, check=True, capture_output=True, text=True)
    for name in listed.stdout.split():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes((ROOT / name).read_bytes())
    pip = [sys.executable, "-m", "pip", "wheel", "-q", "--no-index", "--no-deps", "--no-build-isolation", "-w"]
    subprocess.run([*pip, str(tmp_path), str(source)], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    assert "seatrial/report/templates/page.html" in zipfile.ZipFile(wheel).namelist()


def test_kubectl_is_the_pinned_one() -> None:
    """The Dockerfile and the toolchain agree on the version of kubectl and on its hashes."""
    assert f"ARG KUBERNETES=v{catalogue_kubernetes.KUBERNETES}\n" in TOOLS
    assert f"ARG KOPS=v{catalogue.KOPS}\n" in TOOLS
    kubectl = catalogue_kubernetes._PINS[catalogue_kubernetes.KUBERNETES]["kubectl"]
    pins = dict(re.findall(r"(amd64|arm64)\) kubectl=([0-9a-f]{64})", TOOLS))
    assert {arch: kubectl[f"linux-{arch}"] for arch in ("amd64", "arm64")} == pins


def test_images_of_pipelines_are_digests() -> None:
    """The image that the tools stand on, and every image that a task names, is known by its digest."""
    assert re.search(r"^ARG PYTHON_IMAGE\nFROM \$\{PYTHON_IMAGE\}$", TOOLS, re.MULTILINE)
    defaults = YAML(typ="safe").load((ROOT / "ci" / "defaults.yml").read_text("utf-8"))
    assert re.fullmatch(r"[^@:]+@sha256:[0-9a-f]{64}", defaults["python-image"])
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", defaults["build-task-digest"])
    for file in (ROOT / "ci" / "tasks").glob("*.yml"):
        image = YAML(typ="safe").load(file.read_text("utf-8")).get("image_resource")
        assert image is None or {"digest": "((build-task-digest))"} == image["version"], file
