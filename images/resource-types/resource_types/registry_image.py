"""Images of a registry: by digest, as a root file system or as the archive that they were pushed from."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import tarfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from resource_types.protocol import Done, RefusedError, Version, needed, only
from resource_types.registry_client import CONFIG, LAYER, MANIFEST, Remote

_SOURCE = ("repository", "tag", "username", "password")
# Debian's Python knows no filters yet; where a member goes is seen to here.
_AS_IT_IS: Mapping[str, Any] = {"filter": "fully_trusted"} if hasattr(tarfile, "fully_trusted_filter") else {}
_ARCHIVE = "oci"  # how the official type calls it
_GZIP = b"\x1f\x8b"
_GONE, _EMPTIED = ".wh.", ".wh..wh..opq"


def check(source: Mapping[str, Any], version: Version | None) -> Sequence[Version]:
    """Return the image that the tag leads to; nothing when it leads nowhere yet."""
    only("source", source, _SOURCE)
    digest = Remote(source).digest(_tag(source))
    newest = [{"digest": digest}] if digest else []
    older = [version] if version and version.get("digest") != digest else []
    return [*older, *newest]


def fetch(source: Mapping[str, Any], version: Version, params: Mapping[str, Any], to: Path) -> Done:
    """Have the image as the archive ``image.tar``, or its root file system in ``rootfs``, with what it is run with."""
    only("source", source, _SOURCE)
    only("params", params, ("format",))
    remote, digest = Remote(source), version["digest"]
    manifest = remote.manifest(digest)
    described = remote.blob(manifest["config"]["digest"])
    layers = (remote.blob(layer["digest"]) for layer in manifest["layers"])
    if params.get("format", "rootfs") == _ARCHIVE:
        _write_archive(to / "image.tar", described, layers)
    elif params.get("format", "rootfs") == "rootfs":
        _unpack(to, described, layers)
    else:
        raise RefusedError(f"params.format: {params['format']}: expected {_ARCHIVE} or rootfs")
    for name, value in (("repository", remote.name), ("digest", digest), ("tag", _tag(source))):
        (to / name).write_text(value, encoding="utf-8")
    return Done({"digest": digest}, {"repository": remote.name})


def put(source: Mapping[str, Any], params: Mapping[str, Any], inputs: Path) -> Done:
    """Push the image of a docker archive, to the source's tag and to that of the version that is given."""
    only("source", source, _SOURCE)
    only("params", params, ("image", "version"))
    remote = Remote(source)
    with tarfile.open(inputs / needed("params", params, "image")) as archive:
        described = json.loads(_member(archive, "manifest.json"))[0]
        config = _member(archive, described["Config"])
        layers = [_member(archive, name) for name in described["Layers"]]
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": {"mediaType": CONFIG, "digest": remote.put_blob(config), "size": len(config)},
        "layers": [{"mediaType": _kind(one), "digest": remote.put_blob(one), "size": len(one)} for one in layers],
    }
    tags = [_tag(source)]
    if params.get("version"):
        tags.insert(0, (inputs / str(params["version"])).read_text(encoding="utf-8").strip())
    digest = [remote.put_manifest(tag, manifest) for tag in tags][-1]
    return Done({"digest": digest}, {"repository": remote.name, "tags": " ".join(tags)})


def _unpack(to: Path, described: bytes, layers: Iterable[bytes]) -> None:
    config = json.loads(described).get("config") or {}
    root = to / "rootfs"
    root.mkdir()
    for layer in layers:
        _apply(layer, root)
    run_with = {"env": config.get("Env") or [], "user": config.get("User") or ""}
    (to / "metadata.json").write_text(json.dumps(run_with), encoding="utf-8")


def _write_archive(archive: Path, described: bytes, layers: Iterable[bytes]) -> None:
    """Write an image as `docker save` does."""
    names: list[str] = []
    with tarfile.open(archive, "w") as tar:
        for layer in layers:
            names.append(f"{hashlib.sha256(layer).hexdigest()}.tar")
            _add(tar, names[-1], layer)
        _add(tar, "config.json", described)
        _add(tar, "manifest.json", json.dumps([{"Config": "config.json", "Layers": names}]).encode())


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    tar.addfile(member, io.BytesIO(content))


def _kind(layer: bytes) -> str:
    return f"{LAYER}+gzip" if layer.startswith(_GZIP) else LAYER


def _tag(source: Mapping[str, Any]) -> str:
    return str(source.get("tag") or "latest")


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    try:
        found = archive.extractfile(name)
    except KeyError:
        found = None
    if found is None:
        raise RefusedError(f"{name}: is not in the image's archive; expected what `docker save` writes")
    return found.read()


def _apply(layer: bytes, root: Path) -> None:
    """Put a layer on top of what is in *root*: what it says is gone goes first."""
    with tarfile.open(fileobj=io.BytesIO(layer)) as tar:
        kept = []
        for member in tar:
            path = PurePosixPath(member.name)
            if path.name == _EMPTIED:
                for old in _inside(root, path.parent).iterdir():
                    _remove(old)
            elif path.name.startswith(_GONE):
                _remove(_inside(root, path.parent) / path.name.removeprefix(_GONE))
            else:
                kept.append(member)
        for member in kept:
            if member.isdev():
                continue
            at = _place(root, member.name)
            if at == root.resolve() or (at.is_symlink() and member.isdir()):
                continue  # such as /lib, which is a link by now
            if at.is_symlink() or (at.exists() and not (at.is_dir() and member.isdir())):
                _remove(at)
            member.name = at.relative_to(root.resolve()).as_posix()
            if member.islnk():
                member.linkname = _place(root, member.linkname).relative_to(root.resolve()).as_posix()
            tar.extract(member, root.resolve(), numeric_owner=True, **_AS_IT_IS)


def _place(root: Path, name: str) -> Path:
    """Return where a member of a layer goes, which is below *root* whatever it is called."""
    path = PurePosixPath(name)
    if path.name == "..":
        raise RefusedError(f"{name}: a layer of the image leads out of it")
    return _inside(root, path.parent) / path.name


def _inside(root: Path, path: PurePosixPath) -> Path:
    """Return where *path* is, which no link may lead out of *root*."""
    at = (root / str(path).lstrip("/")).resolve()
    if at != root.resolve() and root.resolve() not in at.parents:
        raise RefusedError(f"{path}: a layer of the image leads out of it")
    return at


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
