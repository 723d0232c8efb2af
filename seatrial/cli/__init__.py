"""The command line: ``seatrial up``, ``verify``, ``down`` and what belongs to them."""

from __future__ import annotations

import signal
import sys
from typing import NoReturn

from rich.console import Console

from seatrial.cli.app import app
from seatrial.errors import SeatrialError
from seatrial.state import StateError

BROKE = 3
"""The exit code when something broke: not pytest's 1, which says that the platform differs from what was agreed."""


def main() -> NoReturn:
    """Run the command line; an error of a user's kind is one message and no traceback."""
    signal.signal(signal.SIGTERM, _terminate)
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except (SeatrialError, StateError) as error:
        Console(stderr=True, highlight=False, soft_wrap=True).print(f"seatrial: {error}", style="red", markup=False)
        sys.exit(BROKE)
    except KeyboardInterrupt:
        Console(stderr=True).print("seatrial: interrupted; `seatrial sweep` removes what is left", style="red")
        sys.exit(130)


def _terminate(_signal: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt
