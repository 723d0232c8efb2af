"""Asks services of the cluster over HTTP, through the API server's own proxy."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import httpx2
from lightkube import Client
from lightkube.config import client_adapter

from provision.observers.exchanges import Exchanges
from seatrial.kube.transport import api_transport
from seatrial.observers import answers

_SECONDS, _WHOLE_SECONDS = 10.0, 30.0


class ServiceError(ConnectionError):
    """A service of the cluster gave no answer that can be used; the message names it and what it said."""


class Proxy:
    """One service, reached through the API server.

    Args:
        connect: Makes a client of the cluster's API.
        namespace: The service's namespace.
        service: Its name.
        port: Its port, by number or by name.
        exchanges: Where questions and answers are kept.
    """

    def __init__(
        self,
        connect: Callable[[], Client],
        namespace: str,
        service: str,
        port: int | str,
        exchanges: Exchanges,
    ) -> None:
        self._connect = connect
        self._base = f"/api/v1/namespaces/{namespace}/services/http:{service}:{port}/proxy"
        self._service = service
        self._exchanges = exchanges
        self._made: httpx2.Client | None = None

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """Ask for *path* and give the answer's JSON.

        Raises:
            ServiceError: If there is none.
        """
        return self._ask("GET", path, params=dict(params or {}))

    def post(self, path: str, body: Mapping[str, object]) -> Any:
        """Send *body* as JSON and give the answer's JSON.

        Raises:
            ServiceError: If there is none.
        """
        return self._ask("POST", path, json=dict(body))

    def close(self) -> None:
        """Let go of connections."""
        if self._made is not None:
            self._made.close()
            self._made = None

    def _ask(self, method: str, path: str, **rest: Any) -> Any:
        asked = f"{method} {self._service}{path} {rest.get('params') or rest.get('json') or ''}"
        return self._exchanges.of(asked, lambda: self._send(method, path, **rest), json.dumps)

    def _send(self, method: str, path: str, **rest: Any) -> Any:
        try:
            answer = answers.ask(self._client, method, self._base + path, within=_WHOLE_SECONDS, **rest)
        except httpx2.HTTPError as error:
            raise ServiceError(f"{self._service} cannot be asked: {type(error).__name__}: {error}") from error
        if answer.status_code >= httpx2.codes.BAD_REQUEST:
            raise ServiceError(f"{self._service} answered {answer.status_code} to {path}: {answer.text[:300].strip()}")
        try:
            return answer.json()
        except ValueError as error:
            raise ServiceError(f"{self._service} answered {path} with no JSON: {answer.text[:300].strip()}") from error

    @property
    def _client(self) -> httpx2.Client:
        if self._made is None:
            config = self._connect().config
            params = client_adapter.ConnectionParams(
                timeout=httpx2.Timeout(_SECONDS), trust_env=False, transport=api_transport(config)
            )
            self._made = client_adapter.Client(config, params)
        return self._made
