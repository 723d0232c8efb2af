"""What is broken together, and judged in one run."""

from __future__ import annotations

from seatrial.faults import Freeze
from seatrial.sabotage import Round

_UPDATER = (Freeze("dns-updater"),)  # which would put records and health checks right

RECORDS = Round("records", first=_UPDATER, targets=("local",))
MORE_RECORDS = Round("more records", first=_UPDATER, targets=("local",))
PLATFORM = Round("the platform", targets=("local",))
MASTERS = Round("the masters", targets=("local",))
STRAYS = Round("what nobody ordered", targets=("local",))
ASTRAY = Round("what leads astray", targets=("local",))
MEMBERS = Round("members", targets=("local",))
MAINTENANCE = Round("maintenance", targets=("local",))
WOULD_HAPPEN = Round("what would happen", patience=0.2, targets=("local",))
"""Of scenarios that change something, and see their change undone: what is broken here leaves the platform whole."""
PAUSED = Round("rollouts that do not go as they should", patience=0.1, targets=("local",))
AGAIN = Round("a second run", patience=0.5, targets=("local",))
UPDATER = Round("nobody keeps the names", patience=0.1, targets=("local",))
AT_RANDOM = Round("at random", first=_UPDATER, patience=0.05, targets=("local",))
FOREIGN = Round("another team's platform", targets=("local",))
OPEN = Round("an open member", first=(Freeze("machines"),), targets=("local",))  # which would start it as it was

RIGHTS = Round("rights", patience=0.2)
"""Of rights and restrictions in the API alone, wherever the platform stands."""

WAY_IN = Round("the way in", patience=0.2, targets=("kind",))
STATUS = Round("the status of controllers", patience=0.2, targets=("kind",))
INSIDE = Round("inside the machines", patience=0.2, targets=("kind",))
LOGS = Round("logs", patience=0.3, targets=("kind",))
DATA = Round("data", patience=0.3, targets=("kind",))
ROLLOUTS = Round("rollouts", patience=1.0, targets=("kind",))
NAMES = Round("names of new services", patience=0.3, targets=("kind",))
HEALTH = Round("health", patience=0.4, targets=("kind",))
