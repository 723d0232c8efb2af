"""The DNS observer: asks one name server, and caches nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype

from seatrial.checks.observer import Fidelity, Observer, Recorder, reading

Transport = Literal["udp", "tcp"]


class DnsUnreachableError(OSError):
    """The name server gave no answer that could be understood."""


@dataclass(frozen=True)
class Answer:
    """What a name server said.

    Attributes:
        name: The name that was asked for, without the last dot.
        rcode: The response code, such as ``NOERROR`` or ``NXDOMAIN``.
        ttl: Seconds that the answer may be kept; `None` when there is none.
        values: The values of the type that was asked for, through aliases; empty when there is none.
    """

    name: str
    rcode: str
    ttl: int | None
    values: frozenset[str]


class Dns(Observer):
    """Asks one name server.

    Args:
        host: Its IP address.
        port: Its port.
        fidelity: How true its answers are on this target.
        transport: Whether it is asked by UDP (and by TCP where an answer was cut) or by TCP at once.
        timeout: Seconds that it has for one answer.
        recorder: Where looks are noted; this process's own unless told.
    """

    def __init__(
        self,
        host: str,
        port: int = 53,
        *,
        fidelity: Fidelity,
        transport: Transport = "udp",
        timeout: float = 5.0,
        recorder: Recorder | None = None,
    ) -> None:
        super().__init__("dns", fidelity, recorder)
        self.host = host
        self.port = port
        self._transport = transport
        self._timeout = timeout

    @reading
    def resolve(self, name: str, rdtype: str = "A", *, transport: Transport | None = None) -> Answer:
        """Ask for the records of *name* of the type *rdtype*.

        Args:
            name: The full name, with or without the last dot.
            rdtype: The type, such as ``A`` or ``SOA``.
            transport: Another transport than the observer's own.

        Raises:
            DnsUnreachableError: If the server does not answer in time.
        """
        query = dns.message.make_query(name.rstrip(".") + ".", rdtype)
        try:
            response = self._ask(query, transport or self._transport)
        except (OSError, dns.exception.DNSException) as error:
            raise DnsUnreachableError(
                f"the name server {self.host}:{self.port} did not answer for {name} {rdtype}: {error}"
            ) from error
        found = [part for part in response.answer if part.rdtype == dns.rdatatype.from_text(rdtype)]
        return Answer(
            name=name.rstrip("."),
            rcode=dns.rcode.to_text(response.rcode()),
            ttl=min((part.ttl for part in response.answer), default=None),
            values=frozenset(rdata.to_text() for part in found for rdata in part),
        )

    def _ask(self, query: dns.message.Message, transport: Transport) -> dns.message.Message:
        if transport == "udp":
            response = dns.query.udp(query, self.host, self._timeout, self.port)
            if not response.flags & dns.flags.TC:
                return response
        return dns.query.tcp(query, self.host, self._timeout, self.port)
