"""What answers over HTTP, as this machine reaches it."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import httpx2

from seatrial.checks.observer import Fidelity, Observer, Recorder, reading
from seatrial.errors import UsageError
from seatrial.observers import answers

_SECONDS = 10.0  # for one answer
_KEPT = 20  # answers, as evidence
_MOST = 1 << 20  # bytes of an answer that are read
_FOLLOWING: dict[str, Any] = {"timeout": _SECONDS, "follow_redirects": True, "max_redirects": 5}


@dataclass(frozen=True)
class WebAnswer:
    """What a visitor was given: the address in the end, the status, and after how many seconds all of it was there."""

    url: str
    status: int
    seconds: float


class Web(Observer):
    """Asks for pages; it sends no other method than GET.

    Args:
        fidelity: How true what answers is.
        addresses: Where names are visited that lead elsewhere, or nowhere, by this machine's resolver.
        recorder: Where looks are noted; this process's own unless told.
    """

    def __init__(
        self, fidelity: Fidelity, addresses: Mapping[str, str] | None = None, recorder: Recorder | None = None
    ) -> None:
        super().__init__("http", fidelity, recorder)
        self._addresses = dict(addresses or {})
        self._last: deque[WebAnswer] = deque(maxlen=_KEPT)

    @reading
    def get(self, url: str) -> WebAnswer:
        """Ask for *url*, and follow where it leads.

        Raises:
            UsageError: If it is no address of HTTP.
            httpx2.HTTPError: If there is no answer.
        """
        if not url.startswith(("http://", "https://")):
            raise UsageError(f"{url!r}: expected an address that begins with http:// or https://")
        began, size = time.monotonic(), 0
        with (
            httpx2.Client(transport=_At(self._addresses) if self._addresses else None, **_FOLLOWING) as client,
            client.stream("GET", url) as response,
        ):
            for part in answers.parts(response, _SECONDS):
                size += len(part)
                if size > _MOST:
                    break
            answer = WebAnswer(str(response.url), response.status_code, round(time.monotonic() - began, 3))
        self._last.append(answer)
        return answer

    def evidence(self) -> object:
        """Return the last answers."""
        return [asdict(answer) for answer in self._last]


class _At(httpx2.HTTPTransport):
    """Visits names at given addresses; what is asked for, and what a certificate has to say, is the name."""

    def __init__(self, addresses: Mapping[str, str]) -> None:
        super().__init__()
        self._addresses = addresses

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        if address := self._addresses.get(request.url.host):
            request = httpx2.Request(
                request.method,
                request.url.copy_with(host=address),
                headers=request.headers,
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": request.url.host},
            )
        return super().handle_request(request)
