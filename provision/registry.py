"""A client of the OCI distribution API: the registry of images that the nodes pull from is asked and filled by it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import httpx2

from seatrial.errors import SeatrialError

_SECONDS = 60.0  # for one request
_CONFIG = "application/vnd.oci.image.config.v1+json"
_LAYER = "application/vnd.oci.image.layer.v1.tar"
_GZIP = b"\x1f\x8b"
_CHUNK = 1 << 20  # bytes
_MANIFESTS = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)


class RegistryError(SeatrialError):
    """The registry did not do as it was asked; the message says what, and what it answered."""


@dataclass(frozen=True)
class Reference:
    """An image's name, taken apart: ``registry.internal:5000/team/server:1.0``.

    Attributes:
        registry: The registry's name, as nodes know it.
        repository: The image's path in it.
        tag: Its tag, or its digest where the name has one.
    """

    registry: str
    repository: str
    tag: str

    @classmethod
    def of(cls, name: str) -> Reference:
        """Take *name* apart.

        Raises:
            ValueError: If it names no registry or no tag.
        """
        registry, slash, rest = name.partition("/")
        bare, _, digest = rest.partition("@")
        repository, colon, tag = bare.rpartition(":")
        if not (slash and (colon or digest)):
            raise ValueError(
                f"{name}: expected an image's name with its registry and its tag, as in registry:5000/server:1.0"
            )
        return cls(registry, repository if colon else bare, digest or tag)

    def tagged(self, tag: str) -> str:
        """Name the image of the same repository with another *tag*."""
        return f"{self.registry}/{self.repository}:{tag}"


class Registry:
    """A registry that images can be pushed to.

    Args:
        url: Where this machine reaches it, such as ``http://127.0.0.1:5000``.
        access: Who we are to it; nobody unless told.
    """

    def __init__(self, url: str, access: httpx2.Auth | None = None) -> None:
        self._client = httpx2.Client(base_url=url, auth=access, timeout=_SECONDS, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def put(self, repository: str, tag: str, config: bytes, layers: Sequence[tuple[str, Path]]) -> str:
        """Push a configuration and its layers, tar files by their SHA-256, and make *tag* lead to them.

        What the registry has already is not sent again.

        Returns:
            The manifest's digest: ``sha256:...``.

        Raises:
            RegistryError: If the registry refuses any of it, or does not answer.
        """
        for digest, path in layers:
            self._push(repository, f"sha256:{digest}", path)
        self._push(repository, _digest(config), config)
        manifest = {
            "schemaVersion": 2,
            "mediaType": _MANIFESTS[0],
            "config": {"mediaType": _CONFIG, "digest": _digest(config), "size": len(config)},
            "layers": [
                {"mediaType": _kind(path), "digest": f"sha256:{digest}", "size": path.stat().st_size}
                for digest, path in layers
            ],
        }
        return self._lead(repository, tag, manifest)

    def digest(self, repository: str, tag: str) -> str:
        """Return the digest of the image that *tag* leads to.

        Raises:
            RegistryError: If there is none.
        """
        return _digest(self._manifest(repository, tag).content)

    def tag(self, repository: str, reference: str, to: str) -> None:
        """Make the tag *to* lead to the image of another tag, or of a digest.

        Raises:
            RegistryError: If there is none, or the registry refuses.
        """
        found = self._manifest(repository, reference)
        headers = {"Content-Type": found.headers["content-type"]}
        self._ask("PUT", f"/v2/{repository}/manifests/{to}", content=found.content, headers=headers)

    def vary(self, repository: str, tag: str, to: str, content: str, command: Sequence[str] = ()) -> str:
        """Push an image that differs from the one at *tag* in its *content* alone, and make the tag *to* lead to it.

        Args:
            repository: The image's path.
            tag: The tag or digest of the image that it is made from.
            to: Its tag.
            content: What tells it from others; the same content gives the same image.
            command: What it runs; what the first image runs, unless told.

        Returns:
            Its digest.

        Raises:
            RegistryError: If the registry refuses any of it.
        """
        manifest = self._one(repository, self._manifest(repository, tag))
        config = self._get(f"/v2/{repository}/blobs/{manifest['config']['digest']}").json()
        settings = config.setdefault("config", {})
        settings["Labels"] = {**(settings.get("Labels") or {}), "seatrial.dev/content": content}
        if command:
            settings.update(Entrypoint=list(command), Cmd=None)
        blob = _written(config)
        self._push(repository, _digest(blob), blob)
        manifest["config"] = {**manifest["config"], "digest": _digest(blob), "size": len(blob)}
        return self._lead(repository, to, manifest)

    def close(self) -> None:
        """Let go of connections."""
        self._client.close()

    def _manifest(self, repository: str, tag: str) -> httpx2.Response:
        return self._get(f"/v2/{repository}/manifests/{tag}")

    def _one(self, repository: str, answer: httpx2.Response) -> dict[str, Any]:
        """Return the manifest of one image, out of a list of them for several machines if need be."""
        manifest: dict[str, Any] = answer.json()
        if "manifests" in manifest:
            manifest = self._get(f"/v2/{repository}/manifests/{manifest['manifests'][0]['digest']}").json()
        return manifest

    def _lead(self, repository: str, tag: str, manifest: dict[str, Any]) -> str:
        written = _written(manifest)
        headers = {"Content-Type": manifest.get("mediaType") or _MANIFESTS[0]}
        self._ask("PUT", f"/v2/{repository}/manifests/{tag}", content=written, headers=headers)
        return _digest(written)

    def _push(self, repository: str, digest: str, content: Path | bytes) -> None:
        if self._has(repository, digest):
            return
        began = self._ask("POST", f"/v2/{repository}/blobs/uploads/")
        where = str(began.url.join(began.headers["location"]).copy_merge_params({"digest": digest}))
        headers = {"Content-Type": "application/octet-stream"}
        if isinstance(content, bytes):
            self._ask("PUT", where, content=content, headers=headers)
            return
        headers["Content-Length"] = str(content.stat().st_size)
        with content.open("rb") as stream:
            self._ask("PUT", where, content=iter(lambda: stream.read(_CHUNK), b""), headers=headers)

    def _has(self, repository: str, digest: str) -> bool:
        answer = self._send("HEAD", f"/v2/{repository}/blobs/{digest}")
        return answer.status_code == httpx2.codes.OK

    def _get(self, path: str) -> httpx2.Response:
        return self._ask("GET", path, headers={"Accept": ", ".join(_MANIFESTS)}, follow_redirects=True)

    def _ask(self, method: str, where: str, **options: Any) -> httpx2.Response:
        answer = self._send(method, where, **options)
        if answer.status_code >= httpx2.codes.BAD_REQUEST:
            refused = f"{answer.status_code} {answer.text[:300].strip()}"
            raise RegistryError(f"the registry refuses {method} {answer.request.url}: {refused}")
        return answer

    def _send(self, method: str, where: str, **options: Any) -> httpx2.Response:
        try:
            return self._client.request(method, where, **options)
        except httpx2.TransportError as error:
            raise RegistryError(f"the registry at {self._client.base_url} does not answer: {error}") from error


def _kind(layer: Path) -> str:
    with layer.open("rb") as stream:
        return f"{_LAYER}+gzip" if stream.read(2) == _GZIP else _LAYER


def _written(document: dict[str, Any]) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def _digest(blob: bytes) -> str:
    return "sha256:" + hashlib.sha256(blob).hexdigest()
