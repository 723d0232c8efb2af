"""The way to a cluster's API that outlives the master that held a connection."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable

import httpx2
from lightkube.config.client_adapter import verify_cluster
from lightkube.config.kubeconfig import SingleConfig
from lightkube.core.exceptions import ConfigError

from seatrial.retrying import retrying

_PAUSE = 0.2  # seconds
_LIMIT = 3.0  # seconds after which a lost connection is not tried again
_SAFE = ("GET", "HEAD")
_READ_AGAIN = (httpx2.NetworkError, httpx2.RemoteProtocolError)  # that no connection was made is one of the first

Around = Callable[[httpx2.BaseTransport], httpx2.BaseTransport]
"""Makes of a transport another one that stands around it."""

# A machine that vanishes sends no farewell: without these a connection to it is believed for ever. macOS lacks some.
_KEEPALIVE = {"TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 25_000}


def api_transport(
    config: SingleConfig | None, limit: float = _LIMIT, *, trust_env: bool = False, around: Around | None = None
) -> httpx2.BaseTransport:
    """Return a transport to the cluster in *config* that tries again for *limit* seconds when a connection is lost.

    Args:
        config: The cluster and the user.
        limit: Seconds.
        trust_env: Whether the environment says whom to trust.
        around: What stands around the wire and sees each try; nothing unless given.

    Raises:
        ConfigError: If there is no such context, or no user in it.
    """
    if config is None or config.user is None:
        raise ConfigError("expected a context with a cluster and a user")
    trust = verify_cluster(config.cluster, config.user, config.abs_file, trust_env=trust_env)
    wire: httpx2.BaseTransport = _plain(trust, getattr(config, "proxy", None))
    return _Again(wire if around is None else around(wire), limit, getattr(config, "server_name", None))


def _plain(trust: ssl.SSLContext | str | bool, proxy: str | None = None) -> httpx2.HTTPTransport:
    known = [(socket.IPPROTO_TCP, getattr(socket, name), n) for name, n in _KEEPALIVE.items() if hasattr(socket, name)]
    return httpx2.HTTPTransport(
        verify=trust, trust_env=False, proxy=proxy, socket_options=[(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1), *known]
    )


class _Again(httpx2.BaseTransport):
    """Sends again what may be sent twice: a reading, and whatever no server can have received."""

    def __init__(self, inner: httpx2.BaseTransport, limit: float, server_name: str | None = None) -> None:
        self._inner = inner
        self._known = {"sni_hostname": server_name} if server_name else {}
        self._limit = limit

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send *request*; a reading is read to its end, unless it is a watch.

        Raises:
            httpx2.TransportError: The last try's, if none got through.
        """
        request.extensions = {**request.extensions, **self._known}
        reads = request.method in _SAFE and not _streams(request)
        twice = _READ_AGAIN if reads else httpx2.ConnectError

        def send() -> httpx2.Response:
            response = self._inner.handle_request(request)
            if reads:
                response.read()
            return response

        return retrying(send, passing=lambda error: isinstance(error, twice), within=self._limit, pause=_PAUSE)

    def close(self) -> None:
        """Close every connection."""
        self._inner.close()


def _streams(request: httpx2.Request) -> bool:
    asked = request.url.params
    return asked.get("watch") == "true" or asked.get("follow") == "true" or "upgrade" in request.headers
