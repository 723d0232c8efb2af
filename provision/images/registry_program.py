"""The program of the platform's own registry, and its settings."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

from provision.registry_tokens import ALGORITHM, ISSUER, SERVICE, RegistryTokens
from seatrial import contained


def registry_settings(folder: Path, storage: Path, address: str, port: int, tokens: RegistryTokens) -> Path:
    """Write the settings of a registry that keeps everything in *storage*, and does nothing for who has no token.

    Its program is ``Toolchain(tools=IMAGE_TOOLS).ensure("registry")``; it is ready when ``GET /v2/`` answers 200 to
    who has one.

    Args:
        folder: Where the settings are written to.
        storage: Where images are kept.
        address: The address that it listens at: the platform's own gateway, or loopback.
        port: The port.
        tokens: What makes the tokens that it takes.

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
        "auth": {
            "token": {
                "realm": "none: the platform gives no tokens to who asks",  # where clients are told to ask for one
                "service": SERVICE,
                "issuer": ISSUER,
                "jwks": str(tokens.public()),
                "signingalgorithms": [ALGORITHM],
            }
        },
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
