"""Values that go on in the next line: as programs wrap base64, as YAML folds, as a shell's line is continued."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence

from seatrial.masking.names import HIDDEN

Span = tuple[int, int]
"""Where something begins and ends."""

_BREAK = re.compile(r"(?:\\{0,8}\r?\n|=\r?\n|\\{1,8}(?:r\\{1,8})?n)[ \t]{0,64}")
"""The end of a line, in JSON too, with what says that it is continued and the white space that the next begins with."""


def without(text: str, spans: Iterable[Span]) -> str:
    """Return *text* with each of *spans* hidden; those that overlap as one."""
    parts, done = [], 0
    for start, end in sorted(spans):
        if start >= done:
            parts += [text[done:start], HIDDEN]
        done = max(done, end)
    return "".join([*parts, text[done:]]) if parts else text


def found(text: str, find: Callable[[str], Sequence[Span]]) -> list[Span]:
    """Return where in *text* is what *find* finds only once its lines are put together."""
    breaks = list(_BREAK.finditer(text)) if "\n" in text or "\\" in text else []
    if not breaks:
        return []
    parts, at, done, length = [], [], 0, 0
    for one in breaks:
        parts.append(text[done : one.start()])
        length += one.start() - done
        at.append(length)
        done = one.end()
    spans = []
    for start, end in find("".join([*parts, text[done:]])):
        first, last = bisect_right(at, start), bisect_left(at, end)
        if first < last:  # else it is within one line, and found there
            spans.append((_place(start, first, at, breaks), _place(end, last, at, breaks)))
    return spans


def _place(joined: int, before: int, at: Sequence[int], breaks: Sequence[re.Match[str]]) -> int:
    """Return where a place of the joined text is in the text itself, *before* being how many breaks precede it."""
    return joined - at[before - 1] + breaks[before - 1].end() if before else joined
