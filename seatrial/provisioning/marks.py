"""What the processes of a platform carry in their environment: its folder, a name, and a secret that proves it."""

from __future__ import annotations

import contextlib
import os
import secrets
import time
from collections.abc import Iterator
from typing import Any

import psutil

from seatrial.provisioning import identity
from seatrial.provisioning.identity import MARK, Mark
from seatrial.provisioning.state import PlatformState, StateError

CLOCK_SECONDS = 2.0
"""By how much creation times shift when the system's clock is set."""

_RECORD = "mark"


class Marks:
    """The marks of one platform's processes.

    Args:
        state: The platform's state, which keeps the secret.
    """

    def __init__(self, state: PlatformState) -> None:
        self._state = state

    def value(self, name: str) -> str:
        """Return the value of the environment mark that the process *name* carries."""
        return str(Mark(self._state.dir, name, self._secret()))

    @contextlib.contextmanager
    def marking(self, name: str) -> Iterator[None]:
        """Let every program that this process starts meanwhile carry the mark *name*, whoever starts it.

        What a killed command leaves running is then found by `sweep`, though no record was ever written of it.
        """
        before = os.environ.get(MARK)
        os.environ[MARK] = self.value(name)
        try:
            yield
        finally:
            if before is None:
                del os.environ[MARK]
            else:
                os.environ[MARK] = before

    def wanted(self, name: str) -> Mark:
        """Return the mark that the process *name* must carry to count as it."""
        return Mark(self._state.dir, name, self._known_secret())

    def carriers(self) -> Iterator[tuple[psutil.Process, str]]:
        """Find the running processes of this platform by their marks, each with the name in its mark.

        What is older than the secret was started by a command that was killed before it recorded one: its user has
        to do, as it has where the state is gone.
        """
        secret, since = self._known_secret(), self._proof().get("since", float("inf"))
        before = since - CLOCK_SECONDS
        for process, mark in identity.marked():
            with contextlib.suppress(psutil.Error):
                if mark.state == self._state.dir and (mark.secret == secret or process.create_time() < before):
                    yield process, mark.name

    def _proof(self) -> dict[str, Any]:
        with contextlib.suppress(StateError):
            return self._state.read(_RECORD) or {}
        return {}  # damaged

    def _known_secret(self) -> str:
        return str(self._proof().get("secret", ""))

    def _secret(self) -> str:
        """Return what the platform's processes carry as a proof; it is made, and recorded once there is a state."""
        if known := self._known_secret():
            return known
        own = identity.parse(os.environ.get(MARK, ""))  # made by this command before there was a state
        secret = own.secret if own is not None and own.state == self._state.dir else secrets.token_hex(16)
        if self._state.exists():
            self._state.write(_RECORD, {"secret": secret, "since": time.time()})
        return secret
