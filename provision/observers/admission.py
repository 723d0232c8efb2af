"""What the API says to a pod that is asked for, and never made."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

from lightkube import ApiError, Client, codecs
from lightkube.resources.apps_v1 import DaemonSet, Deployment, StatefulSet
from lightkube.resources.batch_v1 import Job

from seatrial.checks.observer import Fidelity, Observer, reading

Rows = dict[str, dict[str, object]]
_WORKLOADS: tuple[Any, ...] = (Deployment, StatefulSet, DaemonSet, Job)
# What has nothing to do with the rights of a pod on its machine, and may not be there in another namespace.
_ELSEWHERE = ("serviceAccountName", "serviceAccount", "priorityClassName", "topologySpreadConstraints", "affinity")
_LET_IN = "let in"


class Admission(Observer):
    """Asks for pods in a trial run: the API server decides as ever, and keeps nothing.

    Args:
        kube: Gives a client of the cluster's API.
    """

    def __init__(self, kube: Callable[[], Client]) -> None:
        super().__init__("admission", Fidelity.REAL)
        self._kube = kube

    @reading
    def answer(self, pod: Mapping[str, Any]) -> str:
        """Return what the API server says to *pod*: ``let in``, or its reason."""
        return self._answer(dict(pod))

    @reading
    def token(self, pod: Mapping[str, Any]) -> bool:
        """Return whether *pod* would be given a token of the API.

        Raises:
            lightkube.ApiError: If it would not be let in.
        """
        return carries_token(self._tried(dict(pod)))

    @reading
    def workloads(self, namespace: str) -> Rows:
        """Return every workload of the platform by its name: what was said to one of its pods in *namespace*."""
        return {name: {"answer": self._answer(pod)} for name, pod in self._pods(namespace)}

    def _pods(self, namespace: str) -> list[tuple[str, dict[str, Any]]]:
        client: Any = self._kube()
        found = [item for kind in _WORKLOADS for item in client.list(kind, namespace="*")]
        return [_pod_of(item, namespace) for item in found if item.metadata.namespace != "kube-system"]

    def _answer(self, pod: dict[str, Any]) -> str:
        try:
            self._tried(pod)
        except ApiError as error:
            return error.status.message or f"refused with {error.status.code}"
        return _LET_IN

    def _tried(self, pod: dict[str, Any]) -> Any:
        return self._kube().create(codecs.from_dict(pod), dry_run=True)


def carries_token(pod: Any) -> bool:
    """Return whether a pod has a token of the API among its volumes."""
    volumes = (pod.spec.volumes if pod.spec else None) or []
    return any(source.serviceAccountToken for v in volumes if v.projected for source in v.projected.sources or [])


def _pod_of(workload: Any, namespace: str) -> tuple[str, dict[str, Any]]:
    """Return the name of a workload, and one of its pods as it would be in *namespace*."""
    spec = copy.deepcopy(workload.spec.template.spec.to_dict())
    for field in _ELSEWHERE:
        spec.pop(field, None)
    for container in [*spec["containers"], *spec.get("initContainers", [])]:
        container.pop("resources", None)  # a quota is another matter
    name = workload.metadata.name
    meta = {"generateName": f"{name}-", "namespace": namespace}
    return f"{workload.metadata.namespace}/{name}", {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec}
