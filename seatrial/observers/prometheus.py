"""What Prometheus has measured, asked in its own language."""

from __future__ import annotations

import time
from collections import deque
from typing import Any

import httpx2

from seatrial.checks.expectations import Rows
from seatrial.checks.observer import Fidelity, Observer, Recorder, reading
from seatrial.errors import SeatrialError
from seatrial.observers import answers

_SECONDS = 10.0  # for one answer
_KEPT = 20  # answers, as evidence


class PrometheusError(SeatrialError):
    """A question was refused, or what came is no answer; its text has the question."""


class Prometheus(Observer):
    """Asks for the present values of expressions; it changes nothing.

    Args:
        url: Where it answers, without ``/api``.
        fidelity: How true what it has measured is.
        recorder: Where looks are noted; this process's own unless told.

    Example:
        >>> prometheus.values("up")
        {'job=node': {'value': 1.0}}
    """

    def __init__(self, url: str, fidelity: Fidelity, recorder: Recorder | None = None) -> None:
        super().__init__("prometheus", fidelity, recorder)
        self._url = url.rstrip("/")
        self._last: deque[dict[str, Any]] = deque(maxlen=_KEPT)

    @reading
    def values(self, query: str) -> Rows:
        """Return the value of each series that *query* has now, by its labels; none where it has none.

        Raises:
            httpx2.HTTPError: If it does not answer.
            PrometheusError: If it refuses the question, or answers with something else than numbers by labels.
        """
        with httpx2.Client(timeout=_SECONDS) as client:
            answer = answers.ask(client, "GET", f"{self._url}/api/v1/query", params={"query": query}, within=_SECONDS)
        try:
            said = answer.json()
            if said["status"] != "success":
                raise PrometheusError(f"{query}: {said.get('error', 'refused')}")
            found = _rows(said["data"])
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise PrometheusError(f"{query}: no answer of Prometheus (HTTP {answer.status_code})") from error
        self._last.append({"query": query, "at": round(time.time(), 1), "values": found})
        return found

    def evidence(self) -> object:
        """Return the last answers."""
        return list(self._last)


def _rows(data: Any) -> Rows:
    if data["resultType"] == "scalar":
        return {"scalar": {"value": float(data["result"][1])}}
    return {_labels(one["metric"]): {"value": float(one["value"][1])} for one in data["result"]}


def _labels(metric: dict[str, str]) -> str:
    return " ".join(f"{name}={value}" for name, value in sorted(metric.items())) or "all"
