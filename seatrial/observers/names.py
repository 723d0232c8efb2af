"""Where names lead to, as this machine resolves them."""

from __future__ import annotations

import socket

from seatrial.checks.observer import Fidelity, Observer, reading


class Names(Observer):
    """Asks the system's own resolver, as any program of this machine would.

    Args:
        fidelity: How true its answers are.
    """

    def __init__(self, fidelity: Fidelity) -> None:
        super().__init__("names", fidelity)

    @reading
    def addresses(self, name: str) -> frozenset[str]:
        """Return every address that *name* leads to; none where there is no such name.

        Raises:
            OSError: If the resolver gives no answer.
        """
        try:
            found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
        except socket.gaierror as error:
            if error.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)):
                return frozenset()
            raise OSError(f"{name}: {error.strerror}") from error
        return frozenset(str(address[0]) for *_, address in found)
