"""Whether a cluster's API answers, and how soon."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import httpx2
from lightkube import Client

from seatrial.checks.observer import Fidelity, Observer, reading


def version(client: Client) -> str:
    """Return which version of Kubernetes a cluster says that it is.

    Raises:
        httpx2.HTTPError: If it does not answer, or refuses to.
    """
    inner: Any = client._client._client  # noqa: SLF001 - lightkube has no way to ask for what is no object
    answer: httpx2.Response = inner.get("/version")
    answer.raise_for_status()
    try:
        said = json.loads(answer.content)["gitVersion"]
    except (ValueError, KeyError, TypeError) as error:
        raise httpx2.RemoteProtocolError("it is no API server of Kubernetes: /version is none") from error
    return str(said)


class Api(Observer):
    """Asks the API server itself, each time on a connection of its own.

    Args:
        connect: Makes a client of the cluster's API.
        fidelity: How true the API is.
    """

    def __init__(self, connect: Callable[[], Client], fidelity: Fidelity) -> None:
        super().__init__("api", fidelity)
        self._connect = connect

    @reading
    def answer(self) -> dict[str, dict[str, object]]:
        """Return the version that it says, and after how many ``seconds``: connecting, TLS and the answer.

        Raises:
            httpx2.HTTPError: If it does not answer, or refuses to.
        """
        with self._connect() as client:
            began = time.monotonic()
            said = version(client)
        return {"the cluster's API": {"version": said, "seconds": round(time.monotonic() - began, 3)}}
