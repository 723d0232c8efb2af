"""The command line: ``seatrial up``, ``verify``, ``down`` and what belongs to them."""

from __future__ import annotations

import signal
import sys
import traceback
from pathlib import Path
from typing import Any, NoReturn

import typer
from rich.console import Console

from seatrial.cli.app import app
from seatrial.cli.ending import BROKE, USAGE, Ended
from seatrial.errors import SeatrialError, UsageError
from seatrial.escaping import terminal
from seatrial.masking import MASK
from seatrial.scenarios.ending import terminate

_INTERRUPTED = 130
_SLIPS = typer.BadParameter.__bases__
"""What the option parser raises: a bad value is one of them, and they have a name in no public place."""


def main() -> NoReturn:
    """Run the command line; an error of a user's kind is one message and no traceback."""
    signal.signal(signal.SIGTERM, terminate)
    code = None
    try:
        code = app(standalone_mode=False)  # in which the option parser gives its errors to be told as all others are
    except Ended:
        raise
    except SystemExit as done:
        sys.exit(BROKE if done.code == 1 else done.code)  # whoever reads what is printed has gone away
    except typer.Abort:
        _say("nothing was done: there was no answer")
        sys.exit(USAGE)
    except SeatrialError as error:
        _say(str(error))
        sys.exit(USAGE if isinstance(error, UsageError) else BROKE)
    except Exception as error:  # noqa: BLE001 - whatever it is, a user gets one message and the code of what broke
        if isinstance(error, _SLIPS):
            _slipped(error)
        _say(f"broke: {type(error).__name__}: {error} ({_place(error)})")
        sys.exit(BROKE)
    if code == _INTERRUPTED:
        _say("interrupted; `seatrial sweep` removes what is left")
    sys.exit(code if isinstance(code, int) else 0)


def _slipped(error: Any) -> NoReturn:
    """Say in one message what was wrong with the command line; who has said nothing at all gets the help."""
    context = error.ctx
    if context is not None and len(sys.argv) == 1:
        error.show()
        sys.exit(USAGE)
    command = context.command_path if context is not None else "seatrial"
    what = " ".join(error.format_message().split()).rstrip(".")
    _say(f"{what}; `{command} --help` says what it takes")
    sys.exit(USAGE)


def _place(error: Exception) -> str:
    """Return where an unforeseen error was raised: what a report of it needs to say."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "no place known"


def _say(text: str) -> None:
    Console(stderr=True, highlight=False, soft_wrap=True).print(
        terminal(MASK.text(f"seatrial: {text}")), style="red", markup=False
    )
