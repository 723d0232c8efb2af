"""Brings the zone to where the cluster is, again and again until it holds."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable

from dns_updater.checks import HealthChecks
from dns_updater.config import Settings
from dns_updater.model import Snapshot
from dns_updater.plan import plan
from dns_updater.zone import Zone

log = logging.getLogger(__name__)

_QUIET = 0.05  # seconds: events that come together are written together
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 15.0  # seconds between attempts while the AWS API fails


class Reconciler:
    """Level-triggered: an event says only that something changed; what to do follows from the state of both sides.

    Args:
        snapshot: Gives the cluster as it is now; `None` while it is not known yet.
        zone: The hosted zone.
        checks: The health checks.
        settings: The settings.
    """

    def __init__(
        self, snapshot: Callable[[], Snapshot | None], zone: Zone, checks: HealthChecks, settings: Settings
    ) -> None:
        self._snapshot = snapshot
        self._zone = zone
        self._checks = checks
        self._settings = settings
        self._dirty = threading.Event()
        self._stopped = threading.Event()
        self._since: float | None = None
        self._look_at = 0.0  # when the zone is to be read again, by the monotonic clock
        self._refused: dict[str, str] = {}  # since the zone was read
        self._reported: dict[str, str] = {}

    def changed(self) -> None:
        """Say that the cluster has changed; from any thread."""
        if self._since is None:
            self._since = time.monotonic()
        self._dirty.set()

    def stop(self) -> None:
        """End `run` as soon as the call in progress is over; from any thread."""
        self._stopped.set()
        self._dirty.set()

    def run(self) -> None:
        """Reconcile after every change, and at every resync, until `stop`."""
        pause = _FIRST_PAUSE
        while not self._stopped.is_set():
            try:
                self.reconcile()
            except Exception as error:  # noqa: BLE001 - a failing API must never end the updater, and loses no change
                self._look_at = 0.0
                log.warning(
                    "failed, trying again",
                    extra={"data": {"reason": str(error) or repr(error), "pause": round(pause, 1)}},
                )
                self._stopped.wait(pause * random.uniform(0.5, 1.0))  # noqa: S311 - jitter, not a secret
                pause = min(pause * 2, _LONGEST_PAUSE)
                continue
            pause = _FIRST_PAUSE
            if self._dirty.wait(max(0.0, self._look_at - time.monotonic())):
                self._stopped.wait(_QUIET)

    def reconcile(self) -> None:
        """Bring the zone to where the cluster is, once.

        Health checks come first and go last, so that no record is ever tied to one that does not exist.
        """
        # Cleared before looking: a change that comes in between is looked at next time.
        self._dirty.clear()
        since, self._since = self._since, None
        snapshot = self._snapshot()
        if snapshot is None:
            self._look_at = time.monotonic() + self._settings.resync
            return
        try:
            self._bring(snapshot)
        except Exception:
            self._since = since  # The change still waits.
            raise
        if since is not None:
            elapsed = round(1000 * (time.monotonic() - since))
            log.info(
                "up to date",
                extra={
                    "data": {
                        "services": len(snapshot.services),
                        "milliseconds": elapsed,
                        "nodes": [node.name for node in snapshot.ingress_nodes],
                    }
                },
            )

    def _bring(self, snapshot: Snapshot) -> None:
        fresh = time.monotonic() >= self._look_at
        if fresh:
            self._look()
        problems = self._write(snapshot)
        if self._refused and not fresh:
            # What is remembered of the zone was out of date, such as for a deletion: look, and try once more.
            self._look()
            problems = self._write(snapshot)
        self._report(problems)

    def _look(self) -> None:
        """Read the zone and the health checks, and give names that were refused another chance."""
        now = time.monotonic()
        self._zone.refresh()
        self._checks.refresh()
        self._refused = {}
        self._look_at = now + self._settings.resync

    def _write(self, snapshot: Snapshot) -> dict[str, str]:
        """Write what differs, and give the names that are left out, each with the reason."""
        ids = self._checks.ensure(snapshot.ingress_nodes)
        todo = plan(snapshot, self._zone.name, self._zone.records.values(), ids, self._settings)
        changes = {name: group for name, group in todo.changes.items() if name not in self._refused}
        self._refused |= self._zone.apply(changes)
        if todo.held:
            return {"*": todo.held}
        self._checks.tag(snapshot.ingress_nodes)
        self._checks.prune(snapshot.nodes, self._zone.records.values())
        return {**todo.conflicts, **self._refused}

    def _report(self, problems: dict[str, str]) -> None:
        """Log every problem once, and once more when it is over."""
        for name, reason in problems.items():
            if self._reported.get(name) != reason:
                log.warning("left out" if name != "*" else "held", extra={"data": {"name": name, "reason": reason}})
        for name in self._reported.keys() - problems.keys():
            log.info("no longer left out", extra={"data": {"name": name}})
        self._reported = problems
