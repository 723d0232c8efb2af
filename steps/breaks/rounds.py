"""What is broken together, and judged in one run."""

from __future__ import annotations

from functools import partial

from seatrial.faults import Freeze
from seatrial.sabotage import Round

_round = partial(Round, at_once=3)
"""Of scenarios that mostly wait; on kind they share two processors with six machines, and are judged one by one."""
_UPDATER = (Freeze("dns-updater"),)  # which would put records and health checks right

RECORDS = _round("records", first=_UPDATER, targets=("local",))
MORE_RECORDS = _round("more records", first=_UPDATER, targets=("local",))
PLATFORM = _round("the platform", targets=("local",))
MASTERS = _round("the masters", targets=("local",))
STRAYS = _round("what nobody ordered", targets=("local",))
ASTRAY = _round("what leads astray", targets=("local",))
MEMBERS = _round("members", targets=("local",))
MAINTENANCE = _round("maintenance", targets=("local",))
WOULD_HAPPEN = _round("what would happen", patience=0.2, targets=("local",))
"""Of scenarios that change something, and see their change undone: what is broken here leaves the platform whole."""
UPGRADES = _round("upgrades that are refused", targets=("local",))
AGAIN = _round("a second run", patience=0.5, targets=("local",))
LED_ASTRAY = _round("nobody is led to the zone", first=_UPDATER, patience=0.2, targets=("local",))
UPDATER = _round("nobody keeps the names", patience=0.1, targets=("local",))
AT_RANDOM = _round("at random", first=_UPDATER, patience=0.02, targets=("local",))
FOREIGN = _round("another team's platform", targets=("local",))
OPEN = _round("an open member", first=(Freeze("machines"),), targets=("local",))  # which would start it as it was

NOBODY = _round(
    "nobody is at work",
    first=(
        Freeze("machines"),
        *(Freeze(f"{part}-{number}") for part in ("controller-manager", "scheduler") for number in (1, 2, 3)),
    ),
    patience=0.05,
    targets=("local",),
)
"""As when all masters' controllers hang: what is lost stays lost, and what is asked for is not done."""
BY_HAND = Round("changes by hand", patience=0.1, targets=("local",))
"""One at a time: some of its scenarios apply again what Git says."""
CANARIES = _round("canaries that stay", patience=0.1, targets=("local",))
QUORUM = _round("one master is silent already", patience=0.2, targets=("local",))
ZONE = _round("what a zone takes with it", first=_UPDATER, patience=0.3, targets=("local",))
STALE = _round("nobody takes an address away", first=_UPDATER, patience=0.3, targets=("local",))
RESTARTS = _round("a master that would be restarted last is silent", patience=0.1, targets=("local",))

RIGHTS = _round("rights", patience=0.2)
"""Of rights and restrictions in the API alone, wherever the platform stands."""

WAY_IN = Round("the way in", patience=0.2, targets=("kind",))
STATUS = Round("the status of controllers", patience=0.2, targets=("kind",))
INSIDE = Round("inside the machines", patience=0.2, targets=("kind",))
LOGS = Round("logs", patience=0.3, targets=("kind",))
DATA = Round("data", patience=0.3, targets=("kind",))
ROLLOUTS = Round("rollouts", patience=1.0, targets=("kind",))
NAMES = Round("names of new services", patience=0.3, targets=("kind",))
PATIENT = Round("the keeper of names waits for its machine", patience=0.4, targets=("kind",))
HEALTH = Round("health", patience=0.4, targets=("kind",))
SERVICES = Round("services that do not run", patience=0.3, targets=("kind",))
STREAMS = Round("what a stream of requests meets", patience=0.5, targets=("kind",))
POWER = Round("power", patience=1.0, targets=("kind",))
TAGS = Round("tags", patience=0.5, targets=("kind",))
COLLECTORS = Round("nobody collects", patience=0.3, targets=("kind",))
UNBUILT = Round("nothing is built", patience=0.3, targets=("kind",))
UNTESTED = Round("nothing is tested", patience=0.3, targets=("kind",))
BESIDE = Round("beside another platform", patience=0.5, targets=("kind",))
