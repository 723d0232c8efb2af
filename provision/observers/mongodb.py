"""The database: the documents in it, and the state of its members."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from bson import Timestamp
from pymongo import MongoClient
from pymongo.errors import PyMongoError
from pymongo.read_concern import ReadConcern

from provision.observers.members import Members
from seatrial.checks.expectations import Rows
from seatrial.checks.observer import Fidelity, NotProvableError, Observer, Recorder, reading, reading_of_part

_OWN = ("admin", "config", "local")


class MongoDb(Observer):
    """The database: documents found, in whichever database of it they are.

    Args:
        members: The members of the database.
        fidelity: How true the database is on this target.
        recorder: Where looks are noted; this process's own unless told.
    """

    def __init__(self, members: Members, *, fidelity: Fidelity, recorder: Recorder | None = None) -> None:
        super().__init__("mongodb", fidelity, recorder)
        self._members = members

    @reading
    def find(self, collection: str, document: Mapping[str, object]) -> Rows:
        """Return every document of a *collection* of that name, in any database, that has the fields of *document*.

        Raises:
            ConnectionError: If no member answers.
        """
        concern = None if self._members.no_set else ReadConcern("majority")

        def look() -> Rows:
            with self._members.primary() as client:
                return {
                    f"{name}/{found['_id']}": {key: value for key, value in found.items() if key != "_id"}
                    for name in sorted(set(client.list_database_names()) - set(_OWN))
                    for found in client[name].get_collection(collection, read_concern=concern).find(dict(document))
                }

        return self._members.exchanges.of(f"find in {collection}: {document}", look)

    @reading
    def numbered(self, collection: str, stream: str) -> list[tuple[str, int]]:
        """Return the numbered documents of the history *stream* that a majority has, each with its place in the order.

        Raises:
            ConnectionError: If no member answers.
        """

        def look() -> list[tuple[str, int]]:
            with self._members.primary() as client:
                return self._numbered(client, collection, stream)

        return self._members.exchanges.of(f"all of {stream} in {collection}", look, len)

    @reading
    def copies(self, collection: str, stream: str) -> dict[str, list[tuple[str, int]]]:
        """Return the same as each member that answers has it, by its pod; members of no set have no copies."""
        found: dict[str, list[tuple[str, int]]] = {}
        for member in self._members.names():
            with suppress(ConnectionError, PyMongoError), self._members.connected(member) as client:
                found[member] = self._numbered(client, collection, stream)
        return found

    def _numbered(self, client: MongoClient[dict[str, Any]], collection: str, stream: str) -> list[tuple[str, int]]:
        concern = None if self._members.no_set else ReadConcern("majority")
        of = client["trial"].get_collection(collection, read_concern=concern)
        return [(str(one.get("value", one["_id"])), _place(one.get("at"))) for one in of.find({"history": stream})]

    @reading_of_part
    def members(self) -> Rows:
        """Return every member of the replica set by its pod: ``state`` and ``healthy``, as the primary sees them.

        Raises:
            NotProvableError: If the members are no replica set on this target.
            ConnectionError: If no member answers.
        """
        if self._members.no_set:
            raise NotProvableError(self._members.no_set.reason)
        self.touch()

        def look() -> Rows:
            with self._members.primary() as client:
                seen = client.admin.command("replSetGetStatus")["members"]
                return {
                    m["name"].partition(".")[0]: {"state": m["stateStr"].lower(), "healthy": m["health"] == 1}
                    for m in seen
                }

        return self._members.exchanges.of("the state of the replica set", look)

    def evidence(self) -> object:
        """Return the last questions, and what was stored."""
        return self._members.exchanges.kept()


def _place(at: object) -> int:
    """Return a timestamp as a number that orders like it; one that is none comes before all."""
    return (at.time << 32) + at.inc if isinstance(at, Timestamp) else 0
