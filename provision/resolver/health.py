"""Health checks: their configuration, and how results in a row make a status."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from mypy_boto3_route53.type_defs import HealthCheckTypeDef

log = logging.getLogger(__name__)

PROBED = ("HTTP", "HTTPS", "HTTP_STR_MATCH", "HTTPS_STR_MATCH", "TCP")


@dataclass(frozen=True)
class Check:
    """A health check's configuration; the interval is in seconds."""

    id: str
    type: str
    address: str
    port: int
    path: str
    host: str
    interval: float
    threshold: int
    inverted: bool
    disabled: bool

    @classmethod
    def from_api(cls, raw: HealthCheckTypeDef) -> Check:
        """Read a health check as Route53 lists it."""
        config = raw["HealthCheckConfig"]
        kind = str(config["Type"])
        return cls(
            id=raw["Id"],
            type=kind,
            address=config.get("IPAddress", ""),
            port=config.get("Port", 443 if kind.startswith("HTTPS") else 80),
            path=config.get("ResourcePath") or "/",
            host=config.get("FullyQualifiedDomainName") or config.get("IPAddress", ""),
            interval=float(config.get("RequestInterval", 30)),
            threshold=config.get("FailureThreshold", 3),
            inverted=bool(config.get("Inverted")),
            disabled=bool(config.get("Disabled")),
        )


class Prober(Protocol):
    """Says whether what a check asks answers."""

    async def probe(self, check: Check) -> bool:
        """Look once."""


@dataclass
class Status:
    """A check's status: it changes after *threshold* results in a row that say otherwise, and begins healthy."""

    passing: bool = True
    against: int = 0

    def note(self, *, passed: bool, threshold: int) -> bool:
        """Note one result, and say whether it has changed the status."""
        self.against = 0 if passed == self.passing else self.against + 1
        if self.against < threshold:
            return False
        self.passing, self.against = passed, 0
        return True


class HealthChecks:
    """Runs every check at its own interval, from the beginning of one look to that of the next.

    Args:
        prober: How to look.
        scale: What an interval is multiplied by; 0.1 makes ten seconds one.
    """

    def __init__(self, prober: Prober, scale: float = 1.0) -> None:
        self._prober = prober
        self._scale = scale
        self._checks: dict[str, Check] = {}
        self._status: dict[str, Status] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def healthy(self, check_id: str) -> bool:
        """Whether what the check *check_id* asks is healthy; unknown and disabled checks count as passing."""
        check = self._checks.get(check_id)
        if check is None:
            return True
        passing = check.disabled or self._status[check_id].passing
        return passing != check.inverted

    def update(self, checks: Mapping[str, Check]) -> None:
        """Take over the *checks* that there are now; one whose configuration has changed begins anew."""
        for check_id in self._checks.keys() - checks.keys():
            self._tasks.pop(check_id).cancel()
            del self._checks[check_id], self._status[check_id]
        for check_id, check in checks.items():
            if self._checks.get(check_id) == check:
                continue
            if check_id in self._tasks:
                self._tasks[check_id].cancel()
            self._checks[check_id] = check
            self._status[check_id] = Status()
            self._tasks[check_id] = asyncio.create_task(self._run(check, self._status[check_id]))

    async def _run(self, check: Check, status: Status) -> None:
        clock = asyncio.get_running_loop().time
        while check.type in PROBED and not check.disabled:
            due = clock() + check.interval * self._scale  # as with Route53, however long a look takes
            try:
                passed = await self._prober.probe(check)
            except Exception as error:  # noqa: BLE001 - a look that could not be made says nothing of the target
                log.warning("check %s could not look: %r", check.id, error)
            else:
                if status.note(passed=passed, threshold=check.threshold):
                    log.info("check %s of %s is %s", check.id, check.address, "passing" if passed else "failing")
            await asyncio.sleep(max(due - clock(), 0.0))
