"""The entries, kept in MongoDB."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

from pymongo import DESCENDING, MongoClient

LONGEST = 1000  # characters
MOST = 100
_LIMIT = 3000  # milliseconds: a visitor waits for no more


@dataclass(frozen=True)
class Entry:
    """What somebody has stored."""

    id: str
    text: str
    created: str

    def json(self) -> dict[str, str]:
        """Give it as JSON has it."""
        return asdict(self)


class UnfitError(ValueError):
    """The text of an entry is missing, empty or too long; the message is for whoever sent it."""


class Entries:
    """The collection ``entries`` of the database that the address names."""

    def __init__(self, address: str) -> None:
        """Set up; a database that is away is waited for when it is used."""
        self._client: MongoClient[dict[str, Any]] = MongoClient(
            address, serverSelectionTimeoutMS=_LIMIT, connectTimeoutMS=_LIMIT, socketTimeoutMS=_LIMIT, tz_aware=True
        )
        self._collection = self._client.get_default_database("microservice")["entries"]

    def add(self, text: object) -> Entry:
        """Store an entry.

        Raises:
            UnfitError: The text is no text that can be stored.
            PyMongoError: The database did not take it.
        """
        if not isinstance(text, str) or not text.strip():
            raise UnfitError('expected {"text": "..."} with something in it')
        if len(text) > LONGEST:
            raise UnfitError(f"expected at most {LONGEST} characters, got {len(text)}")
        created = dt.datetime.now(dt.UTC)
        found = self._collection.insert_one({"text": text.strip(), "created": created})
        return Entry(str(found.inserted_id), text.strip(), created.isoformat(timespec="seconds"))

    def newest(self) -> list[Entry]:
        """Give the newest entries.

        Raises:
            PyMongoError: The database did not answer.
        """
        found = self._collection.find(limit=MOST, sort=[("created", DESCENDING)])
        return [
            Entry(str(one["_id"]), str(one.get("text", "")), one["created"].isoformat(timespec="seconds"))
            for one in found
            if isinstance(one.get("created"), dt.datetime)
        ]

    def ping(self) -> None:
        """Ask the database for a sign of life.

        Raises:
            PyMongoError: There is none.
        """
        self._client.admin.command("ping")

    def close(self) -> None:
        """Let go of connections."""
        self._client.close()
