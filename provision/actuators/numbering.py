"""Numbered documents, stored one by one by clients that keep their connection as long as it holds."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from typing import Any

from pymongo import MongoClient
from pymongo.write_concern import WriteConcern

from provision.observers.members import Members


class Clerk:
    """Stores numbered documents of one history.

    Each is given the time at which the member that takes writes has stored it, in the database's own order: a timestamp
    of its is later than every one before.

    Args:
        members: The members of the database.
        collection: The collection, in a database of the trial's own.
        stream: The history's name.
        concern: Who has to acknowledge a document.
    """

    def __init__(self, members: Members, collection: str, stream: str, concern: WriteConcern) -> None:
        self._members = members
        self.stream = stream
        self._collection, self._concern = collection, concern
        self._lock = threading.Lock()
        self._way: tuple[ExitStack, MongoClient[dict[str, Any]]] | None = None

    def store(self, value: str) -> None:
        """Store the document *value*; safe to call from several threads.

        Raises:
            ConnectionError: If no member takes it, so that it is surely not stored.
            pymongo.errors.PyMongoError: If it is not known whether it is stored.
        """
        client = self._client()
        into = client["trial"].get_collection(self._collection, write_concern=self._concern)
        told = {
            "$setOnInsert": {"history": self.stream, "value": value},
            "$currentDate": {"at": {"$type": "timestamp"}},
        }
        try:
            into.update_one({"_id": f"{self.stream}/{value}"}, told, upsert=True)
        except Exception:
            self._drop(client)
            raise

    def close(self) -> None:
        """Let go of the connection."""
        with self._lock:
            self._close()

    def _client(self) -> MongoClient[dict[str, Any]]:
        with self._lock:
            if self._way is None:
                with ExitStack() as opened:
                    client = opened.enter_context(self._members.primary())
                    self._way = opened.pop_all(), client
            return self._way[1]

    def _drop(self, client: MongoClient[dict[str, Any]]) -> None:
        """Let go of a connection that does not hold, unless another thread has."""
        with self._lock:
            if self._way and self._way[1] is client:
                self._close()

    def _close(self) -> None:
        way, self._way = self._way, None
        if way:
            way[0].close()
