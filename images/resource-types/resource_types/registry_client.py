"""A client of the OCI distribution API that needs nothing but the standard library."""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import json
import platform
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from typing import IO, Any

from resource_types.protocol import RefusedError, needed

_SECONDS = 120.0
_NOT_FOUND = 404
_MANIFESTS = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
_MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}
_TOKEN = "<token>"  # noqa: S105 - the name of no user, by which registries are told that a password is a token
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar"
MANIFEST = _MANIFESTS[0]

Answer = tuple[Mapping[str, str], bytes]


class Remote:
    """One repository of a registry.

    Args:
        source: What the pipeline says of it: ``repository``, ``username`` and ``password``. Where the user is called
            ``<token>``, the password is a token of the registry's, for whoever has it.
    """

    def __init__(self, source: Mapping[str, Any]) -> None:
        self.name = needed("source", source, "repository")
        host, slash, path = self.name.partition("/")
        if not slash or not ({".", ":"} & set(host)):
            raise RefusedError(
                f"source.repository: {self.name}: expected it with its registry, as in registry:5000/name"
            )
        self._base = f"{'http' if _near(host) else 'https'}://{host}/v2/{path}"
        self._authorization = _known_as(str(source.get("username") or ""), str(source.get("password") or ""))
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def digest(self, reference: str) -> str:
        """Return the digest of the image that a tag leads to; nothing when there is no such tag."""
        try:
            _, content = self.ask("GET", f"/manifests/{reference}", {"Accept": ", ".join(_MANIFESTS)})
        except _MissingError:
            return ""
        return "sha256:" + hashlib.sha256(content).hexdigest()

    def manifest(self, reference: str) -> dict[str, Any]:
        """Return the manifest of an image, for this machine where there are several."""
        _, content = self.ask("GET", f"/manifests/{reference}", {"Accept": ", ".join(_MANIFESTS)})
        document: dict[str, Any] = json.loads(content)
        if "manifests" not in document:
            return document
        machine = _MACHINES.get(platform.machine(), platform.machine())
        for one in document["manifests"]:
            if one.get("platform", {}).get("architecture") == machine:
                return self.manifest(one["digest"])
        raise RefusedError(f"{self.name}@{reference}: has no image for {machine}")

    def blob(self, digest: str) -> bytes:
        """Return what has this digest.

        Raises:
            RefusedError: If the registry does not have it, or something else.
        """
        _, content = self.ask("GET", f"/blobs/{digest}")
        if "sha256:" + hashlib.sha256(content).hexdigest() != digest:
            raise RefusedError(f"{self.name}: what the registry gives as {digest} is something else")
        return content

    def put_blob(self, content: bytes) -> str:
        """Push what is not there yet; return its digest."""
        digest = "sha256:" + hashlib.sha256(content).hexdigest()
        try:
            self.ask("HEAD", f"/blobs/{digest}")
        except _MissingError:
            headers, _ = self.ask("POST", "/blobs/uploads/")
            where = headers["Location"]
            joined = f"{where}{'&' if '?' in where else '?'}{urllib.parse.urlencode({'digest': digest})}"
            self.ask("PUT", joined, {"Content-Type": "application/octet-stream"}, content)
        return digest

    def put_manifest(self, reference: str, manifest: Mapping[str, Any]) -> str:
        """Have a tag lead to an image; return its digest."""
        content = json.dumps(manifest, sort_keys=True, separators=(",", ":")).encode()
        self.ask("PUT", f"/manifests/{reference}", {"Content-Type": str(manifest["mediaType"])}, content)
        return "sha256:" + hashlib.sha256(content).hexdigest()

    def ask(
        self, method: str, where: str, headers: Mapping[str, str] | None = None, content: bytes | None = None
    ) -> Answer:
        """Ask the registry, at a path of the repository or at a whole address.

        Raises:
            RefusedError: If it refuses, or does not answer.
        """
        address = where if "://" in where else f"{self._base}{where}"
        asked = urllib.request.Request(address, content, dict(headers or {}), method=method)  # noqa: S310 - http alone
        if self._authorization:
            asked.add_unredirected_header("Authorization", self._authorization)
        try:
            answer: IO[bytes]
            with self._opener.open(asked, timeout=_SECONDS) as answer:
                return dict(answer.headers), answer.read()  # type: ignore[attr-defined]
        except urllib.error.HTTPError as error:
            if error.code == _NOT_FOUND:
                raise _MissingError(f"{method} {address}: 404: there is no such thing") from error
            said = error.read(300).decode(errors="replace").strip()
            raise RefusedError(f"{method} {address}: {error.code}: {said}") from error
        except OSError as error:
            raise RefusedError(f"{method} {address}: {error}") from error


class _MissingError(RefusedError):
    pass


def _known_as(user: str, password: str) -> str:
    if user == _TOKEN:
        return f"Bearer {password}"
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode() if user else ""


def _near(host: str) -> bool:
    """Say whether a registry is on a network of one's own, where the official type speaks without TLS as well."""
    name = host.rpartition(":")[0] or host
    try:
        return ipaddress.ip_address(name).is_private
    except ValueError:
        return name == "localhost" or name.endswith(".local")
