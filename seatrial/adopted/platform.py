"""An adopted platform: its observers, and no way to change anything of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

import httpx2
from lightkube import Client

from seatrial.adopted import claim
from seatrial.adopted.claim import Claim
from seatrial.adopted.observing import Observing
from seatrial.checks.observer import Absent, Fidelity, NotProvableError, Observer
from seatrial.errors import OutOfReachError
from seatrial.kube.client import client_of
from seatrial.kube.kubeconfig import files, load
from seatrial.kube.looking import May, Sent, around
from seatrial.observers.api import Api, version
from seatrial.observers.cluster import Cluster
from seatrial.observers.names import Names
from seatrial.observers.official import official
from seatrial.provisioning.adopting import ONLY, refuse
from seatrial.provisioning.contract import Actuators, KubeContext
from seatrial.provisioning.state import PlatformState


class Adopted:
    """A cluster that stands already: only looked at, but for the namespaces of it that were claimed.

    Args:
        root: The project's root.
        team: Names what the harness itself writes down of it, on this machine.
        target: What such a platform is called.
        reach: How it is reached.
        observing: What the project says of how it is looked at beside its cluster.
    """

    facts: Mapping[str, str] = {}

    def __init__(
        self, root: Path, team: str, target: str, reach: KubeContext, observing: Observing | None = None
    ) -> None:
        self.team, self.target = team, target
        self.state = PlatformState(root, team)
        self._reach = reach
        self._observing = observing or Observing()
        self._sent = Sent()

    def instruments(self) -> Mapping[str, Observer | Absent]:
        """Return the observers: the cluster, its API, names, and those that the project says more of."""
        return self._instruments

    @cached_property
    def _instruments(self) -> dict[str, Observer | Absent]:
        return {
            "api": Api(self.client, Fidelity.REAL),
            "cluster": Cluster(self.client, Fidelity.REAL),
            "kubernetes": official(self.client, Fidelity.REAL),
            "names": Names(Fidelity.REAL),
            **self._observing.instruments(),
        }

    def actuators(self) -> Actuators[None]:
        """Return what changes what is in the claimed namespaces; whatever else it is asked for is refused."""
        return Actuators(kube=self._changing if self.claimed() else refuse, aws=refuse)

    @cached_property
    def claim(self) -> Claim | None:
        """What was claimed of this cluster; what was of another one is none."""
        found = claim.read(self.state) if self.state.exists() else None
        return found if found is not None and found.server == self.server() else None

    def claimed(self) -> Sequence[str]:
        """Name the namespaces in which scenarios may change something; none where it is only looked at."""
        return self.claim.namespaces if self.claim else ()

    def kept(self) -> str:
        """Say why what was claimed may not be changed now; nothing when it may."""
        if self.claim is None:
            return ONLY
        with self.client() as client:
            return claim.broken(self.claim, client)

    def owned(self) -> str:
        """Return nothing: what is only looked at may be anybody's.

        Raises:
            OutOfReachError: If the cluster does not answer, or does not let us in.
        """
        try:
            with self.client() as client:
                version(client)
        except httpx2.HTTPStatusError as error:
            code = error.response.status_code
            raise OutOfReachError(f"{self.where()} refuses the credentials that were given (HTTP {code})") from error
        except (httpx2.HTTPError, NotProvableError) as error:
            raise OutOfReachError(f"{self.where()} does not answer: {error or type(error).__name__}") from error
        return ""

    def client(self) -> Client:
        """Make a client that only looks.

        Raises:
            UsageError: If the kubeconfig or the context in it is not there, or cannot be used.
        """
        return self._client(May())

    def marking(self, namespaces: Sequence[str]) -> Client:
        """Make a client that changes *namespaces* themselves, and looks at everything.

        Raises:
            UsageError: As `client` does.
        """
        return self._client(May(themselves=frozenset(namespaces)))

    def _changing(self) -> Client:
        return self._client(May(within=frozenset(self.claimed())))

    def _client(self, may: May) -> Client:
        temporary = self.state.path("temporary", "x").parent
        temporary.mkdir(mode=0o700, exist_ok=True)
        reach = self._reach
        return client_of(reach.kubeconfig, temporary, reach.context, around=lambda wire: around(wire, self._sent, may))

    def server(self) -> str:
        """Return the cluster's address."""
        return str(load(files(self._reach.kubeconfig), self._reach.context).cluster.server)

    def where(self) -> str:
        """Say which cluster it is: its address and the context."""
        return self._where

    @cached_property
    def _where(self) -> str:
        found = load(files(self._reach.kubeconfig), self._reach.context)
        return f"{found.cluster.server} (context {found.context_name})"

    def sent(self) -> Mapping[str, int]:
        """Return how many requests of each verb have reached the wire."""
        return self._sent.by_verb()

    def close(self) -> None:
        """End the watches."""
        for instrument in vars(self).get("_instruments", {}).values():
            close = getattr(instrument, "close", None)
            if close is not None:
                close()
