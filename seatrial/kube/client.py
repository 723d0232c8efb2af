"""Clients of a cluster's API."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import httpx2
from lightkube import Client

from seatrial.errors import UsageError
from seatrial.kube.kubeconfig import files, load
from seatrial.kube.transport import Around, api_transport
from seatrial.provisioning.certificates import check_environment

_API_TIMEOUT = httpx2.Timeout(8.0)  # longer than etcd takes to refuse a write without a quorum


def client_of(
    kubeconfig: Path | None, temporary: Path, context: str | None = None, *, around: Around | None = None
) -> Client:
    """Make a client from a kubeconfig.

    Args:
        kubeconfig: The file; those that ``KUBECONFIG`` names, else the default one, where it is left out.
        temporary: Where the client keeps the certificates in it as files, as long as it lives.
        context: The context in it; its current one unless told.
        around: What stands around the wire and sees each request; nothing unless given.

    Raises:
        UsageError: If the file, or the context in it, is not there or cannot be used.
    """
    paths = files(kubeconfig)
    config = load(paths, context)
    authority = config.cluster.certificate_auth or config.cluster.certificate_auth_data or config.cluster.insecure
    if not authority and str(config.cluster.server).startswith("https:"):
        check_environment()  # what else says whom to trust
    elsewhere, tempfile.tempdir = tempfile.tempdir, str(temporary)  # lightkube takes no folder for them
    try:
        transport = api_transport(config, trust_env=not authority, around=around)
        return Client(config=config, timeout=_API_TIMEOUT, trust_env=False, transport=transport)
    except Exception as error:  # a file of another's may be wrong in any way
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        where = os.pathsep.join(map(str, paths))
        raise UsageError(f"{where}: no client can be made of the context {config.context_name!r}: {reason}") from error
    finally:
        tempfile.tempdir = elsewhere
