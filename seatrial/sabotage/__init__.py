"""Breaks behind scenarios' backs: what a project declares, how they are made, and whether scenarios notice them."""

from __future__ import annotations

from seatrial.sabotage.chance import Chance, Pick
from seatrial.sabotage.declaration import Break, Round, Sabotage, Sabotages
from seatrial.sabotage.site import Site, until

__all__ = ["Break", "Chance", "Pick", "Round", "Sabotage", "Sabotages", "Site", "until"]
