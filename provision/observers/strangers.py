"""Clients that nobody agreed on, at the doors of etcd."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Final

from seatrial.checks.observer import Fidelity, Observer, reading

Address = tuple[str, int]
Rows = dict[str, dict[str, object]]

_LOOK_SECONDS, _JUDGEMENT_SECONDS = 3.0, 0.25  # a certificate is judged within milliseconds
_QUESTION: Final = "GET /version HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
_FIRST_LINE: Final = 256  # bytes, of which an answer's first line takes some
# What OpenSSL says when the other side has ended the handshake over the certificate; the rest is no answer to it.
_TURNED_AWAY = ("CERTIFICATE_REQUIRED", "BAD_CERTIFICATE", "UNKNOWN_CA", "CERTIFICATE_UNKNOWN", "HANDSHAKE_FAILURE")
TURNED_AWAY: Final = "turned away"


class Strangers(Observer):
    """Comes to every member of etcd, at its door for clients and at that for members, as whoever has a certificate.

    Args:
        doors: Gives the address of each door, by its name.
        contexts: Gives, for each kind of stranger, the TLS that they come with.
        fidelity: How true the members are.
    """

    def __init__(
        self,
        doors: Callable[[], Mapping[str, Address]],
        contexts: Mapping[str, Callable[[], ssl.SSLContext]],
        fidelity: Fidelity,
    ) -> None:
        super().__init__("strangers", fidelity)
        self._doors = doors
        self._contexts = dict(contexts)

    @reading
    def at_etcd(self, kind: str) -> Rows:
        """Return what every member of etcd says, at each of its doors, to a stranger of *kind*: ``answer``.

        Raises:
            LookupError: If no such stranger is known.
        """
        if kind not in self._contexts:
            raise LookupError(f"no stranger comes {kind!r}; known are {', '.join(sorted(self._contexts))}")
        doors, context = self._doors(), self._contexts[kind]()
        with ThreadPoolExecutor(max(len(doors), 1)) as pool:
            answers = pool.map(lambda address: answer(address, context), doors.values())
            return {name: {"answer": said} for name, said in zip(doors, answers, strict=True)}


def answer(address: Address, context: ssl.SSLContext) -> str:
    """Ask a server for its version; say what came of it: an answer, that it turned us away, or none at all."""
    try:
        with (
            socket.create_connection(address, _LOOK_SECONDS) as plain,
            context.wrap_socket(plain, server_hostname=address[0]) as secured,
        ):
            # By TLS 1.3 a client's certificate is judged when both can speak already; who speaks then may be cut off
            # before having read the judgement. Whoever is let in hears nothing until then.
            secured.settimeout(_JUDGEMENT_SECONDS)
            with suppress(TimeoutError):
                secured.recv(1)
            secured.settimeout(_LOOK_SECONDS)
            secured.sendall(_QUESTION.format(host=address[0]).encode())
            said = secured.recv(_FIRST_LINE).decode(errors="replace").partition("\r\n")[0]
    except ssl.SSLError as error:
        return TURNED_AWAY if (error.reason or "").endswith(_TURNED_AWAY) else f"no answer: {error.reason or error}"
    except OSError as error:
        return f"no answer: {error or type(error).__name__}"
    return f"answered with {said.split(' ')[1]}" if said.startswith("HTTP/") else f"no answer: {said or 'it hung up'}"


def of_nobody(ca: str, certificate: str = "", key: str = "") -> ssl.SSLContext:
    """Return the TLS of a client that trusts *ca*, with a certificate or without one."""
    context = ssl.create_default_context(cafile=ca)
    if certificate:
        context.load_cert_chain(certificate, key)
    return context
