"""Builds a microservice's image where its recipe cannot be run: its sources, on top of an image that the recipe made.

It stands in for a build by the Dockerfile, so that what it made is `simulated`. What is not a source has to be as it
was when that image was made: a recipe that says something else is refused, since nobody would follow it here.

    append_sources.py BASE.tar SOURCE RECIPE IMAGE.tar

BASE.tar and IMAGE.tar are archives as `docker save` writes them, SOURCE is the microservice's repository, and RECIPE
the digest of its recipe, as `recipe_digest` gives it.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import sys
import tarfile
from pathlib import Path

RECIPE = ("Dockerfile", "requirements.lock")
PACKAGE = "microservice"
_HOME = f"app/{PACKAGE}"
_EMPTIED = f"{_HOME}/.wh..wh..opq"  # what the image had there is gone: a source may have been removed
_LARGEST = 16 << 20  # bytes of sources


class RefusedError(Exception):
    """An image cannot be built; the message says why, and what to do."""


def recipe_digest(source: Path) -> str:
    """Return the SHA-256 of what an image is made by beside its sources.

    Raises:
        RefusedError: If a part of it is not there.
    """
    digest = hashlib.sha256()
    for name in RECIPE:
        file = source / name
        if file.is_symlink() or not file.is_file():
            raise RefusedError(f"{name}: is no file of the repository; expected the recipe that the image is made by")
        content = file.read_bytes()
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def append(base: Path, source: Path, recipe: str, image: Path) -> None:
    """Write the archive of an image that has the sources of *source*, and everything else of *base*.

    Raises:
        RefusedError: If the recipe is another than *recipe*, or the sources are no plain files.
    """
    if recipe_digest(source) != recipe:
        raise RefusedError(
            f"{' or '.join(RECIPE)} has changed: here an image is given new sources only. "
            "Build it by its Dockerfile, and stand the platform up with that"
        )
    layer = sources_layer(source / PACKAGE)
    with tarfile.open(base) as archive:
        described = json.loads(_member(archive, "manifest.json"))[0]
        config = json.loads(_member(archive, described["Config"]))
        layers = {name: _member(archive, name) for name in described["Layers"]}
    config["rootfs"]["diff_ids"].append(f"sha256:{hashlib.sha256(layer).hexdigest()}")
    config.setdefault("history", []).append({"created_by": f"COPY {PACKAGE} /{_HOME}"})
    packed = gzip.compress(layer, mtime=0)
    layers[f"{hashlib.sha256(packed).hexdigest()}.tar"] = packed
    with tarfile.open(image, "w") as archive:
        for name, content in layers.items():
            _add(archive, name, content)
        _add(archive, "config.json", json.dumps(config).encode())
        _add(archive, "manifest.json", json.dumps([{"Config": "config.json", "Layers": list(layers)}]).encode())


def sources_layer(package: Path) -> bytes:
    """Return the layer of a package's files, which is the same for the same files."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as layer:
        _add(layer, _EMPTIED, b"")
        left = _LARGEST
        for file in sorted(path for path in package.rglob("*") if "__pycache__" not in path.parts):
            name = f"{_HOME}/{file.relative_to(package).as_posix()}"
            if file.is_symlink() or not (file.is_file() or file.is_dir()):
                raise RefusedError(f"{name}: expected a plain file")
            if file.is_file():
                left -= file.stat().st_size
                if left < 0:
                    raise RefusedError(f"{PACKAGE}: expected at most {_LARGEST >> 20} MiB of sources")
                _add(layer, name, file.read_bytes())
    return out.getvalue()


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    found = archive.extractfile(name)
    if found is None:
        raise RefusedError(f"{name}: is no file of the image's archive; expected what `docker save` writes")
    return found.read()


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o644
    archive.addfile(member, io.BytesIO(content))


def main(arguments: list[str]) -> int:
    """Do what the command line says; return the exit code."""
    if len(arguments) != 4:  # noqa: PLR2004 - as many as there are
        sys.stderr.write("usage: append_sources.py BASE.tar SOURCE RECIPE IMAGE.tar\n")
        return 2
    base, source, recipe, image = arguments
    try:
        append(Path(base), Path(source), recipe, Path(image))
    except (RefusedError, OSError, KeyError, tarfile.TarError) as error:
        sys.stderr.write(f"the image cannot be built: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
