"""Words as people look for them: what each says, what it takes, what it looks at, and which is near to a text."""

from __future__ import annotations

import difflib
import inspect
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from seatrial.scenarios.bdd import OWN, Definition, get_required_args
from seatrial.scenarios.claims import declares
from seatrial.scenarios.session import INSTRUMENTS
from seatrial.scenarios.step_definitions import brought, place

_ORDER = ("Given", "When", "Then", "")
_HARNESS = Path(__file__).parents[2]
_FIELD = re.compile(r"\{(?P<name>\w+)(?::(?P<kind>[^}]*))?\}|\(\?P<(?P<group>\w+)>")
_KINDS = {"d": "whole number", "g": "number", "f": "number"}
_QUOTED, _NUMBER = re.compile(r'"[^"]*"'), re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.])")
_VARIES = re.compile(f"{_QUOTED.pattern}|{_NUMBER.pattern}")
_NEAR, _THREE = 0.6, 3


@dataclass(frozen=True)
class Said:
    """One word, in every way in which it may be said.

    Attributes:
        keyword: ``Given``, ``When``, ``Then``, or nothing where it may be any.
        texts: Its texts, the shortest first.
        parameters: The kind of each parameter of the texts, by its name.
        explanation: Its docstring; nothing where it has none.
        where: The file and the line of its definition.
        looks_at: The observers that it asks for.
        declares: Whether it claims no more than how something is set.
    """

    keyword: str
    texts: list[str]
    parameters: dict[str, str]
    explanation: str
    where: str
    looks_at: list[str] = field(default_factory=list)
    declares: bool = False

    def has(self, text: str) -> bool:
        """Return whether every word of *text* stands somewhere in it."""
        whole = " ".join([self.keyword, *self.texts, self.explanation, *self.looks_at]).lower()
        return all(part in whole for part in text.lower().split())


def said(definitions: Iterable[Definition], root: Path) -> list[Said]:
    """Return the words of *definitions* but for pytest-bdd's own, in the order of keyword and text."""
    together: dict[tuple[str, Callable[..., object]], list[Definition]] = {}
    for word in definitions:
        if inspect.unwrap(word.step_func).__module__ != OWN:
            together.setdefault((word.type or "", word.step_func), []).append(word)
    found = [_said(keyword, words, root) for (keyword, _), words in together.items()]
    return sorted(found, key=lambda one: (_ORDER.index(one.keyword), one.texts[0].lower()))


def nearest(text: str, patterns: Iterable[str]) -> list[str]:
    """Return up to three of *patterns* that are near to *text*, the nearest first."""
    by_shape: dict[str, str] = {}
    for pattern in patterns:
        by_shape.setdefault(_shape(_FIELD.sub(_filled, pattern)), pattern)
    return [by_shape[shape] for shape in difflib.get_close_matches(_shape(text), by_shape, _THREE, _NEAR)]


def definition(keyword: str, text: str) -> str:
    """Return Python to be pasted that defines a word for the step *text*, with a parameter for all that may vary."""
    names: list[str] = []

    def varies(found: re.Match[str]) -> str:
        text = found[0].startswith('"')
        kind, ending = ("str", "") if text else ("float", ":g") if "." in found[0] else ("int", ":d")
        name = f"{'text' if text else 'number'}_{len(names) + 1}"
        names.append(f"{name}: {kind}")
        return f'"{{{name}}}"' if text else f"{{{name}{ending}}}"

    pattern = _VARIES.sub(varies, text.replace("{", "{{").replace("}", "}}"))
    shown = repr(pattern if names else text)
    parsed = f"parsers.parse({shown})" if names else shown
    return f"@{keyword}({parsed})\ndef _({', '.join(names)}) -> None:\n    ..."


def _said(keyword: str, words: list[Definition], root: Path) -> Said:
    function = inspect.unwrap(words[0].step_func)
    texts = sorted((word.parser.name for word in words), key=len)
    fields = [match for text in texts for match in _FIELD.finditer(text)]
    return Said(
        keyword=keyword.capitalize(),
        texts=texts,
        parameters={m["name"] or m["group"]: _KINDS.get((m["kind"] or "")[-1:], "text") for m in fields},
        explanation=" ".join((inspect.getdoc(function) or "").split()),
        where=_place(words[0], root),
        looks_at=sorted(INSTRUMENTS & set(get_required_args(words[0].step_func))),
        declares=declares(words[0]),
    )


def _place(word: Definition, root: Path) -> str:
    """Return the file and the line of a word: below the project's root, or below the harness's own folder."""
    file, _, line = place(word).rpartition(":")
    home = _HARNESS if brought(word) else root
    return f"{Path(file).relative_to(home) if Path(file).is_relative_to(home) else file}:{line}"


def _filled(found: re.Match[str]) -> str:
    return "0" if found["kind"] else "x"


def _shape(text: str) -> str:
    """Return *text* without what varies from step to step."""
    return _NUMBER.sub("0", _QUOTED.sub('""', text)).lower()
