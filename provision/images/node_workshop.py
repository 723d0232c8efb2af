"""Making things once: each in a folder named by the hash of what it is made from, whole or not at all."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from provision.engine.remains import unmount
from provision.toolchain.locking import held

Say = Callable[[str], None]


def digest(*inputs: str | bytes | Path) -> str:
    """Return a short hash of texts, bytes, and files or folders of files (their names and contents)."""
    total = hashlib.sha256()
    for one in inputs:
        for part in _parts(one):
            total.update(hashlib.sha256(part).digest())
    return total.hexdigest()[:16]


@contextmanager
def timed(say: Say, what: str) -> Iterator[None]:
    """Say that ``what`` begins, and how many seconds it took."""
    say(f"{what} ...")
    started = time.monotonic()
    yield
    say(f"{what}: {time.monotonic() - started:.1f} s")


@contextmanager
def made_once(folder: Path, say: Say) -> Iterator[Path | None]:
    """Give a scratch folder that becomes ``folder`` once all went well; ``None`` when ``folder`` is there already.

    What an interrupted run has left is removed first, and what it had mounted there is unmounted.

    Args:
        folder: The finished folder.
        say: Told when another run has it in hand.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = folder.with_name(f".new-{folder.name}")
    with held(folder.with_name(f"{folder.name}.lock"), lambda: say(f"{folder.name}: another run makes it, waiting")):
        if folder.exists():
            yield None
            return
        _remove(scratch)
        scratch.mkdir()
        try:
            yield scratch
            scratch.rename(folder)
        finally:
            _remove(scratch)


def _remove(scratch: Path) -> None:
    if scratch.exists():
        unmount([scratch])
        shutil.rmtree(scratch)


def _parts(one: str | bytes | Path) -> Iterator[bytes]:
    if isinstance(one, str):
        yield one.encode()
    elif isinstance(one, bytes):
        yield one
    elif one.is_dir():
        for path in sorted(path for path in one.rglob("*") if path.is_file()):
            yield str(path.relative_to(one)).encode()
            yield path.read_bytes()
    else:
        yield one.read_bytes()
