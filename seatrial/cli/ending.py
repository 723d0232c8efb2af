"""How commands end: one exit code for one kind of slip."""

from __future__ import annotations

DIFFERS, BROKE, USAGE, NOTHING = 1, 3, 4, 5
"""Not as agreed; something broke; what was asked for cannot be done as asked; nothing was judged (as of pytest)."""


class Ended(SystemExit):
    """The end of a command that says its own exit code; the option parser's is put right by `seatrial.cli.main`."""
