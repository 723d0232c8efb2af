"""What visitors of the platform are shown."""

from __future__ import annotations

import httpx2

from provision.observers.visits import Reply, Visits
from seatrial.checks.observer import Fidelity, Observer, Recorder, reading

_REDIRECTS = 5


class Http(Observer):
    """Asks over HTTP, as a visitor would.

    Args:
        visits: How visitors come in.
        fidelity: How true what answers is on this target.
        recorder: Where looks are noted; this process's own unless told.
    """

    def __init__(self, visits: Visits, *, fidelity: Fidelity, recorder: Recorder | None = None) -> None:
        super().__init__("http", fidelity, recorder)
        self._visits = visits

    @reading
    def get(
        self, host: str, path: str = "/", *, node: str | None = None, tls: bool = False, port: int | None = None
    ) -> Reply:
        """Ask *host* for *path* and follow where it leads.

        Args:
            host: The full name.
            path: The path.
            node: The node whose door is taken; where the name leads to, unless told.
            tls: Whether to come by TLS, verified against the platform's authority and *host*.
            port: The door; 80, or 443 by TLS, unless told.

        Raises:
            VisitError: If there is no answer.
        """
        url = httpx2.URL(scheme="https" if tls else "http", host=host, port=port, raw_path=path.encode())
        reply = self._visits.ask("GET", url, node)
        for _ in range(_REDIRECTS):
            location = reply.headers.get("location")
            if not (httpx2.codes.is_redirect(reply.status) and location):
                break
            url = url.join(location)
            reply = self._visits.ask("GET", url, node)
        return reply

    def evidence(self) -> object:
        """Return the last visits, and what was sent."""
        return self._visits.exchanges.kept()

    def close(self) -> None:
        """Let go of what the client holds."""
        self._visits.close()
