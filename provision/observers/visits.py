"""How a visitor comes in: a name is resolved at its name server, and a node's own door is taken."""

from __future__ import annotations

import itertools
import ssl
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx2

from provision.observers.exchanges import Exchanges
from seatrial.observers import answers
from seatrial.observers.dns import Dns

_HTTP, _HTTPS = 80, 443
_CONNECT_SECONDS, _ANSWER_SECONDS, _WHOLE_SECONDS = 2.0, 8.0, 30.0


@dataclass(frozen=True)
class Door:
    """Where a node takes visitors in.

    Attributes:
        address: The node's address as the zone's records name it.
        reached: The address by which this machine reaches the same ports of that node.
    """

    address: str
    reached: str


@dataclass(frozen=True)
class Reply:
    """An answer over HTTP."""

    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)


class VisitError(ConnectionError):
    """A visitor got no answer; the message names the host, each address that was tried, and what became of it."""


class Visits:
    """Visits over HTTP, with a new connection each time, as a new visitor would make one.

    A name with several addresses is tried at one after the other while no connection can be made, as browsers do; the
    first one changes from visit to visit. Once a connection is there, a failure is a failure.

    Args:
        dns: The platform's name server.
        doors: Gives every node that takes visitors in, by its name.
        ca: The platform's authority, in PEM; nothing else is trusted.
    """

    def __init__(self, dns: Dns, doors: Callable[[], Mapping[str, Door]], ca: Path) -> None:
        self._dns = dns
        self._doors = doors
        self.exchanges = Exchanges()
        self._turn = itertools.count()
        self._client = httpx2.Client(
            verify=ssl.create_default_context(cafile=str(ca)),
            timeout=httpx2.Timeout(_ANSWER_SECONDS, connect=_CONNECT_SECONDS),
            limits=httpx2.Limits(max_keepalive_connections=0),
            trust_env=False,
        )

    def ask(
        self, method: str, url: httpx2.URL, node: str | None = None, body: Mapping[str, object] | None = None
    ) -> Reply:
        """Ask for *url*, at the doors that its host leads to or at that of one *node*; send *body* as JSON.

        Raises:
            VisitError: If there is no answer.
        """
        failed: list[str] = []
        for door in self._ways(url.host, node):
            asked = f"{method} {url} at {door.address}"
            try:
                return self.exchanges.of(asked, partial(self._visit, method, url, door, body), _said)
            except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
                failed.append(f"{door.address}: {type(error).__name__}: {error}")
                if _by_tls(error):
                    break
            except httpx2.HTTPError as error:
                failed.append(f"{door.address}: {type(error).__name__}: {error}")
                break
        raise VisitError(f"no answer to {method} {url}: " + "; ".join(failed))

    def close(self) -> None:
        """Let go of what the client holds."""
        self._client.close()

    def _visit(self, method: str, url: httpx2.URL, door: Door, body: Mapping[str, object] | None) -> Reply:
        port = url.port or (_HTTPS if url.scheme == "https" else _HTTP)
        answer = answers.ask(
            self._client,
            method,
            url.copy_with(host=door.reached, port=port),
            headers={"Host": url.netloc.decode("ascii")},
            extensions={"sni_hostname": url.host},
            within=_WHOLE_SECONDS,
            **({} if body is None else {"json": dict(body)}),  # type: ignore[arg-type]
        )
        return Reply(answer.status_code, answer.text, dict(answer.headers))

    def _ways(self, host: str, node: str | None) -> Iterable[Door]:
        doors = self._doors()
        if node is not None:
            if node not in doors:
                raise VisitError(f"{node} has no door for visitors; there are {' '.join(sorted(doors)) or 'none'}")
            return [doors[node]]
        answer = self._dns.resolve(host, "A")
        if not answer.values:
            raise VisitError(f"{host} has no address: {answer.rcode}")
        by_address = {door.address: door for door in doors.values()}
        strange = sorted(answer.values - set(by_address))
        if strange:
            raise VisitError(f"{host} leads to {' '.join(strange)}, which no node has")
        found = sorted(answer.values)
        first = next(self._turn) % len(found)
        return [by_address[address] for address in found[first:] + found[:first]]


def _by_tls(error: BaseException | None) -> bool:
    """Return whether it was TLS that failed: the connection was there, and no other address makes up for it."""
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _said(reply: Reply) -> str:
    return f"{reply.status} {reply.body[:200]}"
