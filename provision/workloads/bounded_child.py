"""A program that ends with whoever has started it, and has bounds of memory, time and what it may write."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence

from seatrial.bounded import MEBI, BoundsError

_MEMORY, _WRITTEN = 4096 * MEBI, 64 * MEBI
# Begun as a program of its own, not after a fork in a process with threads: that may deadlock.
_BEFORE = """
import ctypes, os, resource, signal, sys
parent, memory, written, seconds = map(int, sys.argv[1:5])
if sys.platform == "linux":
    ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGKILL)
if os.getppid() != parent:
    sys.exit(1)
for limit, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_FSIZE, written), (resource.RLIMIT_CPU, seconds)):
    hard = resource.getrlimit(limit)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(limit, (most, most))
os.execv(sys.argv[5], sys.argv[5:])
"""


def run(command: Sequence[str], seconds: float) -> subprocess.CompletedProcess[str]:
    """Return how *command* ended, with what it has written.

    It is killed when this process ends, whatever ends it, and when it takes longer, more memory or more room than it
    may.

    Args:
        command: The program by its path, and its arguments.
        seconds: How long it may take.

    Raises:
        BoundsError: If it takes longer than *seconds*.
    """
    limits = [os.getpid(), _MEMORY, _WRITTEN, int(seconds) + 1]
    wrapped = [sys.executable, "-I", "-S", "-c", _BEFORE, *map(str, limits), *command]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        try:
            ended = subprocess.run(
                wrapped, stdin=subprocess.DEVNULL, stdout=out, stderr=err, timeout=seconds, check=False
            )
        except subprocess.TimeoutExpired:
            raise BoundsError(f"{command[0]}: took longer than {seconds:g} s, and was ended") from None
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode("utf-8", "replace"))
    return subprocess.CompletedProcess(list(command), ended.returncode, *texts)
