"""The database, asked by the protocol of its clients."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from provision.observers.exchanges import Exchanges
from seatrial.checks.expectations import Rows
from seatrial.checks.observer import (
    Absent,
    Fidelity,
    NotProvableError,
    Observer,
    Recorder,
    acting,
    reading,
    reading_of_part,
)

_MILLISECONDS = 8000
_SELECTION_MILLISECONDS = 3000  # the way is open by then: it is asked again, not waited for
_OWN = ("admin", "config", "local")

Open = Callable[[str], AbstractContextManager[int]]
"""Opens a way to a member by the name of its pod; gives the port of loopback that leads to it."""


class MongoDb(Observer):
    """The database: documents stored and found.

    What is stored goes into a database of the trial's own; what is looked for may be in any.

    Args:
        members: Names the pods that may be asked.
        reach: Opens a way to one of them.
        fidelity: How true the database is on this target.
        replica_set: Why the members are no replica set, where a stand-in knows none: each write is then acknowledged
            by one member alone.
        recorder: Where looks are noted; this process's own unless told.
    """

    def __init__(
        self,
        members: Callable[[], Sequence[str]],
        reach: Open,
        *,
        fidelity: Fidelity,
        replica_set: Absent | None = None,
        recorder: Recorder | None = None,
    ) -> None:
        super().__init__("mongodb", fidelity, recorder)
        self._members = members
        self._reach = reach
        self._no_set = replica_set
        self._exchanges = Exchanges()

    @acting
    def insert(self, collection: str, document: Mapping[str, object]) -> str:
        """Store a document, acknowledged by a majority of the members, and give its id.

        Raises:
            ConnectionError: If no member takes it.
        """
        concern = WriteConcern(1) if self._no_set else WriteConcern("majority", _MILLISECONDS)

        def store() -> str:
            with self._primary() as client:
                into = client["trial"].get_collection(collection, write_concern=concern)
                return str(into.insert_one(dict(document)).inserted_id)

        return self._exchanges.of(f"insert into trial.{collection}: {document}", store)

    @reading
    def find(self, collection: str, document: Mapping[str, object]) -> Rows:
        """Return every document of a *collection* of that name, in any database, that has the fields of *document*.

        Raises:
            ConnectionError: If no member answers.
        """
        concern = None if self._no_set else ReadConcern("majority")

        def look() -> Rows:
            with self._primary() as client:
                return {
                    f"{name}/{found['_id']}": {key: value for key, value in found.items() if key != "_id"}
                    for name in sorted(set(client.list_database_names()) - set(_OWN))
                    for found in client[name].get_collection(collection, read_concern=concern).find(dict(document))
                }

        return self._exchanges.of(f"find in {collection}: {document}", look)

    @reading_of_part
    def members(self) -> Rows:
        """Return every member of the replica set by its pod: ``state`` and ``healthy``, as the primary sees them.

        Raises:
            NotProvableError: If the members are no replica set on this target.
            ConnectionError: If no member answers.
        """
        if self._no_set:
            raise NotProvableError(self._no_set.reason)
        self.touch()

        def look() -> Rows:
            with self._primary() as client:
                seen = client.admin.command("replSetGetStatus")["members"]
                return {
                    m["name"].partition(".")[0]: {"state": m["stateStr"].lower(), "healthy": m["health"] == 1}
                    for m in seen
                }

        return self._exchanges.of("the state of the replica set", look)

    def evidence(self) -> object:
        """Return the last questions."""
        return self._exchanges.kept()

    @contextmanager
    def _primary(self) -> Iterator[MongoClient[dict[str, Any]]]:
        """Connect to the member that takes writes."""
        waiting, asked, troubles = list(self._members()), set[str](), []
        while waiting:
            member = waiting.pop(0)
            if member in asked:
                continue
            asked.add(member)
            with ExitStack() as opened:
                try:
                    client = opened.enter_context(self._connected(member))
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
    def _connected(self, member: str) -> Iterator[MongoClient[dict[str, Any]]]:
        with (
            self._reach(member) as port,
            MongoClient[dict[str, Any]](
                "127.0.0.1",
                port,
                directConnection=True,
                serverSelectionTimeoutMS=_SELECTION_MILLISECONDS,
                socketTimeoutMS=_MILLISECONDS,
                uuidRepresentation="standard",
            ) as client,
        ):
            yield client
