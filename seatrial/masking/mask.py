"""The mask: what it knows to be secret, what is named like one, and what looks like one."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from typing import Any

from seatrial.masking import pairs, patterns, runs
from seatrial.masking.known import Known, values_in
from seatrial.masking.names import HIDDEN, is_plain, names_secret, names_secrets

_NAMES = ("name", "Name", "key", "Key")
_VALUES = ("value", "Value")
_QUOTED = re.compile(r'"([^"\n]{1,200})"')
_PAIRED = re.compile(r"[=:]\s{0,4}([^\s\"',;]{1,200})")
_JSON = 1 << 20
"""Up to this length a text that is JSON is looked into."""


class Mask:
    """Hides secrets in text and in data: those that it knows, and what looks like one."""

    def __init__(self) -> None:
        self._known = Known()
        self._own: set[str] = set()
        self._said: dict[str, None] = {}
        self._spared: re.Pattern[str] | None = None

    def learn(self, values: Iterable[str]) -> None:
        """Hide each of *values* from now on, in every encoding; what no text can tell from a word is left out."""
        for value in values_in(values):
            if not is_plain(value):
                self._known.learn(value)
        self._spared = None

    def learn_environment(self, environment: Mapping[str, str] = os.environ) -> None:
        """Learn the values of the variables whose names say that they are secret."""
        self.learn(value for name, value in environment.items() if names_secret(name) and not value.startswith("/"))

    def spare(self, sentences: Iterable[str], values: Iterable[str] = ()) -> None:
        """Leave the specification's own words as they are: whoever reads a report may read them.

        Args:
            sentences: Names and steps, which are not changed where they stand as a whole.
            values: Cells of its tables, which are no secrets beside a name either; those within *sentences* are known.
        """
        for sentence in sentences:
            if sentence not in self._said:
                self._said[sentence] = None
                self._own |= {*_QUOTED.findall(sentence), *_PAIRED.findall(sentence)}
                self._spared = None
        self._own |= set(values)

    def text(self, text: str) -> str:
        """Return *text* without secrets."""
        if not self._said:
            return self._hide(text)
        parts = self._sparing().split(text)
        return "".join(part if number % 2 else self._hide(part) for number, part in enumerate(parts))

    def data(self, value: Any) -> Any:
        """Return plain data without secrets: in texts, beside names that name one, and in a Secret."""
        if isinstance(value, str):
            return self._json(value)
        if isinstance(value, Mapping):
            return self._mapping(value)
        if isinstance(value, list | tuple):
            return self._items(value)
        if isinstance(value, int | float) and not isinstance(value, bool) and self._is_known(str(value)):
            return HIDDEN
        return value

    def field(self, name: str, value: str) -> str:
        """Return the *value* of a field that is called *name*, hidden where that names a secret."""
        named = names_secret(name) and not is_plain(value) and value not in self._own
        return HIDDEN if named else value

    def _hide(self, text: str) -> str:
        if not text:
            return text
        known = self._known.hide(text)
        if self._known:
            known = runs.hide(known, self._is_known)
        return pairs.hide(patterns.hide(known), self._own.__contains__)

    def _is_known(self, text: str) -> bool:
        return self._known.hide(text) != text

    def _key(self, name: Any) -> Any:
        """Return a name in data without what is secret in itself; what it says of its value is left."""
        return patterns.hide(self._known.hide(name)) if isinstance(name, str) else name

    def _sparing(self) -> re.Pattern[str]:
        """Return what finds the sentences that would be changed; most of them would not."""
        if self._spared is None:
            changed = sorted((s for s in self._said if s and self._hide(s) != s), key=len, reverse=True)
            self._spared = re.compile(f"({'|'.join(map(re.escape, changed)) or '(?!)'})")
        return self._spared

    def _mapping(self, value: Mapping[Any, Any]) -> dict[Any, Any]:
        secret = str(value.get("kind", "")) == "Secret"
        hidden = {}
        for key, inner in value.items():
            if secret and key in ("data", "stringData") and isinstance(inner, Mapping):
                hidden[self._key(key)] = dict.fromkeys(map(self._key, inner), HIDDEN)
            else:
                hidden[self._key(key)] = self._named(str(key), inner)
        named = next((value[key] for key in _NAMES if isinstance(value.get(key), str)), "")
        if names_secret(named):
            hidden |= {key: self._named(named, value[key]) for key in _VALUES if key in value}
        return hidden

    def _named(self, name: str, value: Any) -> Any:
        """Return the value of a key: one that names a secret says nothing of it."""
        if isinstance(value, list | tuple) and (names_secret(name) or names_secrets(name)):
            return [
                HIDDEN if isinstance(one, str | int | float) and not is_plain(str(one)) else self.data(one)
                for one in value
            ]
        if not names_secret(name) or isinstance(value, bool) or value is None:
            return self.data(value)
        if isinstance(value, str | int | float):
            return value if is_plain(str(value)) or value in self._own else HIDDEN
        return self.data(value)

    def _items(self, items: list[Any] | tuple[Any, ...]) -> list[Any]:
        """Return a list; as a list of arguments it may have the value of an option beside it."""
        found = []
        before = ""
        for item in items:
            option = before.startswith("-") and "=" not in before and names_secret(before)
            told = option and isinstance(item, str) and not item.startswith(("-", "/"))
            found.append(self.field(before, item) if told else self.data(item))
            before = item if isinstance(item, str) else ""
        return found

    def _json(self, text: str) -> str:
        """Return a text without secrets; one that is JSON, as in an annotation, is looked into."""
        if text[:1] in ("{", "[") and len(text) <= _JSON:
            try:
                found = json.loads(text)
                hidden = self.data(found)
            except (ValueError, RecursionError):
                return self.text(text)
            if hidden != found:
                return self.text(json.dumps(hidden, ensure_ascii=False))
        return self.text(text)


MASK = Mask()
"""What this process knows to be secret."""
