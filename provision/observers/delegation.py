"""How the world is led to the platform's names."""

from __future__ import annotations

from provision.estate import Estate
from seatrial.checks.expectations import Rows
from seatrial.checks.observer import Fidelity, Observer, reading


class Delegation(Observer):
    """Looks whether the platform's zone is for everybody, and whether its parent leads to it.

    Args:
        estate: The platform's side of the cloud.
        fidelity: How true the cloud is.
    """

    def __init__(self, estate: Estate, fidelity: Fidelity) -> None:
        super().__init__("delegation", fidelity)
        self._estate = estate

    @reading
    def zones(self) -> Rows:
        """Return every hosted zone that has the platform's name, numbered, with its ``kind``: public or private."""
        name = self._estate.names.cluster
        return {f"{name} {n}": {"kind": kind} for n, kind in enumerate(self._estate.delegation().kinds, start=1)}

    @reading
    def servers(self) -> Rows:
        """Return every name server of the zone, or that its parent names for it: ``serves_it``, ``parent_names_it``."""
        found = self._estate.delegation()
        return {
            server: {"serves_it": server in found.served_by, "parent_names_it": server in found.delegated_to}
            for server in found.served_by | found.delegated_to
        }
