"""Tokens of the platform's own registry: who may pull, and who may push, is who has one that the platform has signed.

They are the tokens of the registry's own protocol (JWT by ES256), but nobody gives them to whoever asks: the platform
makes them with a key of its state, for its nodes to pull, and for itself to push, one repository at a time.
"""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Any, Final

import httpx2
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from seatrial import contained
from seatrial.errors import SeatrialError

ISSUER: Final = "seatrial"
SERVICE: Final = "registry"
ALGORITHM: Final = "ES256"

_PULL, _PUSH, _ALL = ("pull",), ("pull", "push"), ("pull", "push", "delete")
_NODES_SECONDS = 365 * 86400.0  # as long as the platform's certificates
_PIPELINES_SECONDS = 30 * 86400.0  # the next standup gives them another
_OWN_SECONDS = 300.0  # for one request, of which a push of a large layer is one
_KEY_ID = "platform"
_NUMBER = 32  # bytes of each number of a signature, and of a point of the curve
_REPOSITORY = re.compile(r"/v2/(.+)/(?:manifests|blobs|tags)/")


class RegistryTokens:
    """Makes the tokens that one registry takes.

    Args:
        folder: Where the key is, for its owner alone; one is made when there is none.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        file = folder / "token-key.pem"
        written = contained.read(file)
        if written is None:
            written = _written(ec.generate_private_key(ec.SECP256R1()))
            contained.write(file, written)
        key = serialization.load_pem_private_key(written.encode(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise SeatrialError(f"{file}: expected an ECDSA key; `seatrial down` and `seatrial up` make it anew")
        self._key = key

    def public(self) -> Path:
        """Write what the registry verifies tokens with, a set of one key (JWKS), and return the file."""
        numbers = self._key.public_key().public_numbers()
        place = {name: _text(value.to_bytes(_NUMBER)) for name, value in (("x", numbers.x), ("y", numbers.y))}
        key = {"kty": "EC", "crv": "P-256", "kid": _KEY_ID, "alg": ALGORITHM, "use": "sig", **place}
        return contained.write(self._folder / "token-keys.json", json.dumps({"keys": [key]}))

    def to_pull(self, repositories: Iterable[str]) -> str:
        """Return the token by which nodes pull from *repositories*, and do nothing else."""
        return self._token([(name, _PULL) for name in sorted(set(repositories))], _NODES_SECONDS)

    def to_push(self, repository: str) -> str:
        """Return the token by which a pipeline pushes to one *repository*, and pulls what it has pushed."""
        return self._token([(repository, _PUSH)], _PIPELINES_SECONDS)

    def to_do_all(self, repository: str) -> str:
        """Return a token that is good for everything in one *repository*, for some minutes; in none if it is empty."""
        return self._token([(repository, _ALL)] if repository else [], _OWN_SECONDS)

    def _token(self, access: Iterable[tuple[str, tuple[str, ...]]], seconds: float) -> str:
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "sub": ISSUER,
            "aud": SERVICE,
            "iat": now,
            "nbf": now,
            "exp": now + int(seconds),
            "access": [{"type": "repository", "name": name, "actions": list(actions)} for name, actions in access],
        }
        signed = f"{_json({'typ': 'JWT', 'alg': ALGORITHM, 'kid': _KEY_ID})}.{_json(claims)}"
        r, s = decode_dss_signature(self._key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
        return f"{signed}.{_text(r.to_bytes(_NUMBER) + s.to_bytes(_NUMBER))}"


class OwnAccess(httpx2.Auth):
    """Lets a client do everything: each request has a token for the repository that it is about.

    Args:
        tokens: What makes them.
    """

    def __init__(self, tokens: RegistryTokens) -> None:
        self._tokens = tokens

    def auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response, None]:
        """Add the token."""
        found = _REPOSITORY.match(request.url.path)
        request.headers["Authorization"] = f"Bearer {self._tokens.to_do_all(found[1] if found else '')}"
        yield request


def _written(key: ec.EllipticCurvePrivateKey) -> str:
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, form, plain).decode()


def _json(document: dict[str, Any]) -> str:
    return _text(json.dumps(document, separators=(",", ":")).encode())


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
