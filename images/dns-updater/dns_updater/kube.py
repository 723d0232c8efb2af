"""A client of the API server, by ``KUBECONFIG`` or from within the cluster."""

from __future__ import annotations

import os
import socket

import httpx2
from lightkube import Client, KubeConfig
from lightkube.config.client_adapter import verify_cluster

# A machine that vanishes sends no farewell: without these a watch on it would wait for ever. macOS lacks some.
_KEEPALIVE = {"TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 25_000}


def _socket_options() -> list[tuple[int, int, int]]:
    known = [(socket.IPPROTO_TCP, getattr(socket, name), n) for name, n in _KEEPALIVE.items() if hasattr(socket, name)]
    return [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1), *known]


def connect() -> Client:
    """Make a client: of the file that ``KUBECONFIG`` names, else of the cluster that this process runs in.

    Raises:
        lightkube.core.exceptions.ConfigError: If there is neither.
    """
    path = os.environ.get("KUBECONFIG")
    config = (KubeConfig.from_file(path) if path else KubeConfig.from_env()).get()
    if config is None or config.user is None:
        raise SystemExit("KUBECONFIG: expected a file with a current context that names a cluster and a user")
    trust = verify_cluster(config.cluster, config.user, config.abs_file)
    transport = httpx2.HTTPTransport(verify=trust, socket_options=_socket_options())
    return Client(config, transport=transport)
