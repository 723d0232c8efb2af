"""One run of kops: it is ended where trying on is of no use, as kops itself tries for ten minutes whatever is wrong."""

from __future__ import annotations

import re
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

from provision.estate.account.trouble import DENIED, EXPIRED, UNKNOWN, codes_of

_FAILED = re.compile(r'error running task "(?P<task>[^"]+)"(?P<why>.*)')
_DENIED_TWICE = 2  # rights that were given just now are not known everywhere at once


@dataclass(frozen=True)
class Done:
    """What a run came to.

    Attributes:
        code: Its exit code; negative where it was ended.
        out: What it wrote to its output.
        err: What it wrote to its error output.
    """

    code: int
    out: str
    err: str

    @property
    def written(self) -> str:
        """All that it wrote."""
        return self.out + self.err


class Hope:
    """Whether trying on may help, from what kops says of the tasks that have failed."""

    def __init__(self) -> None:
        self._denied: Counter[str] = Counter()

    def lost(self, line: str) -> bool:
        """Take a line of kops; return whether it says that nothing helps: bad credentials, a right that is missing."""
        found = _FAILED.search(line)
        if found is None:
            return False
        codes = codes_of(found["why"])
        if codes & (EXPIRED | UNKNOWN):
            return True
        self._denied[found["task"]] += bool(codes & DENIED)
        return self._denied[found["task"]] >= _DENIED_TWICE


def run(argv: Sequence[str], env: Mapping[str, str], limit: float) -> Done:
    """Run kops to its end, or until nothing helps.

    Args:
        argv: The program and its arguments.
        env: Its environment.
        limit: The limit in seconds.

    Raises:
        FileNotFoundError: If there is no such program.
        subprocess.TimeoutExpired: If it takes longer; with what it wrote until then.
    """
    with subprocess.Popen(
        argv, env=dict(env), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        out: list[str] = []
        err: list[str] = []
        hope = Hope()

        def follow(lines: Iterable[str]) -> None:
            for line in lines:
                err.append(line)
                if hope.lost(line):
                    process.terminate()

        readers = [_reading(process.stdout, out.extend), _reading(process.stderr, follow)]
        try:
            process.wait(limit)
        except subprocess.TimeoutExpired as error:
            process.kill()
            _join(readers)
            raise subprocess.TimeoutExpired(error.cmd, limit, "".join(out), "".join(err)) from error
        except BaseException:
            process.kill()
            _join(readers)
            raise
        _join(readers)
    return Done(process.returncode, "".join(out), "".join(err))


def _reading(stream: IO[str] | None, take: Callable[[Iterable[str]], Any]) -> threading.Thread:
    reader = threading.Thread(target=take, args=(stream or (),))
    reader.start()
    return reader


def _join(readers: Iterable[threading.Thread]) -> None:
    for reader in readers:
        reader.join()
