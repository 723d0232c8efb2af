"""The stand-in for the type ``registry-image``, called as a worker calls it, against a real registry."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from provision.images.registry_program import registry_command, registry_settings
from provision.registry_tokens import RegistryTokens
from seatrial.provisioning.state import PlatformState
from tests.delivery.conftest import ask
from tests.images.conftest import answers, free_port, running, tool

_USER = "<token>"


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[tuple[str, RegistryTokens]]:
    folder = PlatformState(tmp_path, "t1").path("registry", "x").parent
    tokens, port = RegistryTokens(folder), free_port()
    settings = registry_settings(folder, folder / "storage", "127.0.0.1", port, tokens)
    argv, environment = registry_command(tool("registry"), settings)
    with running(argv, tmp_path / "registry.log", **environment):
        answers(f"http://127.0.0.1:{port}/v2/")
        yield f"127.0.0.1:{port}", tokens


def _source(registry: tuple[str, RegistryTokens], token: str) -> dict[str, Any]:
    return {"repository": f"{registry[0]}/msvc1", "username": _USER, "password": token}


def _layer(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return out.getvalue()


def _archive(path: Path, *layers: bytes) -> None:
    digests = [f"sha256:{hashlib.sha256(layer).hexdigest()}" for layer in layers]
    config = json.dumps(
        {
            "architecture": "amd64",
            "os": "linux",
            "config": {"Env": ["A=b"], "User": "10001"},
            "rootfs": {"type": "layers", "diff_ids": digests},
        }
    ).encode()
    names = [f"{number}.tar" for number, _ in enumerate(layers)]
    manifest = json.dumps([{"Config": "config.json", "RepoTags": None, "Layers": names}]).encode()
    path.parent.mkdir(parents=True)
    path.write_bytes(
        _layer({"manifest.json": manifest, "config.json": config, **dict(zip(names, layers, strict=True))})
    )


def test_an_image_is_pushed_found_and_had_with_what_its_layers_take_away(
    registry: tuple[str, RegistryTokens], tmp_path: Path
) -> None:
    """It is found at its version and at the tag that is watched, and its root file system is what the layers leave."""
    source = _source(registry, registry[1].to_do_all("msvc1"))
    assert ask("registry-image", "check", {"source": source})[0] == []
    _archive(
        tmp_path / "image" / "image.tar",
        _layer({"app/old": b"1", "app/kept": b"2", "all/a": b"3"}),
        _layer({"app/.wh.old": b"", "app/new": b"4", "all/.wh..wh..opq": b"", "all/b": b"5"}),
    )
    (tmp_path / "version").write_text("0.2.0\n", encoding="utf-8")
    put = {"source": source, "params": {"image": "image/image.tar", "version": "version"}}
    pushed, said = ask("registry-image", "out", put, str(tmp_path))
    assert pushed is not None, said
    for tag in ("latest", "0.2.0"):
        assert ask("registry-image", "check", {"source": {**source, "tag": tag}})[0] == [pushed["version"]]
    to = tmp_path / "got"
    to.mkdir()
    got, said = ask("registry-image", "in", {"source": source, "version": pushed["version"]}, str(to))
    assert got is not None, said
    files = {file.relative_to(to).as_posix() for file in to.rglob("*") if file.is_file()}
    run_with = {"metadata.json", "digest", "repository", "tag"}
    assert files == {"rootfs/app/kept", "rootfs/app/new", "rootfs/all/b"} | run_with
    assert json.loads((to / "metadata.json").read_text("utf-8")) == {"env": ["A=b"], "user": "10001"}
    to = tmp_path / "archive" / "image"
    to.mkdir(parents=True)
    asked = {"source": source, "version": pushed["version"], "params": {"format": "oci"}}
    assert ask("registry-image", "in", asked, str(to))[0] is not None
    copied, said = ask("registry-image", "out", {**put, "params": {"image": "image/image.tar"}}, str(to.parent))
    assert copied is not None, said
    assert copied["version"] == pushed["version"]


def test_who_may_pull_may_not_push(registry: tuple[str, RegistryTokens], tmp_path: Path) -> None:
    """A token is good for what it says: the registry's refusal is told."""
    _archive(tmp_path / "image" / "image.tar", _layer({"a": b"1"}))
    put = {"source": _source(registry, registry[1].to_pull(["msvc1"])), "params": {"image": "image/image.tar"}}
    answer, said = ask("registry-image", "out", put, str(tmp_path))
    assert answer is None
    assert "401" in said
    assert ask("registry-image", "check", {"source": _source(registry, "x")})[0] is None


def test_no_layer_leads_out_of_its_image(registry: tuple[str, RegistryTokens], tmp_path: Path) -> None:
    """A link in one layer does not have the next write where it leads."""
    link = io.BytesIO()
    with tarfile.open(fileobj=link, mode="w") as tar:
        info = tarfile.TarInfo("out")
        info.type, info.linkname = tarfile.SYMTYPE, str(tmp_path)
        tar.addfile(info)
    source = _source(registry, registry[1].to_do_all("msvc1"))
    _archive(tmp_path / "image" / "image.tar", link.getvalue(), _layer({"out/planted": b"1"}))
    pushed, said = ask(
        "registry-image", "out", {"source": source, "params": {"image": "image/image.tar"}}, str(tmp_path)
    )
    assert pushed is not None, said
    to = tmp_path / "got"
    to.mkdir()
    answer, said = ask("registry-image", "in", {"source": source, "version": pushed["version"]}, str(to))
    assert answer is None
    assert "leads out" in said or "outside" in said
    assert not (tmp_path / "planted").exists()
