"""Clients of a cluster's API."""

from __future__ import annotations

import tempfile
from pathlib import Path

import httpx2
from lightkube import Client, KubeConfig

from provision.net.transport import api_transport
from seatrial.errors import UsageError

_API_TIMEOUT = httpx2.Timeout(8.0)  # longer than etcd takes to refuse a write without a quorum


def client_of(kubeconfig: Path, temporary: Path, context: str | None = None) -> Client:
    """Make a client from a kubeconfig, and from nothing else in the environment.

    Args:
        kubeconfig: The file.
        temporary: Where the client keeps the certificates in it as files, as long as it lives.
        context: The context in it; its current one unless told.

    Raises:
        UsageError: If the file, or the context in it, is not there or cannot be used.
    """
    elsewhere, tempfile.tempdir = tempfile.tempdir, str(temporary)  # lightkube takes no folder for them
    try:
        config = KubeConfig.from_file(kubeconfig).get(context)
        return Client(config=config, timeout=_API_TIMEOUT, trust_env=False, transport=api_transport(config))
    except Exception as error:  # a file of another's may be wrong in any way
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        raise UsageError(
            f"{kubeconfig}: expected a kubeconfig with the context {context or 'that it names as current'}; {reason}"
        ) from error
    finally:
        tempfile.tempdir = elsewhere
