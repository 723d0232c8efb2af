"""Downloads: resumed after an interrupt, and kept only with the right SHA-256.

Proxies and certificates are those of the process environment (``HTTPS_PROXY``, ``NO_PROXY``, ``SSL_CERT_FILE``).
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

import httpx2

from provision.toolchain.cache import sha256_of
from provision.toolchain.errors import ChecksumError, Unavailable
from seatrial.provisioning.certificates import check_environment

CONNECT_SECONDS = 5.0  # an offline machine is to notice soon, and build instead
READ_SECONDS = 30.0  # a server that sends nothing for so long has gone away
ATTEMPTS = 3  # each one goes on where the last one broke off
_CHUNK = 1 << 16

OnBytes = Callable[[int, "int | None"], None]


class Unreachable(Unavailable):
    """No connection to the server: nothing else need be asked of it."""


class _BrokenOff(Exception):  # noqa: N818 - control flow in this module only
    """The connection broke off; what was had is kept."""


def fetch_text(url: str) -> str:
    """Return a small text, such as a file of hashes.

    Raises:
        Unavailable: The server cannot be reached or does not have it.
    """
    try:
        with _client() as client:
            return client.get(url).raise_for_status().text
    except httpx2.HTTPError as error:
        raise _unavailable(error, url) from error


def fetch_file(url: str, part: Path, sha256: str, told_by: str, on_bytes: OnBytes) -> None:
    """Download ``url`` into ``part``, going on with what ``part`` already has.

    Args:
        url: The address.
        part: The file; it stays after an interrupt so that the next call goes on with it.
        sha256: What the file must be.
        told_by: Who says so, for the message.
        on_bytes: Told the bytes had so far and, where known, in all.

    Raises:
        ChecksumError: The file has another hash; it was removed.
        Unavailable: The server cannot be reached, does not have the file, or broke off every time.
    """
    part.parent.mkdir(parents=True, exist_ok=True)
    broken = ""
    for _ in range(ATTEMPTS):
        resumed = part.exists()
        if resumed and sha256_of(part) == sha256:
            return
        try:
            _stream(url, part, on_bytes)
        except _BrokenOff as error:
            broken = str(error)
            continue
        size, got = part.stat().st_size, sha256_of(part)
        if got == sha256:
            return
        part.unlink()
        # What was resumed may be wrong because of its old beginning: then one clean start decides.
        if not resumed:
            text = (
                f"{url} is not what was published: refused and removed.\n"
                f"  expected sha256 {sha256} ({told_by})\n"
                f"  got      sha256 {got} ({size} bytes)\n"
                "Try again if the download was cut short; else find out who changed the file, or use another mirror "
                "(SEATRIAL_MIRROR)."
            )
            raise ChecksumError(text)
    reason = f"{url} broke off {ATTEMPTS} times ({broken or 'the file kept changing'})"
    raise Unavailable(reason)


def _stream(url: str, part: Path, on_bytes: OnBytes) -> None:
    had = part.stat().st_size if part.exists() else 0
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={had}-"} if had else {})
    try:
        with _client() as client, client.stream("GET", url, headers=headers) as response:
            if had and response.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                return  # what was had is longer than the file: its hash will not do, and one clean start follows
            response.raise_for_status()
            if response.status_code != HTTPStatus.PARTIAL_CONTENT:
                had = 0
            length = response.headers.get("Content-Length", "")
            total = had + int(length) if length.isdigit() else None
            with part.open("ab" if had else "wb") as file:
                for chunk in response.iter_raw(_CHUNK):
                    file.write(chunk)
                    had += len(chunk)
                    on_bytes(had, total)
    except (httpx2.ReadError, httpx2.ReadTimeout, httpx2.RemoteProtocolError) as error:
        raise _BrokenOff(str(error) or type(error).__name__) from error
    except httpx2.HTTPError as error:
        raise _unavailable(error, url) from error


def _client() -> httpx2.Client:
    check_environment()
    timeout = httpx2.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
    return httpx2.Client(timeout=timeout, follow_redirects=True, headers={"User-Agent": "seatrial"})


def _unavailable(error: httpx2.HTTPError, url: str) -> Unavailable:
    if isinstance(error, httpx2.HTTPStatusError):
        return Unavailable(f"{url} answered {error.response.status_code}")
    if isinstance(error, (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.ProxyError)):
        host = httpx2.URL(url).netloc.decode()
        return Unreachable(f"{host} cannot be reached ({str(error) or 'no answer'})")
    return Unavailable(f"{url}: {str(error) or type(error).__name__}")
