"""Values that are known to be secret, found in a text in every encoding in which programs write them."""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from os.path import commonprefix  # of letters, which is what is meant here
from typing import Any
from urllib.parse import quote, quote_plus

from seatrial.masking import broken

SHORTEST = 8
"""A shorter value would hide ordinary words; one that no word looks like is found where it stands alone."""

_SHORT = re.compile(r"(?=.*[A-Za-z])(?=.*[^A-Za-z]).{4,7}", re.DOTALL)
_GRAM = 8
_FIRST = 4
"""The letters by which a short value is looked up."""
_LINE, _CUT = 16, 12
_SURE = 64
"""So many letters of a known value are hidden whatever follows them."""
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
        self._longest = 0
        self._short: set[str] = set()
        self._lengths: dict[str, list[int]] = {}

    def __bool__(self) -> bool:
        """Return whether any is known."""
        return bool(self._values)

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
                for encoded in (e for e in plain if len(e) >= len(one)):
                    self._remember_short(encoded)

    def hide(self, text: str) -> str:
        """Return *text* without them, those that go on in the next line among them."""
        if self._by_gram:
            text = broken.without(text, [*self._found(text), *broken.found(text, self._found)])
        return broken.without(text, self._found_short(text)) if self._short else text

    def _remember(self, encoded: str) -> None:
        same = self._by_gram.setdefault(encoded[:_GRAM], [])
        self._longest = max(self._longest, len(encoded))
        at = bisect_left(same, encoded)
        if same[at : at + 1] != [encoded]:
            same.insert(at, encoded)

    def _remember_short(self, encoded: str) -> None:
        self._short.add(encoded)
        lengths = self._lengths.setdefault(encoded[:_FIRST], [])
        if len(encoded) not in lengths:
            lengths.append(len(encoded))
            lengths.sort(reverse=True)

    def _found(self, text: str) -> list[tuple[int, int]]:
        grams = self._by_gram
        found, done = [], 0
        for start in [n for n in range(len(text) - _GRAM + 1) if text[n : n + _GRAM] in grams]:
            if start >= done and (length := self._length(text, start)):
                done = start + length
                found.append((start, done))
        return found

    def _found_short(self, text: str) -> list[tuple[int, int]]:
        """Return where short values stand, with no letter or digit on either side."""
        found, done = [], 0
        for start in [n for n in range(len(text) - _FIRST + 1) if text[n : n + _FIRST] in self._lengths]:
            if start < done or _is_word(text[start - 1 : start]):
                continue
            for length in self._lengths[text[start : start + _FIRST]]:
                done_then = start + length
                if text[start:done_then] in self._short and not _is_word(text[done_then : done_then + 1]):
                    done = done_then
                    found.append((start, done))
                    break
        return found

    def _length(self, text: str, start: int) -> int:
        """Return how much of *text* from *start* is a known value, or the beginning of one.

        The beginning counts where the text was cut off, or where it is so long that nothing else begins like it: so
        whatever values and texts somebody makes up, no letter is compared often.
        """
        same = self._by_gram[text[start : start + _GRAM]]
        here = text[start : start + _SURE]
        at = bisect_right(same, here)
        near = same[max(at - 1, 0) : at + 1]
        if len(here) == _SURE and any(one.startswith(here) for one in near):
            whole = text[start : start + self._longest]
            at = bisect_right(same, whole)
            return max(len(commonprefix((one, whole))) for one in same[max(at - 1, 0) : at + 1])  # noqa: RUF071
        while at:
            before = same[at - 1]
            if here.startswith(before):
                return len(before)
            at = bisect_right(same, commonprefix((before, here)), 0, at - 1)  # noqa: RUF071
        cut = here[: min([len(here), *(n for mark in _MARKS if (n := here.find(mark)) >= 0)])]
        is_cut = len(cut) < len(here) or start + len(here) == len(text)
        at = bisect_left(same, cut)
        return len(cut) if is_cut and len(cut) >= _CUT and any(one.startswith(cut) for one in same[at : at + 1]) else 0


def _is_word(letter: str) -> bool:
    return letter.isascii() and letter.isalnum()


def encodings(value: str) -> set[str]:
    """Return *value* in every encoding in which programs write it: as it is, quoted, in base64, in hexadecimal."""
    raw = value.encode("utf-8", "surrogatepass")
    found = set(_plain_encodings(value)) | {raw.hex(), raw.hex().upper()}
    found |= {raw.hex(" "), raw.hex(":"), raw.hex(":").upper()}
    whole = base64.b64encode(raw).decode()
    found |= {whole, whole.rstrip("="), quote(whole, safe=""), *_within_base64(raw), *_within_base64(whole.encode())}
    longer = base64.b32encode(raw).decode()
    found |= {longer, longer.rstrip("="), longer.lower(), longer.lower().rstrip("=")}
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
    yield binascii.b2a_qp(value.encode("utf-8", "surrogatepass")).decode().replace("=\n", "")
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
