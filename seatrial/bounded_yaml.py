"""YAML of a checkout, read within bounds: of size, of depth, and of what its aliases stand for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from seatrial.bounded import MEBI, BoundsError, read_bytes

_MOST, _DEPTH = 4 * MEBI, 64
_NODES, _LETTERS = 250_000, 32 * MEBI
"""With every alias written out: what is stood for by nine aliases of nine aliases of ... is as long as that."""

# libyaml where PyYAML was built with it: a tenth of the time
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class _Size:
    """How large something is, with its aliases written out."""

    nodes: int = 0
    letters: int = 0
    anchor: str | None = None

    def add(self, other: _Size) -> None:
        self.nodes += other.nodes
        self.letters += other.letters


def read(file: Path) -> str:
    """Return the text of a YAML file, which is not larger than its bounds, whatever reads it then.

    Raises:
        OSError: If it cannot be read, or is a link.
        BoundsError: If it is too large, too deep, or stands for too much; the message names the file and the line.
        UnicodeDecodeError: If it is not UTF-8.
        yaml.YAMLError: If it is not YAML.
    """
    text = read_bytes(file, _MOST).decode("utf-8")
    check(text, str(file))
    return text


def check(text: str, shown: str) -> None:
    """See that YAML is within bounds, before anything is made of it.

    Args:
        text: The YAML.
        shown: How a message names it.

    Raises:
        BoundsError: If it is too deep, or stands for too much, or for itself.
        yaml.YAMLError: If it is not YAML.
    """
    known: dict[str, _Size] = {}
    open_: list[_Size] = [_Size()]
    for event in yaml.parse(text, Loader=LOADER):
        place = f"{shown}:{event.start_mark.line + 1 if event.start_mark else 1}"
        if isinstance(event, yaml.DocumentStartEvent):
            known.clear()
        elif isinstance(event, yaml.CollectionStartEvent):
            open_.append(_Size(1, 0, event.anchor))
            if len(open_) > _DEPTH:
                raise BoundsError(f"{place}: nested deeper than {_DEPTH} levels")
        elif isinstance(event, yaml.CollectionEndEvent):
            done = open_.pop()
            _close(done, open_[-1], known)
        elif isinstance(event, yaml.ScalarEvent):
            _close(_Size(1, len(event.value), event.anchor), open_[-1], known)
        elif isinstance(event, yaml.AliasEvent):
            if any(one.anchor == event.anchor for one in open_):
                raise BoundsError(f"{place}: *{event.anchor} stands for itself")
            open_[-1].add(known.get(event.anchor or "", _Size()))
        if open_[-1].nodes > _NODES or open_[-1].letters > _LETTERS:
            raise BoundsError(f"{place}: its aliases stand for more than {_NODES:,} values, or {_LETTERS:,} letters")


def _close(done: _Size, around: _Size, known: dict[str, _Size]) -> None:
    if done.anchor:
        known[done.anchor] = done
    around.add(done)
