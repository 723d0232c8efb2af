"""DNS messages: a question in, a response out."""

from __future__ import annotations

import logging
from collections.abc import Callable

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from provision.resolver.zones import Answers, Outcome, Zone, lookup

log = logging.getLogger(__name__)

_PLAIN = 512  # bytes of a UDP message without EDNS
_PAYLOAD = 1232  # bytes of a UDP message that no network needs to cut up
_WHOLE = 65_535  # bytes of a message by TCP
_UNSERVED = (dns.rdatatype.AXFR, dns.rdatatype.IXFR, dns.rdatatype.ANY)
_HOSTS = (dns.rdatatype.NS, dns.rdatatype.CNAME)
_CODES = {
    Outcome.ANSWER: dns.rcode.NOERROR,
    Outcome.NO_DATA: dns.rcode.NOERROR,
    Outcome.NO_NAME: dns.rcode.NXDOMAIN,
    Outcome.REFUSED: dns.rcode.REFUSED,
}


def respond(question: bytes, zones: list[Zone] | None, healthy: Callable[[str], bool], *, udp: bool) -> bytes | None:
    """Answer the message *question*.

    Args:
        question: The message as it came.
        zones: What is served; `None` when that is not known (the answer is SERVFAIL).
        healthy: Says of a health check's id whether what it checks is healthy.
        udp: Whether the response has to fit a datagram; what does not is cut, and marked as such.

    Returns:
        The response, or `None` for what is no question at all.
    """
    try:
        query = dns.message.from_wire(question)
    except dns.exception.DNSException:
        return None
    if query.flags & dns.flags.QR:
        return None
    response = dns.message.make_response(query, our_payload=_PAYLOAD)
    _fill(response, query, zones, healthy)
    if not udp:
        return response.to_wire(max_size=_WHOLE)
    size = min(max(query.payload, _PLAIN), _PAYLOAD) if query.edns >= 0 else _PLAIN
    try:
        return response.to_wire(max_size=size)
    except dns.exception.TooBig:
        response.answer, response.authority = [], []
        response.flags |= dns.flags.TC
        return response.to_wire(max_size=size)


def _fill(
    response: dns.message.Message,
    query: dns.message.Message,
    zones: list[Zone] | None,
    healthy: Callable[[str], bool],
) -> None:
    if query.opcode() != dns.opcode.QUERY:
        response.set_rcode(dns.rcode.NOTIMP)
        return
    if query.edns > 0:
        response.set_rcode(dns.rcode.BADVERS)
        return
    if len(query.question) != 1:
        response.set_rcode(dns.rcode.FORMERR)
        return
    asked = query.question[0]
    if zones is None:
        response.set_rcode(dns.rcode.SERVFAIL)
        return
    if asked.rdclass != dns.rdataclass.IN or asked.rdtype in _UNSERVED:
        response.set_rcode(dns.rcode.REFUSED)
        return
    reply = lookup(asked.name.to_text(), dns.rdatatype.to_text(asked.rdtype), zones, healthy)
    response.set_rcode(_CODES[reply.outcome])
    if reply.outcome is not Outcome.REFUSED:
        response.flags |= dns.flags.AA
    try:
        response.answer = [_rrset(answers) for answers in reply.answers]
        response.authority = [_rrset(reply.authority)] if reply.authority else []
    except dns.exception.DNSException as error:
        log.warning("a record of %s is malformed: %s", asked.name, error)
        response.answer, response.authority = [], []
        response.set_rcode(dns.rcode.SERVFAIL)


def _rrset(answers: Answers) -> dns.rrset.RRset:
    kind = dns.rdatatype.from_text(answers.type)
    # Route53 takes host names without their last dot, too.
    values = [f"{value.rstrip('.')}." for value in answers.values] if kind in _HOSTS else list(answers.values)
    return dns.rrset.from_text_list(
        dns.name.from_text(answers.name),
        answers.ttl,
        dns.rdataclass.IN,
        kind,
        values,
        origin=dns.name.root,
        relativize=False,
    )
