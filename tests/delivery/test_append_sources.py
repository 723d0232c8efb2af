"""The stand-in for a build of a microservice's image: its sources on top of an image that its recipe made."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from provision.delivery import append_sources
from provision.delivery.append_sources import RECIPE, recipe_digest

BASE = b"what the recipe made"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A repository of a microservice."""
    source = tmp_path / "source"
    (source / "microservice" / "__pycache__").mkdir(parents=True)
    (source / "microservice" / "__init__.py").write_text('__version__ = "2"\n', encoding="utf-8")
    (source / "microservice" / "__pycache__" / "x.pyc").write_bytes(b"")
    for name in RECIPE:
        (source / name).write_text(f"what {name} says\n", encoding="utf-8")
    return source


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """The archive of an image of one layer."""
    config = {"config": {"User": "10001"}, "rootfs": {"type": "layers", "diff_ids": ["sha256:0"]}}
    manifest = [{"Config": "config.json", "Layers": ["base.tar"]}]
    return _archive(
        tmp_path / "base.tar",
        {"base.tar": BASE, "config.json": json.dumps(config).encode(), "manifest.json": json.dumps(manifest).encode()},
    )


def build(base: Path, source: Path, recipe: str) -> tuple[subprocess.CompletedProcess[str], Path]:
    """Build as a pipeline does."""
    image = source.parent / "image.tar"
    command = [sys.executable, "-I", append_sources.__file__, str(base), str(source), recipe, str(image)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60), image


def test_an_image_has_the_sources_and_all_else_of_another(base: Path, source: Path) -> None:
    """What it had of the sources before is gone, its settings are kept, and the same sources give the same image."""
    done, image = build(base, source, recipe_digest(source))
    assert done.returncode == 0, done.stderr
    first = image.read_bytes()
    members = _members(first)
    [described] = json.loads(members["manifest.json"])
    config = json.loads(members[described["Config"]])
    assert members[described["Layers"][0]] == BASE
    layer = gzip.decompress(members[described["Layers"][1]])
    assert _members(layer) == {
        "app/microservice/.wh..wh..opq": b"",
        "app/microservice/__init__.py": b'__version__ = "2"\n',
    }
    assert config["config"] == {"User": "10001"}
    assert config["rootfs"]["diff_ids"] == ["sha256:0", f"sha256:{hashlib.sha256(layer).hexdigest()}"]
    assert build(base, source, recipe_digest(source))[1].read_bytes() == first


def test_another_recipe_is_refused(base: Path, source: Path) -> None:
    """Nobody would follow it here: the image would not be what its repository says."""
    known = recipe_digest(source)
    (source / RECIPE[1]).write_text("another package\n", encoding="utf-8")
    done, image = build(base, source, known)
    assert done.returncode == 1
    assert "Dockerfile or requirements.lock has changed" in done.stderr
    assert not image.exists()


@pytest.mark.parametrize("name", ["microservice/key.py", "Dockerfile"])
def test_a_link_is_refused(base: Path, source: Path, name: str) -> None:
    """It could lead to whatever the one who builds can read."""
    known, link = recipe_digest(source), source / name
    link.unlink(missing_ok=True)
    link.symlink_to("/etc/hostname")
    done, image = build(base, source, known)
    assert done.returncode == 1
    assert name in done.stderr
    assert not image.exists()


def test_more_than_sources_is_refused(base: Path, source: Path) -> None:
    """A repository is read within bounds."""
    with (source / "microservice" / "large.bin").open("wb") as large:
        large.truncate((16 << 20) + 1)
    done, _ = build(base, source, recipe_digest(source))
    assert done.returncode == 1
    assert "expected at most 16 MiB" in done.stderr


def _archive(path: Path, files: Mapping[str, bytes]) -> Path:
    with tarfile.open(path, "w") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return path


def _members(archive: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        return {one.name: tar.extractfile(one).read() for one in tar}  # type: ignore[union-attr]
