"""Secrets never reach a report: whatever is written goes through here first."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Iterable, Mapping
from typing import Any

HIDDEN = "***"

_SHORTEST = 8  # a shorter value would hide ordinary words
_NAMES = (
    r"(?:[\w.-]*(?:password|passwd|secret|token|api[_-]?key|access[_-]?key(?:[_-]?id)?|private[_-]?key"
    r"|client[_-]?key(?:[_-]?data)?|credentials?|authorization))"
)
_PLAIN = {"true", "false", "null", "none", "nothing", "yes", "no", "", HIDDEN, "simulated"}
_NAMED = re.compile(
    rf"""(?ix)(\b{_NAMES} (?:\\?["'])? \s*[:=]\s* (?:\\?["'])? (?:(?:bearer|basic)\s+)?) ([^\s"'\\,;}}{{\[\]&]+)"""
)
_KEY = re.compile(rf"(?i){_NAMES}")
_PATTERNS = (
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL), HIDDEN),
    (re.compile(r"LS0tLS1CRUdJTi[A-Za-z0-9+/=_-]{20,}"), HIDDEN),  # the same in base64, and certificates with it
    (re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"), HIDDEN),
    (re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"), HIDDEN),
    (re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)[^/\s:@\"']+:[^/\s@\"']+@"), rf"\1{HIDDEN}@"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{16,}"), rf"\1 {HIDDEN}"),
    (re.compile(r"(?i)(X-Amz-(?:Signature|Credential|Security-Token)=)[^&\s\"']+"), rf"\1{HIDDEN}"),
    (re.compile(r"(?i)(--[a-z-]*(?:token|password|secret|key)[= ])(?!/)\S+"), rf"\1{HIDDEN}"),
)


class Mask:
    """Hides secrets in text and in data: those that it knows, and what looks like one."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._pattern: re.Pattern[str] | None = None

    def learn(self, values: Iterable[str]) -> None:
        """Hide each of *values* from now on, as it is and in base64; what is too short to tell apart is left out."""
        for value in values:
            if len(value) >= _SHORTEST and value.lower() not in _PLAIN:
                self._known |= {value, base64.b64encode(value.encode()).decode()}
        longest_first = sorted(self._known, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def learn_environment(self, environment: Mapping[str, str] = os.environ) -> None:
        """Learn the values of the variables whose names say that they are secret."""
        self.learn(value for name, value in environment.items() if _KEY.search(name) and not value.startswith("/"))

    def text(self, text: str) -> str:
        """Return *text* without secrets."""
        if self._pattern is not None:
            text = self._pattern.sub(HIDDEN, text)
        for pattern, instead in _PATTERNS:
            text = pattern.sub(instead, text)
        return _NAMED.sub(_hide_value, text)

    def data(self, value: Any) -> Any:
        """Return plain data without secrets: texts, the values of keys that name one, and all of a Secret's content."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            secret = value.get("kind") == "Secret"
            return {key: self._field(str(key), field, secret=secret) for key, field in value.items()}
        if isinstance(value, list | tuple):
            return [self.data(item) for item in value]
        return value

    def _field(self, key: str, value: Any, *, secret: bool) -> Any:
        if secret and key in ("data", "stringData") and isinstance(value, Mapping):
            return dict.fromkeys(value, HIDDEN)
        named = _KEY.fullmatch(key) is not None
        if named and isinstance(value, str) and value.lower() not in _PLAIN:
            return HIDDEN
        return self.data(value)


def _hide_value(found: re.Match[str]) -> str:
    plain = found[2].lower() in _PLAIN or found[2].replace(".", "").isdigit()
    return found[0] if plain else f"{found[1]}{HIDDEN}"


MASK = Mask()
"""What this process knows to be secret."""
