"""What programs send to the platform over HTTP."""

from __future__ import annotations

from collections.abc import Mapping

import httpx2

from provision.observers.visits import Reply, Visits
from seatrial.checks.actuator import Actuator, acting
from seatrial.checks.observer import Fidelity, Recorder


class HttpSender(Actuator):
    """Sends over HTTP, as a program outside would.

    Args:
        visits: How visitors come in; what is sent is kept as evidence beside what they were shown.
        fidelity: How true what answers is on this target.
        recorder: Where deeds are noted; this process's own unless told.
    """

    def __init__(self, visits: Visits, *, fidelity: Fidelity, recorder: Recorder | None = None) -> None:
        super().__init__("http", fidelity, recorder)
        self._visits = visits

    @acting
    def post(self, host: str, path: str, body: Mapping[str, object]) -> Reply:
        """Send *body* to *host* as JSON.

        Raises:
            VisitError: If there is no answer.
        """
        return self._visits.ask("POST", httpx2.URL(scheme="http", host=host, raw_path=path.encode()), body=body)
