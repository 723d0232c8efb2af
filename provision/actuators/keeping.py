"""Who keeps the names, held still for a while: a workload, or a process that plays it."""

from __future__ import annotations

from collections.abc import Callable

from lightkube import Client
from lightkube.resources.apps_v1 import Deployment
from lightkube.resources.core_v1 import Pod

from seatrial.faults.processes import let_go, stands_still, stop
from seatrial.provisioning.processes import ProcessTable

_NAME, _NAMESPACE = "dns-updater", "dns"


class NamesKeeper:
    """Has the workload that keeps the names run, or not.

    Args:
        kube: Gives a client of the cluster's API.
    """

    def __init__(self, kube: Callable[[], Client]) -> None:
        self._kube = kube

    def hold(self) -> None:
        """Have it not run."""
        self._scale(0)

    def let_go(self) -> None:
        """Have it run again, as Git says: once."""
        self._scale(1)

    def at_work(self) -> bool:
        """Return whether any of it is there, be it about to leave: it would still do its work."""
        found = self._kube().list(Pod, namespace=_NAMESPACE, labels={"app.kubernetes.io/name": _NAME})
        return any(True for _ in found)

    def _scale(self, to: int) -> None:
        self._kube().patch(Deployment, _NAME, {"spec": {"replicas": to}}, namespace=_NAMESPACE)


class NamesKeepersProcess:
    """Stops the process that keeps the names in its tracks, and lets it go on.

    Args:
        processes: The platform's processes.
        name: The process.
    """

    def __init__(self, processes: ProcessTable, name: str) -> None:
        self._processes = processes
        self._name = name

    def hold(self) -> None:
        """Stop it.

        Raises:
            LookupError: If it does not run.
        """
        stop(self._processes, self._name)

    def let_go(self) -> None:
        """Let it go on, unless it was ended meanwhile."""
        let_go(self._processes, self._name)

    def at_work(self) -> bool:
        """Return whether it runs, and does not stand still."""
        return self._processes.pid(self._name) is not None and not stands_still(self._processes, self._name)
