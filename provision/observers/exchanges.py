"""The last questions that an observer has asked and what it was answered, kept as evidence."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")

_KEPT = 50
_LONGEST = 500  # characters of one answer


class Exchanges:
    """The last questions and answers, safe to use from several threads."""

    def __init__(self) -> None:
        self._kept: deque[dict[str, Any]] = deque(maxlen=_KEPT)

    def of(self, asked: str, ask: Callable[[], T], said: Callable[[T], object] = str) -> T:
        """Ask, and keep what was *asked*, the answer as *said* puts it, and the seconds it took; errors too.

        Raises:
            Exception: Whatever *ask* raises.
        """
        began, started = time.time(), time.monotonic()
        answer = "no answer"
        try:
            found = ask()
            answer = str(said(found))
        except Exception as error:
            answer = f"{type(error).__name__}: {error}"
            raise
        finally:
            at = time.strftime("%H:%M:%S", time.gmtime(began))
            seconds = round(time.monotonic() - started, 3)
            self._kept.append({"at": at, "asked": asked, "answer": answer[:_LONGEST], "seconds": seconds})
        return found

    def kept(self) -> list[dict[str, Any]] | None:
        """Return them, the oldest first; nothing when nothing was asked."""
        return list(self._kept) or None
