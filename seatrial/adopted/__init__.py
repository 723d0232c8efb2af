"""A cluster that stands already, judged as it is: what a project has that names no provisioning of its own."""

from __future__ import annotations

from seatrial.adopted.provisioning import Provisioning

__all__ = ["Provisioning"]
