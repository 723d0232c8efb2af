"""A platform that is one cluster: its observers, and what changes act with."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import NoReturn

import httpx2
from lightkube import ApiError, Client
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import ConfigMap

from seatrial.checks.observer import Absent, Fidelity, NotProvableError, Observer
from seatrial.kube.client import client_of
from seatrial.observers.api import Api
from seatrial.observers.cluster import Cluster
from seatrial.observers.names import Names
from seatrial.observers.official import official
from seatrial.observers.web import Web
from seatrial.provisioning.contract import Actuators, KubeContext
from seatrial.provisioning.state import PlatformState

RECORD, KUBECONFIG = "plain", "kubeconfig"
_NAME, _NAMESPACE = "seatrial-owner", "kube-system"
_ABSENT = 404


class PlainPlatform:
    """A cluster that was made, once it is up.

    Args:
        state: What is written down of it.
        target: Where it is built.
        fidelity: How true it is.
        beside: Further observers, by name.
        reach: How it is reached, if not by its own kubeconfig.
    """

    facts: Mapping[str, str] = {}

    def __init__(
        self,
        state: PlatformState,
        target: str,
        fidelity: Fidelity,
        beside: Mapping[str, Observer | Absent],
        reach: KubeContext | None = None,
    ) -> None:
        self.team, self.target, self.state = state.team, target, state
        self._fidelity, self._beside, self._reach = fidelity, beside, reach or KubeContext()

    def instruments(self) -> Mapping[str, Observer | Absent]:
        """Return the cluster, its API, what answers over HTTP, names, and what the project has beside."""
        return self._instruments

    @cached_property
    def _instruments(self) -> dict[str, Observer | Absent]:
        return {
            "api": Api(self.client, self._fidelity),
            "cluster": Cluster(self.client, self._fidelity),
            "http": Web(self._fidelity),
            "kubernetes": official(self.client, self._fidelity),
            "names": Names(self._fidelity),
            **self._beside,
        }

    def actuators(self) -> Actuators[None]:
        """Return what changes the cluster."""
        return Actuators(kube=self.client, aws=_no_cloud)

    def client(self) -> Client:
        """Make a client with the rights of the kubeconfig.

        Raises:
            UsageError: If there is none, or it cannot be used.
        """
        temporary = self.state.path("temporary", "x").parent
        temporary.mkdir(mode=0o700, exist_ok=True)
        file = self._reach.kubeconfig or self.state.path(KUBECONFIG)
        return client_of(file, temporary, self._reach.context)

    def owned(self) -> str:
        """Say why the cluster that is reached is not the one that was made; nothing when it is."""
        wanted = str((self.state.read(RECORD) or {}).get("mark", ""))
        try:
            with self.client() as client:
                found = client.get(ConfigMap, _NAME, namespace=_NAMESPACE).data or {}
        except ApiError as error:
            if error.status.code != _ABSENT:
                return f"its mark cannot be read: {error}"
            found = {}
        except httpx2.HTTPError as error:
            return f"the cluster does not answer: {error or type(error).__name__}"
        seen = found.get("mark", "")
        return (
            "" if wanted and seen == wanted else f"expected the mark {wanted or 'of a standup'}, got {seen or 'none'}"
        )

    def mark(self) -> None:
        """Have the cluster carry the mark that is written down: from then on it may be disturbed."""
        wanted = (self.state.read(RECORD) or {})["mark"]
        meta = ObjectMeta(name=_NAME, namespace=_NAMESPACE)
        with self.client() as client:
            client.apply(ConfigMap(metadata=meta, data={"mark": wanted}), field_manager="seatrial", force=True)

    def close(self) -> None:
        """End the watches."""
        for instrument in vars(self).get("_instruments", {}).values():
            close = getattr(instrument, "close", None)
            if close is not None:
                close()


def _no_cloud(*_: object) -> NoReturn:
    raise NotProvableError("this platform has no cloud")
