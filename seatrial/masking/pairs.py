r"""Names with their values in any text: ``name=value``, ``"name": "value"``, ``--name value``, in JSON within JSON too.

Every pattern goes over a text once: a run of letters is tried from its first one, and is never given back.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from seatrial.masking.names import HIDDEN, is_plain, names_secret

_QUOTE = r"(?:\\{0,15}[\"'`]|&quot;|&#34;|&#39;|&#x27;|&apos;|%22)"
_PAIR = re.compile(
    rf"(?<![\w.-])(?P<name>[\w.-]++)"
    rf"(?:(?P<sign>{_QUOTE}?[ \t]{{0,8}}(?:=>|:=|={{1,2}}|:(?!:)|%3[DdAa])[ \t]{{0,8}})|(?P<space>[ ]++)(?=[^\s/-]))"
)
"""A name and what separates it from a value; a space does so after an option only."""

_SCHEME = re.compile(r"(?:bearer|basic|token|digest|negotiate)[ ]++", re.IGNORECASE)
_OPENING = re.compile(_QUOTE)
_BARE = re.compile(r"(?:[^\s\"'`\\,;&<>]|\\(?![nrt\"'\\])|[,;](?![\s\"'\\]|[\w.-]{1,64}[=:]|$))++")
_REST = re.compile(r"[^\r\n\"\\]++")
_BLOCK = re.compile(r"[|>][-+0-9]{0,2}[ \t]{0,8}\n")
_RUN = 64
"""How many backslashes before a quote are counted."""


def hide(text: str, is_own: Callable[[str], bool]) -> str:
    """Return *text* without the values of names that name a secret.

    Args:
        text: Any text.
        is_own: Says of a value that it is the specification's own word, which is no secret.
    """
    parts: list[str] = []
    done = 0
    for found in _PAIR.finditer(text):
        name = found["name"]
        if found.start() < done or not names_secret(name) or not (found["sign"] or name.startswith("--")):
            continue
        span = _value(text, found)
        if span is None:
            continue
        inside = text[slice(*span)]
        if not (is_plain(inside) or is_own(inside)):
            parts += [text[done : span[0]], HIDDEN]
            done = span[1]
    return "".join([*parts, text[done:]]) if parts else text


def _value(text: str, found: re.Match[str]) -> tuple[int, int] | None:
    """Return where the value of a pair begins and ends; nothing where it has none of its own."""
    start = found.end()
    if block := _BLOCK.match(text, start):
        return _block(text, found.start("name"), block.end())
    if opening := _OPENING.match(text, start):
        start = opening.end()
        end = _closing(text, start, opening[0])
        if end is not None:
            scheme = _SCHEME.match(text, start, end)
            return (scheme.end() if scheme else start), end
    if scheme := _SCHEME.match(text, start):
        start = scheme.end()
    if text.startswith(("{", "["), start):
        return None
    whole_line = found["name"].lower().endswith("authorization") and not scheme
    bare = (_REST if whole_line else _BARE).match(text, start)
    if bare is None:
        return None
    end = bare.end()
    while end > start and text[end - 1] in ")]}.":
        end -= 1
    return (start, end) if end > start else None


def _closing(text: str, start: int, opening: str) -> int | None:
    """Return where the quote that *opening* has opened is closed, with regard to the backslashes before it."""
    if opening[0] in "&%":
        at = text.find(opening, start)
        return at if at >= 0 else None
    mark, depth = opening[-1], len(opening) - 1
    at = text.find(mark, start)
    while at >= 0:
        run = 0
        while run < _RUN and at - run > start and text[at - run - 1] == "\\":
            run += 1
        if run <= depth if depth else run % 2 == 0:
            return at - min(run, depth)
        at = text.find(mark, at + 1)
    return None


def _block(text: str, name: int, start: int) -> tuple[int, int] | None:
    """Return where a block of YAML begins and ends: the lines that are indented deeper than its name."""
    left = name
    while left and text[left - 1] == " ":
        left -= 1
    indent, end = name - left, start
    while end < len(text):
        stop = text.find("\n", end)
        stop = len(text) if stop < 0 else stop
        line = text[end:stop]
        if line.strip() and len(line) - len(line.lstrip(" ")) <= indent:
            break
        end = stop + 1
    end = min(end, len(text))
    return (start, end - (text[end - 1] == "\n")) if end > start else None
