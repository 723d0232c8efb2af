"""Drift of the estate: what there is in the cloud, held against what was agreed on."""

from __future__ import annotations

from provision.estate import Estate
from seatrial.checks.observer import Fidelity, Observer, reading_of_settings


class EstateDrift(Observer):
    """Compares machines, roles, openings, volumes and the bucket with what was agreed on.

    Args:
        estate: The platform's side of the cloud.
        fidelity: How true the cloud is.
    """

    def __init__(self, estate: Estate, fidelity: Fidelity) -> None:
        super().__init__("estate_drift", fidelity)
        self._estate = estate

    @reading_of_settings
    def found(self) -> dict[str, dict[str, object]]:
        """Return every difference: ``security group nodes.red.example.com opening tcp 22 0.0.0.0/0``.

        Each with ``wanted`` and ``found``.
        """
        return {f"{d.thing} {d.field}": {"wanted": d.wanted, "found": d.found} for d in self._estate.differences()}
