"""Which machine each of the cloud's volumes belongs to, by the pods that have claimed them."""

from __future__ import annotations

from typing import Any

from lightkube import Client
from lightkube.resources.core_v1 import Node, PersistentVolume, Pod

from provision.net.nodes import machine_of
from provision.workloads.volumes import VOLUME_ID


def machines_of_volumes(client: Client) -> dict[str, str | None]:
    """Return, by the cloud's volume behind each claimed one of the cluster, the machine of the pod that claimed it.

    Returns:
        ``None`` for a volume whose pod stands on no machine.

    Raises:
        ApiError: The cluster's API refused.
    """
    there: list[Any] = list(client.list(PersistentVolume))
    behind = {id_: volume.spec.claimRef for volume in there if (id_ := _id(volume)) and volume.spec.claimRef}
    claims = _machines_of_claims(client) if behind else {}
    return {id_: claims.get((claim.namespace, claim.name)) for id_, claim in behind.items()}


def _machines_of_claims(client: Client) -> dict[tuple[str, str], str]:
    """Return the machine of each claim that a pod has which stands on one."""
    nodes: list[Any] = list(client.list(Node))
    pods: list[Any] = list(client.list(Pod, namespace="*"))
    machines = {str(node.metadata.name): machine_of(node) for node in nodes}
    return {
        (pod.metadata.namespace, volume.persistentVolumeClaim.claimName): machines[pod.spec.nodeName]
        for pod in pods
        if pod.spec.nodeName in machines
        for volume in pod.spec.volumes or []
        if volume.persistentVolumeClaim
    }


def _id(volume: Any) -> str:
    """Return the cloud's volume that stands behind one of the cluster's; nothing where there is none."""
    if volume.spec.csi is not None:
        return str(volume.spec.csi.volumeHandle)
    return str((volume.metadata.annotations or {}).get(VOLUME_ID, ""))
