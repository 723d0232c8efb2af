"""``python -m provision.engine run -- CMD...``: run a command with a container engine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from types import FrameType

from provision.engine.client import EngineError, answers
from provision.engine.private import PrivateEngine
from provision.toolchain import cache_dir

_USAGE = """usage: python -m provision.engine run -- COMMAND [ARGUMENT...]
       python -m provision.engine stop

run   run a command; where no container engine answers, a private one runs for as long
stop  stop a private engine that a killed run has left, with its containers
"""
_BROKE, _BAD_USAGE = 3, 4
"""As of `seatrial`: 1 would say that the platform is not as agreed."""
_NOT_FOUND = 127


def main(arguments: Sequence[str]) -> int:
    """Do what the arguments say; return the exit code, which is the command's own where there is one."""
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))  # so that what was begun is undone
    engine = PrivateEngine(cache_dir(os.environ), _say)
    try:
        if list(arguments) == ["stop"]:
            engine.stop()
            return 0
        if len(arguments) < 3 or list(arguments[:2]) != ["run", "--"]:  # noqa: PLR2004 - run, --, command
            sys.stderr.write(_USAGE)
            return _BAD_USAGE
        command = arguments[2:]
        if answers():
            return _run(command, {})
        with engine.running():
            return _run(command, {"DOCKER_HOST": engine.address})
    except EngineError as error:
        _say(str(error))
        return _BROKE


def _run(command: Sequence[str], environ: dict[str, str]) -> int:
    """Run the command; what asks us to end is passed on, and we end after it."""
    try:
        child = subprocess.Popen(command, env={**os.environ, **environ})
    except OSError as error:
        _say(f"{command[0]} cannot be run: {error.strerror}")
        return _NOT_FOUND

    def pass_on(number: int, _frame: FrameType | None) -> None:
        child.send_signal(number)

    signal.signal(signal.SIGTERM, pass_on)
    signal.signal(signal.SIGHUP, pass_on)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal has sent it to the command already
    code = child.wait()
    return code if code >= 0 else 128 - code


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
