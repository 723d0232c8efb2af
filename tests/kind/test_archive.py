"""Images written straight from files."""

from __future__ import annotations

import hashlib
import json
import tarfile
from pathlib import Path

import pytest

from provision.images.archive import EXECUTABLE, File, Folder, Image, ImageError, Link, write_archive, write_layer


def make(folder: Path) -> Path:
    folder.mkdir()
    program = folder / "program"
    program.write_bytes(b"#!/bin/sh\n")
    program.chmod(0o755)
    base = write_layer({"/tmp": Folder(0o1777), "/etc/passwd": File(b"root:x:0:0::/:/bin/sh\n")}, folder)  # noqa: S108
    top = write_layer({"/usr/bin/program": File(program), "/bin": Link("usr/bin")}, folder)
    images = [
        Image("registry.example.com:5000/a/one:1", [base, top], entrypoint=["/usr/bin/program"], user="1000"),
        Image("registry.example.com:5000/a/two:2", [base], env={"PATH": "/x"}),
    ]
    write_archive(folder / "images.tar", images)
    return folder / "images.tar"


def member(archive: Path, name: str) -> bytes:
    with tarfile.open(archive) as tar:
        stream = tar.extractfile(name)
        assert stream is not None
        return stream.read()


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    """An archive made twice is the same, byte for byte."""
    assert make(tmp_path / "a").read_bytes() == make(tmp_path / "b").read_bytes()


def test_names_and_layers_are_as_given(tmp_path: Path) -> None:
    """Every image has its full name and its layers, in order, each named by its hash; shared ones are there once."""
    archive = make(tmp_path / "a")
    manifest = json.loads(member(archive, "manifest.json"))
    assert [["registry.example.com:5000/a/one:1"], ["registry.example.com:5000/a/two:2"]] == [
        one["RepoTags"] for one in manifest
    ]
    layers = manifest[0]["Layers"]
    assert [layers[0]] == manifest[1]["Layers"]
    assert layers == [f"{hashlib.sha256(member(archive, name)).hexdigest()}/layer.tar" for name in layers]
    with tarfile.open(archive) as tar:
        assert sorted(set(tar.getnames())) == sorted(tar.getnames())


def test_the_configuration_says_how_to_run_it(tmp_path: Path) -> None:
    """Entrypoint, user and environment are in the image's configuration, with a usual PATH unless one is given."""
    archive = make(tmp_path / "a")
    one, two = (json.loads(member(archive, m["Config"])) for m in json.loads(member(archive, "manifest.json")))
    assert (["/usr/bin/program"], "1000") == (one["config"]["Entrypoint"], one["config"]["User"])
    assert one["config"]["Env"][0].startswith("PATH=/usr/local/sbin:")
    assert ["PATH=/x"] == two["config"]["Env"]


def test_modes_and_links_are_kept(tmp_path: Path) -> None:
    """Files keep their mode unless one is given, folders on the way are made, and links stay links."""
    script = tmp_path / "script"
    script.write_text("x")
    script.chmod(0o640)
    layer = write_layer({"/a/b/kept": File(script), "/a/b/given": File(script, EXECUTABLE), "/l": Link("a")}, tmp_path)
    with tarfile.open(layer.path) as tar:
        modes = {one.name: one.mode for one in tar if one.isfile() or one.isdir()}
        assert {"a": 0o755, "a/b": 0o755, "a/b/kept": 0o640, "a/b/given": 0o755} == modes
        assert tar.getmember("l").linkname == "a"


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """A layer whose source is not there is refused, and leaves nothing behind."""
    with pytest.raises(ImageError, match="no-such-file"):
        write_layer({"/x": File(tmp_path / "no-such-file")}, tmp_path)
    assert [] == list(tmp_path.iterdir())
