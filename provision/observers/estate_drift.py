"""Drift of the estate: what there is in the cloud, held against what was agreed on."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from provision.estate import Estate
from provision.observers.published import Published
from seatrial.checks.observer import Fidelity, Observer, reading_of_settings
from seatrial.provisioning.planned import Change


class EstateDrift(Observer):
    """Compares machines, roles, openings, volumes, the bucket, the zone, records and health checks with what is agreed.

    Args:
        estate: The platform's side of the cloud.
        kops: Asks kops what it would change.
        published: What the DNS updater keeps there.
        fidelity: How true the cloud is.
    """

    def __init__(
        self, estate: Estate, kops: Callable[[], Iterable[Change]], published: Published, fidelity: Fidelity
    ) -> None:
        super().__init__("estate_drift", fidelity)
        self._estate = estate
        self._kops = kops
        self._published = published

    @reading_of_settings
    def found(self) -> dict[str, dict[str, object]]:
        """Return every difference: ``security group nodes.red.example.com opening tcp 22 0.0.0.0/0``.

        Each with ``wanted`` and ``found``.
        """
        differences = [*self._estate.differences(), *self._published.differences()]
        return {f"{d.thing} {d.field}".strip(): {"wanted": d.wanted, "found": d.found} for d in differences}

    @reading_of_settings
    def kops_would_change(self) -> dict[str, dict[str, object]]:
        """Return every resource that kops would make, change or remove, by kind and name: ``VPC/red.example.com``.

        Each with what it ``would_be``, such as ``changed``, and ``in`` which of its fields.
        """
        return {change.thing: {"would_be": change.how, "in": change.detail} for change in self._kops()}
