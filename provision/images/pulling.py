"""Real images: whether they can be pulled, and from the engine into the platform's own registry.

The nodes themselves reach nothing outside: the engine pulls, and each image is held to the digest that it had first.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import tarfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from provision.images.archive import ImageError
from provision.images.parts import IMAGES
from provision.registry import Registry

LOCK = IMAGES / "map.lock.json"
"""The digests of the real images, each trusted on first use."""

_ASK_LIMIT, _PULL_LIMIT = 6.0, 900.0  # seconds


class Engine:
    """An engine's command, such as ``docker``.

    Args:
        command: The command with its options.
        environ: Its environment; the process's own unless told.
        lock: Where digests are kept.
    """

    def __init__(
        self, command: Sequence[str] = ("docker",), environ: Mapping[str, str] | None = None, lock: Path = LOCK
    ) -> None:
        self._command = tuple(command)
        self._environ = None if environ is None else dict(environ)
        self._lock = lock
        self._answers = cache(self._reaches)

    def can_pull(self, image: str) -> bool:
        """Return whether the registry of *image* answers for it; a registry that does not is asked once."""
        return self._answers(image.partition("/")[0]) and self._asked(image)

    def pull(self, image: str, registry: Registry, repository: str, scratch: Path) -> str:
        """Pull *image* and put it into the platform's registry as *repository*.

        Returns:
            The digest that it has there.

        Raises:
            ImageError: It cannot be pulled, or is not the image that it was.
            RegistryError: The platform's registry refuses it.
        """
        known = self._known()
        name = f"{image.rpartition(':')[0]}@{known[image]}" if image in known else image
        self._run(["pull", "--quiet", name], _PULL_LIMIT)
        if image not in known:
            told = json.loads(self._run(["image", "inspect", name, "--format", "{{json .RepoDigests}}"], _ASK_LIMIT))
            self._lock.write_text(
                json.dumps({**known, image: told[0].partition("@")[2]}, indent=2, sort_keys=True) + "\n",
                encoding="utf-8",
            )
        archive = scratch / "image.tar"
        self._run(["save", "--output", str(archive), name], _PULL_LIMIT)
        return put_archive(archive, registry, repository, image.rpartition(":")[2], scratch)

    def _known(self) -> dict[str, str]:
        return dict(json.loads(self._lock.read_text(encoding="utf-8"))) if self._lock.is_file() else {}

    def _reaches(self, registry: str) -> bool:
        # a name that surely is not there: a registry that can be reached says so at once, in its own words
        said = self._said(f"{registry}/seatrial/none:none")
        return any(word in said for word in ("denied", "unauthorized", "no such manifest", "not found", "unknown"))

    def _asked(self, image: str) -> bool:
        try:
            self._run(["manifest", "inspect", image], _ASK_LIMIT)
        except ImageError:
            return False
        return True

    def _said(self, image: str) -> str:
        try:
            self._run(["manifest", "inspect", image], _ASK_LIMIT)
        except ImageError as error:
            return str(error).lower()
        return "found: unknown"

    def _run(self, arguments: list[str], limit: float) -> str:
        asked = " ".join([*self._command, *arguments])
        try:
            run = subprocess.run(
                [*self._command, *arguments],
                capture_output=True, text=True, check=False, timeout=limit, env=self._environ,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ImageError(f"{asked}: {type(error).__name__} after {limit:g} s") from error
        if run.returncode != 0:
            raise ImageError(f"{asked}: {run.stderr.strip()[-500:]}")
        return run.stdout


def put_archive(archive: Path, registry: Registry, repository: str, tag: str, scratch: Path) -> str:
    """Put the one image of a docker archive, as ``docker save`` writes it, into a registry.

    Args:
        archive: The archive.
        registry: The registry.
        repository: The image's path there.
        tag: Its tag there.
        scratch: A folder for its layers.

    Returns:
        The manifest's digest.

    Raises:
        ImageError: It is no such archive.
        RegistryError: The registry refuses it.
    """
    with tarfile.open(archive) as tar:
        manifest = json.loads(_member(tar, "manifest.json"))[0]
        config = _member(tar, manifest["Config"])
        layers: list[tuple[str, Path]] = []
        for number, name in enumerate(manifest["Layers"]):
            path = scratch / f"layer-{number}.tar"
            path.write_bytes(_member(tar, name))
            with path.open("rb") as stream:
                layers.append((hashlib.file_digest(stream, "sha256").hexdigest(), path))
    return registry.put(repository, tag, config, layers)


def _member(tar: tarfile.TarFile, name: str) -> bytes:
    file = tar.extractfile(name)
    if file is None:
        raise ImageError(f"{tar.name!r} has no {name}: it is no image that an engine has saved")
    return file.read()
