"""The registry of images that the nodes pull from, asked and changed by the OCI distribution API."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx2

_SECONDS = 10.0
_MANIFESTS = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)


class RegistryError(ConnectionError):
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
    """

    def __init__(self, url: str) -> None:
        self._client = httpx2.Client(base_url=url, timeout=_SECONDS, trust_env=False)

    def digest(self, repository: str, tag: str) -> str:
        """Return the digest of the image that *tag* leads to.

        Raises:
            RegistryError: If there is none.
        """
        return _digest(self._manifest(repository, tag).content)

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
        self._push(repository, blob)
        manifest["config"] = {**manifest["config"], "digest": _digest(blob), "size": len(blob)}
        written = _written(manifest)
        headers = {"Content-Type": manifest.get("mediaType") or _MANIFESTS[0]}
        self._done(self._client.put(f"/v2/{repository}/manifests/{to}", content=written, headers=headers))
        return _digest(written)

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

    def _push(self, repository: str, blob: bytes) -> None:
        began = self._done(self._client.post(f"/v2/{repository}/blobs/uploads/"))
        where = began.url.join(began.headers["location"])
        self._done(
            self._client.put(
                where.copy_merge_params({"digest": _digest(blob)}),
                content=blob,
                headers={"Content-Type": "application/octet-stream"},
            )
        )

    def _get(self, path: str) -> httpx2.Response:
        return self._done(self._client.get(path, headers={"Accept": ", ".join(_MANIFESTS)}, follow_redirects=True))

    def _done(self, answer: httpx2.Response) -> httpx2.Response:
        if answer.status_code >= httpx2.codes.BAD_REQUEST:
            request = answer.request
            raise RegistryError(f"{request.method} {request.url}: {answer.status_code} {answer.text[:300].strip()}")
        return answer


def _written(document: dict[str, Any]) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def _digest(blob: bytes) -> str:
    return "sha256:" + hashlib.sha256(blob).hexdigest()
