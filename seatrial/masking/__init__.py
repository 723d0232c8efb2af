"""Secrets never reach a report: whatever is written goes through here first."""

from __future__ import annotations

from seatrial.masking.mask import MASK, Mask
from seatrial.masking.names import HIDDEN

__all__ = ["HIDDEN", "MASK", "Mask"]
