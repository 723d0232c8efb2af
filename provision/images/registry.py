"""The platform's own registry: its program, its settings, and pushing to it without an engine."""

from __future__ import annotations

import hashlib
import json
import secrets
from pathlib import Path
from typing import Any, Self

import httpx2

from provision.images.archive import ImageError
from provision.images.build import Builds, Built
from seatrial import contained

_LIMIT = 60.0  # seconds for one request
_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_CONFIG = "application/vnd.oci.image.config.v1+json"
_GZIP = b"\x1f\x8b"
_LAYER = "application/vnd.oci.image.layer.v1.tar"


def registry_settings(folder: Path, storage: Path, address: str, port: int) -> Path:
    """Write the settings of a registry that keeps everything in *storage* and asks nobody who they are.

    Its program is ``Toolchain(tools=IMAGE_TOOLS).ensure("registry")``; it is ready when ``GET /v2/`` answers 200.

    Args:
        folder: Where the settings are written to.
        storage: Where images are kept.
        address: The address that it listens at: the platform's own gateway, or loopback.
        port: The port.

    Returns:
        The file.
    """
    storage.mkdir(parents=True, exist_ok=True)
    settings: dict[str, Any] = {
        "version": 0.1,
        "log": {"level": "error", "accesslog": {"disabled": True}},
        "storage": {
            "filesystem": {"rootdirectory": str(storage)},
            "delete": {"enabled": True},
            "cache": {"blobdescriptor": "inmemory"},
            "maintenance": {"uploadpurging": {"enabled": True, "age": "24h", "interval": "24h", "dryrun": False}},
        },
        "http": {"addr": f"{address}:{port}", "secret": secrets.token_hex(16)},
    }
    file = folder / "registry.json"  # JSON is YAML
    return contained.write(file, json.dumps(settings, indent=2) + "\n")


def registry_command(program: Path, settings: Path) -> tuple[list[str], dict[str, str]]:
    """Return the command that runs a registry, and what its environment needs beside.

    Args:
        program: The registry's program.
        settings: Its settings, by `registry_settings`.
    """
    return [str(program), "serve", str(settings)], {"OTEL_TRACES_EXPORTER": "none"}


class Pusher:
    """Puts images into a registry over its HTTP API.

    Args:
        url: Where this machine reaches it, such as ``http://127.0.0.1:5000``.
    """

    def __init__(self, url: str) -> None:
        self._client = httpx2.Client(base_url=url, timeout=_LIMIT, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def push(self, built: Built, builds: Builds) -> str:
        """Push an image under its recipe's name and version; what the registry has already is not sent again.

        Returns:
            The manifest's digest: ``sha256:...``.

        Raises:
            ImageError: The registry refuses it, or does not answer.
        """
        layers = [(digest, builds.layer(digest)) for digest in built.layers]
        return self.put(built.recipe, built.version, built.config.encode(), layers)

    def put(self, repository: str, tag: str, config: bytes, layers: list[tuple[str, Path]]) -> str:
        """Push a configuration and its layers, tar files by their SHA-256, and make *tag* lead to them.

        Returns:
            The manifest's digest.

        Raises:
            ImageError: The registry refuses it, or does not answer.
        """
        config_digest = hashlib.sha256(config).hexdigest()
        manifest = {
            "schemaVersion": 2,
            "mediaType": _MANIFEST,
            "config": {"mediaType": _CONFIG, "digest": f"sha256:{config_digest}", "size": len(config)},
            "layers": [
                {"mediaType": _kind(path), "digest": f"sha256:{digest}", "size": path.stat().st_size}
                for digest, path in layers
            ],
        }
        document = json.dumps(manifest, sort_keys=True, separators=(",", ":")).encode()
        try:
            for digest, path in layers:
                self._blob(repository, digest, path)
            self._blob(repository, config_digest, config)
            self._done(
                self._client.put(
                    f"/v2/{repository}/manifests/{tag}", content=document, headers={"Content-Type": _MANIFEST}
                )
            )
        except httpx2.TransportError as error:
            raise ImageError(f"the registry at {self._client.base_url} does not answer: {error}") from error
        return "sha256:" + hashlib.sha256(document).hexdigest()

    def _blob(self, repository: str, digest: str, content: Path | bytes) -> None:
        name = f"sha256:{digest}"
        if self._client.head(f"/v2/{repository}/blobs/{name}").status_code == httpx2.codes.OK:
            return
        began = self._done(self._client.post(f"/v2/{repository}/blobs/uploads/"))
        where = began.url.join(began.headers["location"]).copy_merge_params({"digest": name})
        headers = {"Content-Type": "application/octet-stream"}
        if isinstance(content, bytes):
            self._done(self._client.put(where, content=content, headers=headers))
            return
        headers["Content-Length"] = str(content.stat().st_size)
        with content.open("rb") as stream:
            self._done(self._client.put(where, content=iter(lambda: stream.read(1 << 20), b""), headers=headers))

    def _done(self, answer: httpx2.Response) -> httpx2.Response:
        if answer.status_code >= httpx2.codes.BAD_REQUEST:
            asked = f"{answer.request.method} {answer.request.url.path}"
            raise ImageError(f"the registry refuses {asked}: {answer.status_code} {answer.text[:300].strip()}")
        return answer


def _kind(layer: Path) -> str:
    with layer.open("rb") as stream:
        return f"{_LAYER}+gzip" if stream.read(2) == _GZIP else _LAYER
