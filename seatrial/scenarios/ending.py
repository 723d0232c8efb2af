"""How a session ends when it is told to, and when the one that it works for is gone."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any, NoReturn

_PARENT_SECONDS = 0.1
_TOLD = threading.Event()


def interrupt_on_sigterm() -> Callable[[], None]:
    """Take SIGTERM as Ctrl-C from now on: evidence is kept and everything is undone.

    Returns:
        What puts the signal back as it was. Where somebody else has a use for the signal, nothing is changed.
    """
    main = threading.current_thread() is threading.main_thread()
    if not main or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        return lambda: None
    _TOLD.clear()
    before = signal.signal(signal.SIGTERM, terminate)
    return partial(_put_back, before)


def terminate(_signal: int, _frame: object) -> NoReturn:
    """Interrupt whatever is being done, and remember it: Python drops what is raised while it frees an object.

    Raises:
        KeyboardInterrupt: Always.
    """
    _TOLD.set()
    raise KeyboardInterrupt


def told_to_end() -> bool:
    """Return whether the session was told to end, wherever the interruption has got lost."""
    return _TOLD.is_set()


def end_with_parent() -> None:
    """End this worker at once when the run that it works for was killed: what it does then would be nobody's."""
    threading.Thread(target=_follow, args=(os.getppid(),), daemon=True).start()


def _put_back(before: Any) -> None:
    signal.signal(signal.SIGTERM, before)


def _follow(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_PARENT_SECONDS)  # POSIX has no wait for a parent
    os.kill(os.getpid(), signal.SIGKILL)
