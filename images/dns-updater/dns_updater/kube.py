"""A client of the API server, by ``KUBECONFIG`` or from within the cluster."""

from __future__ import annotations

import os
import socket
from typing import Any

import httpx2
import yaml
from lightkube import Client, KubeConfig
from lightkube.config.client_adapter import verify_cluster
from lightkube.core.exceptions import ConfigError

# A machine that vanishes sends no farewell: without these a watch on it would wait for ever. macOS lacks some.
_KEEPALIVE = {"TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 25_000}


def _socket_options() -> list[tuple[int, int, int]]:
    known = [(socket.IPPROTO_TCP, getattr(socket, name), n) for name, n in _KEEPALIVE.items() if hasattr(socket, name)]
    return [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1), *known]


class _Listening(httpx2.HTTPTransport):
    """Ends a watch on which nothing has come for *silence* seconds: what passes it on may hold it open for ever."""

    def __init__(self, silence: float, **options: Any) -> None:
        super().__init__(**options)
        self._silence = silence

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        given = request.extensions.get("timeout", {})
        if given.get("read") is None:
            request.extensions = {**request.extensions, "timeout": {**given, "read": self._silence}}
        return super().handle_request(request)


def connect(silence: float = 60.0) -> Client:
    """Make a client: of the file that ``KUBECONFIG`` names, else of the cluster that this process runs in.

    Args:
        silence: After how many seconds without an event a watch ends with ``httpx2.ReadTimeout``.

    Raises:
        lightkube.core.exceptions.ConfigError: If there is neither, or it cannot be used.
    """
    path = os.environ.get("KUBECONFIG")
    try:
        config = (KubeConfig.from_file(path) if path else KubeConfig.from_env()).get()
    except (OSError, LookupError, TypeError, ValueError, yaml.YAMLError):
        config = None
    if config is None or config.user is None:
        raise ConfigError("KUBECONFIG: expected a file with a current context that names a cluster and a user")
    trust = verify_cluster(config.cluster, config.user, config.abs_file)
    transport = _Listening(silence, verify=trust, socket_options=_socket_options())
    return Client(config, transport=transport)
