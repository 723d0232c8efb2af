"""Programs that start programs of their own: they end together, whatever ends them."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from seatrial.errors import SeatrialError

_LIMIT = 600.0  # seconds for one program
_STOP_SECONDS = 5.0  # from being asked to end until being made to


def run(
    argv: Sequence[str],
    *,
    within: float,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    log: IO[bytes] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end and return how it ended, with what it wrote.

    When it takes too long, or when we are interrupted, whatever it has started ends with it: a program of its own that
    went on would write into a folder that is being removed.

    Args:
        argv: The program and its arguments.
        within: How long it may take, in seconds.
        env: Its environment; ours unless given.
        cwd: The folder that it runs in; ours unless given.
        log: Where it writes instead; then nothing of it is returned.

    Raises:
        FileNotFoundError: If there is no such program.
        subprocess.TimeoutExpired: If it takes longer.
    """
    output: Any = subprocess.PIPE if log is None else log
    process = subprocess.Popen(
        list(argv),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        text=True,
        env=None if env is None else dict(env),
        cwd=cwd,
        start_new_session=True,
    )
    try:
        said, complained = process.communicate(timeout=within)
    finally:
        stop(process)
    return subprocess.CompletedProcess(list(argv), process.returncode, said or "", complained or "")


def complete(
    *argv: str,
    missing: str,
    raising: type[SeatrialError],
    called: str = "",
    within: float = _LIMIT,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> str:
    """Run a program to its end, and return what it wrote; that it has failed is an error.

    Args:
        argv: The program and its arguments.
        missing: What to install where it is not there.
        raising: The type of the error.
        called: How messages name it; by its name unless told.
        within: How long it may take, in seconds.
        environment: Its environment; ours unless given.
        folder: Where it runs; where we do unless given.

    Raises:
        SeatrialError: As *raising*, if it is not there, fails, or does not end in time.
    """
    called = called or argv[0]
    try:
        done = run(argv, within=within, env=environment, cwd=folder)
    except FileNotFoundError as error:
        raise raising(f"{argv[0]} is not on PATH; install {missing}") from error
    except subprocess.TimeoutExpired as error:
        raise raising(f"{called}: no end after {within:g} s") from error
    if done.returncode != 0:
        raise raising(f"{called} failed: {(done.stderr or done.stdout).strip()[-800:]}")
    return done.stdout


def stop(process: subprocess.Popen[Any]) -> None:
    """End a program that leads a session of its own, unless it has ended, with all that it has started."""
    if process.poll() is not None:
        return
    for number in (signal.SIGTERM, signal.SIGKILL):  # the second one for those that do not end with their leader
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_STOP_SECONDS)
