"""The command line: ``seatrial up``, ``verify``, ``down`` and what belongs to them."""

from __future__ import annotations

import signal
import sys
from typing import NoReturn

from rich.console import Console

from seatrial.cli.app import app
from seatrial.errors import SeatrialError
from seatrial.escaping import terminal

BROKE = 3
"""The exit code when something broke: not pytest's 1, which says that the platform differs from what was agreed."""
_INTERRUPTED = 130


def main() -> NoReturn:
    """Run the command line; an error of a user's kind is one message and no traceback."""
    signal.signal(signal.SIGTERM, _terminate)
    try:
        app()
    except SystemExit as done:
        if done.code == _INTERRUPTED:
            _say("interrupted; `seatrial sweep` removes what is left")
        raise
    except SeatrialError as error:
        _say(str(error))
        sys.exit(BROKE)
    sys.exit(0)


def _say(text: str) -> None:
    Console(stderr=True, highlight=False, soft_wrap=True).print(
        terminal(f"seatrial: {text}"), style="red", markup=False
    )


def _terminate(_signal: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt
