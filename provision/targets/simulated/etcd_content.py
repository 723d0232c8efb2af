"""What etcd holds, written past the API servers: as somebody does who has a master's certificate."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from http.client import HTTPException, HTTPSConnection
from ssl import SSLContext
from typing import Any

_SECONDS = 3.0

Address = tuple[str, int]


class EtcdContent:
    """Writes into etcd.

    Args:
        members: Gives the address of each member for clients, by its name; any that answers will do.
        context: Gives the TLS of somebody whom etcd knows.
    """

    def __init__(self, members: Callable[[], Mapping[str, Address]], context: Callable[[], SSLContext]) -> None:
        self._members = members
        self._context = context

    def put(self, key: str, value: str) -> None:
        """Write *value* under *key*.

        Raises:
            ConnectionError: If no member takes it.
        """
        self._ask("/v3/kv/put", {"key": _base64(key), "value": _base64(value)})

    def remove(self, key: str) -> None:
        """Remove what is under *key*; nothing there is fine.

        Raises:
            ConnectionError: If no member takes it.
        """
        self._ask("/v3/kv/deleterange", {"key": _base64(key)})

    def _ask(self, path: str, body: Mapping[str, Any]) -> None:
        troubles = []
        for name, address in self._members().items():
            connection = HTTPSConnection(*address, timeout=_SECONDS, context=self._context())
            try:
                connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
                if (status := connection.getresponse().status) == 200:  # noqa: PLR2004 - HTTP's own
                    return
                troubles.append(f"{name} answered with {status}")
            except (OSError, HTTPException) as error:
                troubles.append(f"{name}: {error or type(error).__name__}")
            finally:
                connection.close()
        raise ConnectionError("; ".join(troubles) or "etcd has no member")


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
