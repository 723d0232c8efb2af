"""What a platform has made, on disk: ``.seatrial/<team>/`` under the project's root.

Everything is recorded before it is made, so that a later ``down`` or ``sweep`` can work from it after a crash at
any point. Files hold JSON and are readable by their owner only; each write is one atomic rename. What another user
could have written is refused.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from seatrial import contained
from seatrial.errors import StateError
from seatrial.retrying import retrying

__all__ = ["COMMAND", "HOME", "TRIAL", "PlatformState", "StateError", "platforms"]

HOME = ".seatrial"
COMMAND, TRIAL = "lock", "trial.lock"
"""What a command that builds or removes the platform holds, and what each trial of it shares."""
_TRIES = 5
_REMOVED = (FileNotFoundError, contained.UnmarkedError)
"""Another command has just removed the last platform, and the folder of all with it."""
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]*(/[a-z0-9][a-z0-9.-]*)*")


class PlatformState:
    """The recorded state of one platform.

    Args:
        root: The project's root.
        team: The platform's ``$TEAMID``.

    Raises:
        UsageError: The team's id cannot name a folder.
    """

    def __init__(self, root: Path, team: str) -> None:
        contained.check_team(team)
        self.team = team
        self._root = root.resolve()
        self.dir = self._root / HOME / team

    def __repr__(self) -> str:
        return f"PlatformState({str(self.dir)!r})"

    def exists(self) -> bool:
        """Tell whether anything is recorded for this platform.

        Raises:
            StateError: Its folder is not ours.
        """
        try:
            with contained.opened(self.dir, below=self._root):
                return True
        except OSError:
            return False

    def path(self, *parts: str) -> Path:
        """Return a path inside the state directory; its parent directories are made, private to their owner.

        Raises:
            StateError: A directory cannot be made.
        """
        path = self.dir.joinpath(*parts)
        self._make(path.parent)
        return path

    def read(self, name: str) -> dict[str, Any] | None:
        """Return the record *name*, or None where there is none.

        Raises:
            StateError: The file is unreadable, or is not a JSON object.
        """
        path = self._file(name, ".json")
        try:
            text = contained.read(path, below=self._root)
            if text is None:
                return None
            value = json.loads(text)
        except OSError as error:
            raise self._cannot_read(path, error) from error
        except ValueError as error:
            raise StateError(
                f"the state file {path} is not valid JSON ({error}); run `seatrial sweep`, which removes the platform"
            ) from error
        if not isinstance(value, dict):
            raise StateError(
                f"the state file {path} should hold a JSON object, got {type(value).__name__}; "
                "run `seatrial sweep`, which removes the platform"
            )
        return value

    def write(self, name: str, value: dict[str, Any]) -> None:
        """Record *value* as *name*, replacing what was there in one step.

        Raises:
            StateError: The directory cannot be written to.
        """
        path = self._file(name, ".json")
        self._make(path.parent)
        try:
            contained.write(path, json.dumps(value, indent=1, sort_keys=True))
        except OSError as error:
            raise self._cannot_write(path, error) from error

    def append(self, name: str, record: dict[str, Any]) -> None:
        """Add one line to the log *name* (JSON Lines).

        Raises:
            StateError: The directory cannot be written to.
        """
        path = self._file(name, ".jsonl")
        self._make(path.parent)
        try:
            contained.append(path, json.dumps(record, sort_keys=True) + "\n")
        except OSError as error:
            raise self._cannot_write(path, error) from error

    def records(self, name: str) -> list[dict[str, Any]]:
        """Return the lines of the log *name*, oldest first; a last line cut short by a crash is left out.

        Raises:
            StateError: The file is unreadable, or another line than the last is not JSON.
        """
        path = self._file(name, ".jsonl")
        try:
            lines = (contained.read(path, below=self._root) or "").splitlines()
        except OSError as error:
            raise self._cannot_read(path, error) from error
        found = []
        for number, line in enumerate(lines, start=1):
            try:
                found.append(json.loads(line))
            except ValueError as error:
                if number == len(lines):
                    break
                raise StateError(f"{path}:{number} is not valid JSON ({error}); delete the line") from error
        return found

    def names(self, folder: str) -> list[str]:
        """List the records directly under *folder*, sorted, as names that `read` takes."""
        if not self.exists():
            return []
        found = contained.names(self.dir / folder)
        return [f"{folder}/{name.removesuffix('.json')}" for name in found if name.endswith(".json")]

    def forget(self, name: str) -> None:
        """Remove the record *name*; nothing happens where there is none."""
        path = self._file(name, ".json")
        try:
            if self.exists():
                contained.remove(path)
        except OSError as error:
            raise self._cannot_write(path, error) from error

    @contextlib.contextmanager
    def lock(self, name: str = COMMAND, *, wait: bool = False, shared: bool = False) -> Iterator[None]:
        """Hold the platform for this process alone; the kernel lets go when the process ends, however it ends.

        Args:
            name: Which lock.
            wait: Wait for the holder instead of failing.
            shared: Hold it beside others that share it.

        Raises:
            StateError: Another process holds it; the message names its pid.
        """
        while True:
            path = self.path(name)
            try:
                handle = contained.open_file(path, os.O_RDWR | os.O_CREAT)
            except OSError as error:
                raise self._cannot_write(path, error) from error
            try:
                try:
                    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
                    fcntl.flock(handle, kind | (0 if wait else fcntl.LOCK_NB))
                except BlockingIOError as error:
                    holder = os.read(handle, 32).decode(errors="replace").strip() or "unknown"
                    raise StateError(
                        f"the platform {self.team} is in use by another seatrial command (pid {holder}); "
                        f"wait until it ends ({path})"
                    ) from error
                if not _same_file(handle, path):
                    continue  # the platform was removed while we waited: the file that we hold is no longer there
                os.ftruncate(handle, 0)
                os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
                yield
                return
            finally:
                os.close(handle)

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the platform with no other command and no trial at work on it.

        Raises:
            StateError: One is; the message names its pid.
        """
        with self.lock(COMMAND), self.lock(TRIAL):
            yield

    def remove(self) -> None:
        """Remove everything recorded for this platform, and the folder of all platforms when it was the last.

        Raises:
            StateError: Something cannot be removed.
        """
        try:
            if self.exists():
                contained.remove(self.dir)
                contained.drop_root(self.dir.parent)  # where other platforms are there, it stays
        except OSError as error:
            raise StateError(f"cannot remove {error.filename or self.dir}: {error.strerror}") from error

    def _file(self, name: str, suffix: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError(f"expected a name of lower-case letters, digits, dots, dashes and slashes, got {name!r}")
        return self.dir / f"{name}{suffix}"

    def _make(self, directory: Path) -> None:
        def make() -> None:
            contained.make_root(self.dir.parent, below=self._root, ignored=True)
            with contained.opened(directory, make=True):
                return

        try:
            retrying(make, passing=lambda error: isinstance(error, _REMOVED), within=0.0, pause=0.0, least=_TRIES)
        except _REMOVED:
            raise
        except OSError as error:
            raise self._cannot_write(self._obstacle(directory), error) from error

    def _obstacle(self, directory: Path) -> Path:
        """Give the file that is where a folder should be, if that is the trouble."""
        return next((p for p in reversed((directory, *directory.parents)) if p.exists() and not p.is_dir()), directory)

    def _cannot_read(self, path: Path, error: OSError) -> StateError:
        if isinstance(error, NotADirectoryError):
            return self._cannot_write(next(p for p in (path, *path.parents) if p.exists()), error)
        return StateError(f"cannot read the state file {path}: {error.strerror}; check its permissions")

    def _cannot_write(self, path: Path, error: OSError) -> StateError:
        if isinstance(error, FileExistsError | NotADirectoryError):
            return StateError(f"{path} is a file; the platform's state needs a folder there: move the file away")
        return StateError(
            f"cannot write the platform's state at {path}: {error.strerror}; "
            f"make {self.dir.parent} writable, or work in another directory"
        )


def platforms(root: Path) -> list[PlatformState]:
    """List the platforms recorded under the project's root, sorted by their team.

    Raises:
        StateError: The folder of all platforms is not ours.
    """
    home = root.resolve() / HOME
    if not home.is_dir() and not home.is_symlink():
        return []
    found = [name for name in contained.names(home, below=root.resolve()) if contained.TEAM.fullmatch(name)]
    return [PlatformState(root, name) for name in found if (home / name).is_dir()]


def _same_file(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.lstat())
    except FileNotFoundError:
        return False
