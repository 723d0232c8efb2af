"""Values that are known to be secret, found in a text in every encoding in which programs write them."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote, quote_plus

from seatrial.masking.names import HIDDEN

SHORTEST = 8
"""A shorter value would hide ordinary words; one that no word looks like is found where it stands alone."""

_SHORT = re.compile(r"(?=.*[A-Za-z])(?=.*[^A-Za-z]).{4,7}", re.DOTALL)
_GRAM = 8
_LINE, _CUT = 16, 12
_MARKS = ("…", "...", "\n")
_NESTED = 3
"""How often JSON may stand within JSON."""

_GO = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})
_HTML = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "'": "\\u0027", "+": "\\u002b", "=": "\\u003d"})


class Known:
    """The known values, looked up by the first letters of each of their encodings, in one pass over a text."""

    def __init__(self) -> None:
        self._values: set[str] = set()
        self._by_gram: dict[str, list[str]] = {}
        self._short: set[str] = set()
        self._short_pattern: re.Pattern[str] | None = None

    def learn(self, value: str) -> None:
        """Find *value* from now on, and each longer line of it."""
        lines = [line.strip() for line in value.splitlines()] if "\n" in value else []
        for one in (value, *(line for line in lines if len(line) >= _LINE and not line.startswith("-----"))):
            if one in self._values:
                continue
            self._values.add(one)
            if len(one) >= SHORTEST:
                for encoded in encodings(one):
                    self._remember(encoded)
            elif _SHORT.fullmatch(one):
                plain = set(_plain_encodings(one))
                for encoded in encodings(one) - plain:  # which no word looks like, wherever it stands
                    self._remember(encoded)
                self._short |= {e for e in plain if len(e) >= len(one)}
                longest_first = "|".join(re.escape(e) for e in sorted(self._short, key=len, reverse=True))
                self._short_pattern = re.compile(rf"(?<![A-Za-z0-9])(?:{longest_first})(?![A-Za-z0-9])")

    def hide(self, text: str) -> str:
        """Return *text* without them."""
        if self._by_gram:
            text = self._hide(text)
        return self._short_pattern.sub(HIDDEN, text) if self._short_pattern else text

    def _remember(self, encoded: str) -> None:
        same = self._by_gram.setdefault(encoded[:_GRAM], [])
        if encoded not in same:
            same.append(encoded)
            same.sort(key=len, reverse=True)

    def _hide(self, text: str) -> str:
        grams = self._by_gram
        starts = [n for n in range(len(text) - _GRAM + 1) if text[n : n + _GRAM] in grams]
        parts, done = [], 0
        for start in starts:
            if start < done:
                continue
            if length := self._length(text, start):
                parts += [text[done:start], HIDDEN]
                done = start + length
        return "".join([*parts, text[done:]]) if parts else text

    def _length(self, text: str, start: int) -> int:
        """Return how much of *text* from *start* is a known value, or the beginning of one that was cut off."""
        same = self._by_gram[text[start : start + _GRAM]]
        for encoded in same:
            if text.startswith(encoded, start):
                return len(encoded)
        for encoded in same:
            most = start + len(encoded)
            ends = [found for mark in _MARKS if (found := text.find(mark, start, most)) >= 0]
            end = min([*ends, len(text)])
            if _CUT <= end - start < len(encoded) and encoded.startswith(text[start:end]):
                return end - start
        return 0


def encodings(value: str) -> set[str]:
    """Return *value* in every encoding in which programs write it: as it is, quoted, in base64, in hexadecimal."""
    raw = value.encode("utf-8", "surrogatepass")
    found = set(_plain_encodings(value)) | {raw.hex(), raw.hex().upper()}
    found |= {raw.hex(" "), raw.hex(":"), raw.hex(":").upper()}
    whole = base64.b64encode(raw).decode()
    found |= {whole, whole.rstrip("="), quote(whole, safe=""), *_within_base64(raw), *_within_base64(whole.encode())}
    return {one for one in found if len(one) >= SHORTEST}


def _plain_encodings(value: str) -> Iterator[str]:
    """Return *value* as text quotes it: for JSON up to three times, for a URL, for HTML."""
    quoted = {value}
    yield value
    for _ in range(_NESTED):
        quoted = {again for one in quoted for again in _json(one)}
        yield from quoted
    for safe in ("", "/", "/:@", "!'()*~"):
        percent = quote(value, safe=safe, errors="replace")
        yield from (percent, re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), percent), quote(percent, safe=""))
    yield quote_plus(value, errors="replace")
    escaped = html.escape(value)
    yield from (escaped, html.escape(value, quote=False), escaped.replace("&quot;", "&#34;").replace("&#x27;", "&#39;"))
    yield escaped.replace("&#x27;", "&apos;")
    yield repr(value)[1:-1]
    yield value.replace("'", "'\\''")


def _json(value: str) -> Iterator[str]:
    """Return *value* as writers of JSON quote it, which differ in the letters that they take for safe."""
    for ascii_only in (True, False):
        quoted = json.dumps(value, ensure_ascii=ascii_only)[1:-1]
        yield quoted
        for escapes in (_GO, _HTML):
            escaped = quoted.translate(escapes)
            yield escaped
            yield re.sub(r"(?<=\\u)[0-9a-f]{4}", lambda found: found[0].upper(), escaped)


def _within_base64(raw: bytes) -> Iterable[str]:
    """Return the letters that *raw* has within a longer text in base64, wherever in it it stands."""
    for before in range(3):
        coded = base64.b64encode(b"\0" * before + raw).decode()
        sure = coded[-(-before * 8 // 6) : (before + len(raw)) * 8 // 6]
        yield from (sure, sure.translate(str.maketrans("+/", "-_")))


def values_in(values: Iterable[str]) -> Iterator[str]:
    """Return *values*, without the white space around them, which files end with, and the texts of those of JSON."""
    for value in values:
        yield value
        if (bare := value.strip()) != value:
            yield bare
        if bare[:1] in ("{", "["):  # as the credentials of a registry are written
            yield from _texts_in(bare)


def _texts_in(written: str) -> Iterator[str]:
    try:
        waiting: list[Any] = [json.loads(written)]
    except (ValueError, RecursionError):
        return
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict | list):
            waiting += one.values() if isinstance(one, dict) else one
