"""Answers over HTTP, read within bounds: whoever answers may send without end, or a letter now and then."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import httpx2

from seatrial.bounded import MEBI

MOST = 16 * MEBI
"""Bytes of an answer, unpacked."""
_AS_SENT = ("content-encoding", "content-length", "transfer-encoding")
"""What an answer's head says of its body as it was sent."""


def ask(
    client: httpx2.Client, method: str, url: Any, *, within: float, most: int = MOST, **rest: Any
) -> httpx2.Response:
    """Return the whole answer to a request.

    Args:
        client: Who asks.
        method: As in HTTP.
        url: What for.
        within: Seconds after which all of the answer has to be there.
        most: Bytes of it that are read.
        rest: As the client's own request takes it.

    Raises:
        httpx2.HTTPError: If there is no answer, it is larger, or it takes longer.
    """
    with client.stream(method, url, **rest) as response:
        content = bytearray()
        for part in parts(response, within):
            content += part
            if len(content) > most:
                raise httpx2.ReadError(f"the answer is larger than {most:,} bytes", request=response.request)
        head = [(name, value) for name, value in response.headers.multi_items() if name not in _AS_SENT]
        return httpx2.Response(response.status_code, headers=head, content=bytes(content), request=response.request)


def parts(response: httpx2.Response, within: float) -> Iterator[bytes]:
    """Return an answer's body part by part.

    Raises:
        httpx2.ReadTimeout: If it is not over after so many seconds.
    """
    over = time.monotonic() + within
    for part in response.iter_bytes():
        yield part
        if time.monotonic() > over:
            raise httpx2.ReadTimeout(f"the answer is not over after {within:g} s", request=response.request)
