"""Container images straight from files: no daemon, no pull, no build.

What is written is a "docker archive", which `docker load`, `ctr images import` and skopeo read. The same files give the
same bytes on any day: times, owners and order are fixed.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TypeAlias

from seatrial.errors import SeatrialError

EXECUTABLE = 0o755
PLAIN = 0o644
_CREATED = "2026-01-01T00:00:00Z"
_PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_COPY_MODE = 0o7777


class ImageError(SeatrialError):
    """An image cannot be made; the message says which file is missing or what is wrong with it."""


@dataclass(frozen=True)
class File:
    """A file of a layer: from a path on this machine, or its bytes.

    Attributes:
        source: Where its content comes from.
        mode: Its permissions; ``None`` keeps those of the source.
        user: The numeric owner, and group.
    """

    source: Path | bytes
    mode: int | None = None
    user: int = 0


@dataclass(frozen=True)
class Link:
    """A symbolic link of a layer."""

    target: str


@dataclass(frozen=True)
class Folder:
    """A directory of a layer, where its mode or owner matters; others are made as needed, 0755."""

    mode: int = EXECUTABLE
    user: int = 0


Content: TypeAlias = File | Link | Folder
Tree: TypeAlias = Mapping[str, Content]
"""What a layer has, by absolute path in the image."""


@dataclass(frozen=True)
class Layer:
    """A layer's tar file and its hash. Made by `write_layer`."""

    path: Path
    digest: str


@dataclass(frozen=True)
class Image:
    """An image to be written to an archive.

    Attributes:
        name: The full reference with its tag, such as ``registry.k8s.io/pause:3.10``.
        layers: From the lowest to the topmost.
        entrypoint: As in a Dockerfile.
        cmd: As in a Dockerfile.
        env: Added to a usual PATH.
        user: Name or ``uid[:gid]``.
        workdir: The working directory.
        ports: Matcher as ``8080/tcp``.
        labels: Labels of the image.
        stop_signal: Matcher as ``SIGTERM``.
        architecture: As Go names it.
    """

    name: str
    layers: Sequence[Layer]
    entrypoint: Sequence[str] = ()
    cmd: Sequence[str] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    user: str = ""
    workdir: str = ""
    ports: Sequence[str] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    stop_signal: str = ""
    architecture: str = "amd64"

    def config(self) -> bytes:
        """Return the image's configuration, whose hash is the image's id."""
        environment = [_PATH] if "PATH" not in self.env else []
        config = {
            "Env": [*environment, *(f"{name}={value}" for name, value in self.env.items())],
            "Entrypoint": list(self.entrypoint),
            "Cmd": list(self.cmd),
            "User": self.user,
            "WorkingDir": self.workdir,
            "ExposedPorts": {port: {} for port in self.ports},
            "Labels": dict(self.labels),
            "StopSignal": self.stop_signal,
        }
        document = {
            "architecture": self.architecture,
            "os": "linux",
            "created": _CREATED,
            "config": {name: value for name, value in config.items() if value},
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{layer.digest}" for layer in self.layers]},
            "history": [{"created": _CREATED} for _ in self.layers],
        }
        return json.dumps(document, sort_keys=True).encode()


def write_layer(tree: Tree, folder: Path) -> Layer:
    """Write a layer to ``folder`` as ``<sha256>.tar``.

    Args:
        tree: What the layer has.
        folder: Where to write; it must exist.

    Raises:
        ImageError: A source is missing.
    """
    draft = folder / f".layer-{os.getpid()}.tar"
    try:
        with tarfile.open(draft, "w", format=tarfile.GNU_FORMAT) as tar:
            _fill(tar, tree)
        digest = hash_file(draft)
        path = draft.replace(folder / f"{digest}.tar")
    except OSError as error:
        raise ImageError(f"A layer cannot be written: {error}") from error
    finally:
        draft.unlink(missing_ok=True)
    return Layer(path, digest)


def hash_file(path: Path) -> str:
    """Return a file's SHA-256, which is how a layer's tar file is named."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_archive(path: Path, images: Sequence[Image]) -> None:
    """Write images to one docker archive, in one step: a crash leaves no half of it.

    Args:
        path: The archive.
        images: What it holds; layers that they share are written once.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    tags: dict[str, dict[str, str]] = {}
    for image in images:
        repository, tag = image.name.rsplit(":", 1)
        tags.setdefault(repository, {})[tag] = image.layers[-1].digest
    configs = {image.name: image.config() for image in images}
    manifest = [
        {
            "Config": f"{hashlib.sha256(configs[image.name]).hexdigest()}.json",
            "RepoTags": [image.name],
            "Layers": [f"{layer.digest}/layer.tar" for layer in image.layers],
        }
        for image in images
    ]
    try:
        with tarfile.open(draft, "w", format=tarfile.GNU_FORMAT) as tar:
            # kind takes the tags from whichever metadata comes first, and shortens those of the manifest.
            _add_bytes(tar, "repositories", json.dumps(tags, sort_keys=True).encode())
            _add_bytes(tar, "manifest.json", json.dumps(manifest, sort_keys=True).encode())
            for config in sorted(set(configs.values())):
                _add_bytes(tar, f"{hashlib.sha256(config).hexdigest()}.json", config)
            for digest, layer in sorted({one.digest: one for image in images for one in image.layers}.items()):
                _add_file(tar, _info(f"{digest}/layer.tar", PLAIN), layer.path)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _fill(tar: tarfile.TarFile, tree: Tree) -> None:
    made: set[str] = set()
    for path in sorted(tree):
        name, content = path.strip("/"), tree[path]
        for parent in reversed(PurePosixPath(name).parents[:-1]):
            if str(parent) not in made and f"/{parent}" not in tree:
                made.add(str(parent))
                _add_folder(tar, str(parent), Folder())
        if isinstance(content, Folder):
            _add_folder(tar, name, content)
        elif isinstance(content, Link):
            info = _info(name, 0o777)
            info.type, info.linkname = tarfile.SYMTYPE, content.target
            tar.addfile(info)
        elif isinstance(content.source, bytes):
            _add_bytes(tar, name, content.source, PLAIN if content.mode is None else content.mode, content.user)
        else:
            mode = content.source.stat().st_mode & _COPY_MODE if content.mode is None else content.mode
            _add_file(tar, _info(name, mode, content.user), content.source)


def _info(name: str, mode: int, user: int = 0) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.mode, info.uid, info.gid, info.mtime = mode, user, user, 0
    return info


def _add_folder(tar: tarfile.TarFile, name: str, folder: Folder) -> None:
    info = _info(name, folder.mode, folder.user)
    info.type = tarfile.DIRTYPE
    tar.addfile(info)


def _add_bytes(tar: tarfile.TarFile, name: str, content: bytes, mode: int = PLAIN, user: int = 0) -> None:
    info = _info(name, mode, user)
    info.size = len(content)
    tar.addfile(info, io.BytesIO(content))


def _add_file(tar: tarfile.TarFile, info: tarfile.TarInfo, source: Path) -> None:
    info.size = source.stat().st_size
    with source.open("rb") as stream:
        tar.addfile(info, stream)
