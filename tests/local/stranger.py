"""A program that asks servers as a user without keys: ``python stranger.py <user id> <certificate> <key>``.

It reads questions from its input and writes the answers, both as JSON. It is root when it starts, since the
interpreter may lie where nobody else reads, and gives that up for good before it asks anything.
"""

from __future__ import annotations

import contextlib
import encodings.idna  # noqa: F401 - looked up by name with the first address, when we may read it no more
import json
import os
import socket
import ssl
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection

SECONDS = 5.0
JUDGEMENT = 0.1  # by TLS 1.3 a certificate is judged after the handshake; the verdict takes milliseconds
LONGEST = 4096  # bytes of an answer
AT_ONCE = 8


def leave_root(user: int) -> None:
    """Become *user* and nobody else."""
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    with contextlib.suppress(PermissionError):
        os.setuid(0)
        sys.exit("still root")


def http(host: str, port: int, way: str, path: str, context: ssl.SSLContext) -> list[object]:
    """Ask for a path; give the status and the body, or 0 and why there is none."""
    if way == "plain":
        connection = HTTPConnection(host, port, timeout=SECONDS)
    else:
        connection = HTTPSConnection(host, port, timeout=SECONDS, context=context)
    try:
        connection.connect()
        if way != "plain":
            _await_judgement(connection.sock)
        method, _, target = path.rpartition(" ")
        connection.request(method or "GET", target)
        answer: HTTPResponse = connection.getresponse()
        return [answer.status, answer.read(LONGEST).decode(errors="replace")]
    except (OSError, HTTPException) as error:
        return [0, f"{type(error).__name__}: {error}"]
    finally:
        connection.close()


def _await_judgement(sock: socket.socket) -> None:
    sock.settimeout(JUDGEMENT)
    with contextlib.suppress(TimeoutError):
        sock.recv(1)  # raises what the other side thinks of the certificate
    sock.settimeout(SECONDS)


def dns(host: str, port: int, way: str, message: str) -> list[object]:
    """Send a message of DNS over UDP or TCP; give 1 and the answer in hexadecimal digits, or 0 and why none."""
    data = bytes.fromhex(message)
    prefix = len(data).to_bytes(2) if way == "tcp" else b""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM if prefix else socket.SOCK_DGRAM) as sock:
            sock.settimeout(SECONDS)
            sock.connect((host, port))
            sock.sendall(prefix + data)
            return [1, sock.recv(LONGEST)[len(prefix) :].hex()]
    except OSError as error:
        return [0, f"{type(error).__name__}: {error}"]


def unix(path: str) -> list[object]:
    """Connect to a unix socket; give 1 if it takes us, or 0 and why not."""
    with socket.socket(socket.AF_UNIX) as sock:
        try:
            sock.connect(path.replace("@", "\0", 1) if path.startswith("@") else path)
        except OSError as error:
            return [0, f"{type(error).__name__}: {error}"]
        return [1, "it takes us"]


def answer(question: Sequence[str], contexts: dict[str, ssl.SSLContext]) -> list[object]:
    """Ask one question: the kind of server, its address, the way to ask, and what."""
    kind, address, way, what = question
    if kind == "unix":
        return unix(address)
    host, _, port = address.rpartition(":")
    if kind == "dns":
        return dns(host, int(port), way, what)
    return http(host, int(port), way, what, contexts.get(way, contexts["tls"]))


def main() -> None:
    """Answer all questions."""
    questions = json.load(sys.stdin)
    contexts = {"tls": ssl.create_default_context(), "own certificate": ssl.create_default_context()}
    for context in contexts.values():
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    contexts["own certificate"].load_cert_chain(sys.argv[2], sys.argv[3])
    leave_root(int(sys.argv[1]))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        json.dump(list(pool.map(lambda question: answer(question, contexts), questions)), sys.stdout)


if __name__ == "__main__":
    main()
