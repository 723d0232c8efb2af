"""The key with which the API servers encrypt Secrets before etcd has them: made for each platform, in its state."""

from __future__ import annotations

import base64
import secrets
from pathlib import Path
from typing import Any

from seatrial.provisioning.state import PlatformState

_KEY_BYTES = 32  # XSalsa20 and Poly1305, which Kubernetes calls secretbox
_FILE = "encryption"


def encryption_config(state: PlatformState) -> Path:
    """Return the file that tells every API server of the platform how to encrypt; it is made on first use.

    It holds the key, and is for its owner alone, as all of the state is.
    """
    if state.read(_FILE) is None:
        state.write(_FILE, _document())
    return state.path(f"{_FILE}.json")


def _document() -> dict[str, Any]:
    key = {"name": "first", "secret": base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()}
    return {
        "apiVersion": "apiserver.config.k8s.io/v1",
        "kind": "EncryptionConfiguration",
        "resources": [
            {
                "resources": ["secrets"],
                # The first encrypts all that is written; what somebody has put there in the clear can still be read.
                "providers": [{"secretbox": {"keys": [key]}}, {"identity": {}}],
            }
        ],
    }
