"""Documents, stored in the database as its clients store them."""

from __future__ import annotations

from collections.abc import Mapping

from pymongo.write_concern import WriteConcern

from provision.actuators.numbering import Clerk
from provision.observers.members import MILLISECONDS, Members
from seatrial.checks.actuator import Actuator, acting
from seatrial.checks.observer import Fidelity, Recorder


class MongoDbWriter(Actuator):
    """Stores documents, in a database of the trial's own.

    Args:
        members: The members of the database; what is stored is kept as evidence beside what was looked for.
        fidelity: How true the database is on this target.
        recorder: Where deeds are noted; this process's own unless told.
    """

    def __init__(self, members: Members, *, fidelity: Fidelity, recorder: Recorder | None = None) -> None:
        super().__init__("mongodb", fidelity, recorder)
        self._members = members

    @acting
    def insert(self, collection: str, document: Mapping[str, object]) -> str:
        """Store a document, acknowledged by a majority of the members, and give its id.

        Raises:
            ConnectionError: If no member takes it.
        """
        concern = self._concern()

        def store() -> str:
            with self._members.primary() as client:
                into = client["trial"].get_collection(collection, write_concern=concern)
                return str(into.insert_one(dict(document)).inserted_id)

        return self._members.exchanges.of(f"insert into trial.{collection}: {document}", store)

    @acting
    def clerk(self, collection: str, stream: str) -> Clerk:
        """Return who stores the numbered documents of the history *stream*, each acknowledged as in `insert`."""
        return Clerk(self._members, collection, stream, self._concern())

    def _concern(self) -> WriteConcern:
        return WriteConcern(1) if self._members.no_set else WriteConcern("majority", MILLISECONDS)
