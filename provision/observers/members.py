"""The members of the database, and a connection to the one that takes writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from provision.observers.exchanges import Exchanges
from seatrial.checks.observer import Absent

MILLISECONDS = 8000
"""How long a member may take for one answer."""
_SELECTION_MILLISECONDS = 3000  # the way is open by then: it is asked again, not waited for

Open = Callable[[str], AbstractContextManager[int]]
"""Opens a way to a member by the name of its pod; gives the port of loopback that leads to it."""


class Members:
    """The members of the database, asked by the protocol of its clients.

    Args:
        names: Names the pods that may be asked.
        reach: Opens a way to one of them.
        replica_set: Why the members are no replica set, where a stand-in knows none: each write is then acknowledged
            by one member alone.
    """

    def __init__(self, names: Callable[[], Sequence[str]], reach: Open, replica_set: Absent | None = None) -> None:
        self._names = names
        self._reach = reach
        self.no_set = replica_set
        self.exchanges = Exchanges()

    def names(self) -> list[str]:
        """Name the members that may be asked."""
        return list(self._names())

    @contextmanager
    def primary(self) -> Iterator[MongoClient[dict[str, Any]]]:
        """Connect to the member that takes writes.

        Raises:
            ConnectionError: If none does; it names every member and what became of asking it.
        """
        waiting, asked, troubles = list(self._names()), set[str](), []
        while waiting:
            member = waiting.pop(0)
            if member in asked:
                continue
            asked.add(member)
            with ExitStack() as opened:
                try:
                    client = opened.enter_context(self.connected(member))
                    hello = client.admin.command("hello")
                except (ConnectionError, PyMongoError) as error:
                    troubles.append(f"{member}: {type(error).__name__}: {error}")
                    continue
                if hello.get("isWritablePrimary"):
                    yield client
                    return
            troubles.append(f"{member} is not the primary")
            waiting.insert(0, str(hello.get("primary", "")).partition(".")[0] or member)
        raise ConnectionError("no member of the database takes writes: " + ("; ".join(troubles) or "there is none"))

    @contextmanager
    def connected(self, member: str) -> Iterator[MongoClient[dict[str, Any]]]:
        """Connect to one member, whether it takes writes or not.

        Raises:
            ConnectionError: If there is no way to it.
        """
        with (
            self._reach(member) as port,
            MongoClient[dict[str, Any]](
                "127.0.0.1",
                port,
                directConnection=True,
                serverSelectionTimeoutMS=_SELECTION_MILLISECONDS,
                socketTimeoutMS=MILLISECONDS,
                uuidRepresentation="standard",
            ) as client,
        ):
            yield client
