"""The command line: ``seatrial up``, ``verify``, ``down`` and what belongs to them."""

from __future__ import annotations

import signal
import sys
import traceback
from pathlib import Path
from typing import NoReturn

from rich.console import Console

from seatrial.cli.app import app
from seatrial.cli.ending import BROKE, USAGE, Ended
from seatrial.errors import SeatrialError, UsageError
from seatrial.escaping import terminal
from seatrial.masking import MASK
from seatrial.scenarios.ending import terminate

_INTERRUPTED = 130
_OF_THE_PARSER = {1: BROKE, 2: USAGE}
"""The option parser's own codes, and those that every command has for the same."""


def main() -> NoReturn:
    """Run the command line; an error of a user's kind is one message and no traceback."""
    signal.signal(signal.SIGTERM, terminate)
    try:
        app()
    except Ended:
        raise
    except SystemExit as done:
        if done.code == _INTERRUPTED:
            _say("interrupted; `seatrial sweep` removes what is left")
        sys.exit(_OF_THE_PARSER.get(done.code, done.code) if isinstance(done.code, int) else done.code)
    except SeatrialError as error:
        _say(str(error))
        sys.exit(USAGE if isinstance(error, UsageError) else BROKE)
    except Exception as error:  # noqa: BLE001 - whatever it is, a user gets one message and the code of what broke
        _say(f"broke: {type(error).__name__}: {error} ({_place(error)})")
        sys.exit(BROKE)
    sys.exit(0)


def _place(error: Exception) -> str:
    """Return where an unforeseen error was raised: what a report of it needs to say."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "no place known"


def _say(text: str) -> None:
    Console(stderr=True, highlight=False, soft_wrap=True).print(
        terminal(MASK.text(f"seatrial: {text}")), style="red", markup=False
    )
