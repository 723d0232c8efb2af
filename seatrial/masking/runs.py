"""Runs of signs that stand for bytes: lists of numbers, escapes for every letter, base64 of what is packed.

What a run stands for is looked into; a run that stands for something secret is hidden as a whole.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Callable, Iterator

from seatrial.masking.names import HIDDEN

_LEAST = 12
"""Signs; a shorter text has no such run."""
_UNPACKED, _DEPTH = 1 << 20, 2
_AFTER = " \t\r\n;,\"'+"
_GZIP = b"\x1f\x8b"

_HEX = r"(?:0[xX]|\\{1,8}x|%(?:25)?|\\{1,8}u00|&#[xX])"
_BETWEEN = r"[;,\s\"'+]{0,8}"
_BY_SIXTEEN = re.compile(
    rf"(?<![0-9A-Fa-f])(?:{_HEX}[0-9A-Fa-f]{{2}}{_BETWEEN}){{4,}}+"
    r"|(?<!\w)(?:[0-9A-Fa-f]{4}[\s:]{1,3}|[0-9A-Fa-f]{2}[\s:]{1,3}){4,}+(?:[0-9A-Fa-f]{4}|[0-9A-Fa-f]{2})?"
)
_TWO = re.compile(rf"(?:{_HEX})?([0-9A-Fa-f]{{2}})")
_BY_TEN = re.compile(r"(?<!\d)(?:(?:&#)?\d{1,3}(?!\d)[;,\s]{0,8}){4,}+")
_NUMBER = re.compile(r"\d{1,3}")
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{12,}+={0,2}")


def hide(text: str, is_secret: Callable[[str], bool], depth: int = _DEPTH) -> str:
    """Return *text* without the runs that stand for something secret.

    Args:
        text: Any text.
        is_secret: Says whether something secret is in a text.
        depth: How often a run is looked for in what another stands for.
    """

    def hidden(found: re.Match[str]) -> str:
        run = found[0]
        if found.re is _BASE64 and run.islower():  # as paths and names are, and next to nothing in base64
            return run
        return HIDDEN + run[len(run.rstrip(_AFTER)) :] if any(secret(one) for one in _texts(found)) else run

    def secret(inner: str) -> bool:
        return is_secret(inner) or (depth > 1 and hide(inner, is_secret, depth - 1) != inner)

    if len(text) < _LEAST:
        return text
    for pattern in (_BY_SIXTEEN, _BY_TEN, _BASE64):
        text = pattern.sub(hidden, text)
    return text


def _texts(found: re.Match[str]) -> Iterator[str]:
    """Return what a run may stand for."""
    if found.re is _BY_TEN:
        numbers = [int(one) for one in _NUMBER.findall(found[0])]
        yield bytes(one for one in numbers if one < 256).decode("utf-8", "replace")  # noqa: PLR2004 - what a byte holds
        return
    if found.re is _BY_SIXTEEN:
        raw = bytes.fromhex("".join(_TWO.findall(found[0])))
    else:
        letters = found[0].rstrip("=").replace("-", "+").replace("_", "/")
        try:
            raw = base64.b64decode(letters[: len(letters) // 4 * 4] + _rest(letters))
        except binascii.Error:
            return
    if raw.startswith(_GZIP):
        try:
            raw = zlib.decompressobj(31).decompress(raw, _UNPACKED)
        except zlib.error:
            return
    yield raw.decode("utf-8", "replace")
    if b"\0" in raw:  # in two bytes for each letter, as PowerShell has it
        yield raw.replace(b"\0", b"").decode("utf-8", "replace")


def _rest(letters: str) -> str:
    """Return the last group of letters, filled up; one letter alone stands for nothing."""
    rest = letters[len(letters) // 4 * 4 :]
    return rest + "=" * (4 - len(rest)) if len(rest) > 1 else ""
