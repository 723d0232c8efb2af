"""The volumes of a database's members: claims, volumes of the cluster, volumes of the cloud."""

from __future__ import annotations

from typing import Any

from lightkube.resources.core_v1 import PersistentVolume, PersistentVolumeClaim

from seatrial.checks.expectations import Rows
from seatrial.observers.aws import Aws
from seatrial.observers.cluster import Cluster
from steps.support import nodes
from steps.support.instruments import Hosts, MongoDb
from steps.support.nodes import zone_of
from steps.support.workloads import pods, readiness

VOLUME = "seatrial.dev/volume-id"
"""Names the cloud's volume where the cluster's own volume stands for it."""


def members(cluster: Cluster, name: str) -> Rows:
    """Return each member of the database *name* with its node, its zone, its claim and the cloud's volume behind it."""
    zones = zone_of(cluster)
    rows: dict[str, dict[str, object]] = {}
    for pod in pods(cluster, name, "backing"):
        claim = _claim_of(pod)
        rows[pod.metadata.name] = {
            "ready": readiness(pod),
            "identity": pod.metadata.uid,
            "node": pod.spec.nodeName or "",
            "zone": zones.get(pod.spec.nodeName or "", ""),
            "claim": claim,
            "volume": volume_of(cluster, claim, pod.metadata.namespace),
        }
    return rows


def claims(cluster: Cluster, name: str) -> Rows:
    """Return the claims of the database *name* with their phase and the cloud's volume behind each."""
    found = [c for c in _claims(cluster) if c.metadata.name.startswith(f"data-{name}-")]
    return {c.metadata.name: _claim(cluster, c) for c in found}


def claim(cluster: Cluster, name: str, namespace: str) -> Rows:
    """Return one claim with its phase and the cloud's volume behind it."""
    return {c.metadata.name: _claim(cluster, c) for c in _claims(cluster, namespace) if c.metadata.name == name}


def leading(mongodb: MongoDb) -> Rows:
    """Return the database with the number of its healthy members, and those that lead."""
    members = mongodb.members()
    leaders = {member for member, row in members.items() if row["state"] == "primary"}
    return {"the database": {"healthy_members": sum(bool(r["healthy"]) for r in members.values()), "leaders": leaders}}


def shared(members: Rows) -> dict[str, list[str]]:
    """Return every volume that more than one of the *members* has, with those members."""
    by_volume: dict[str, list[str]] = {}
    for member, row in members.items():
        by_volume.setdefault(str(row["volume"]), []).append(member)
    return {volume: names for volume, names in by_volume.items() if len(names) > 1}


def volumes(cluster: Cluster, aws: Aws, name: str) -> Rows:
    """Give, by member, the cloud's volume behind it: size, type, zone and machine, and those of its member."""
    clouds = {v.id: v for v in aws.volumes()}
    machines = {name: row["machine"] for name, row in nodes.members(cluster).items()}
    rows: dict[str, dict[str, object]] = {}
    for member, row in members(cluster, name).items():
        volume = clouds.get(str(row["volume"]))
        rows[f"volume of {member}"] = {
            "volume": volume.id if volume else "missing in the account",
            "size": f"{volume.size} GiB" if volume else "",
            "type": volume.type if volume else "",
            "zone": volume.zone if volume else "",
            "members_zone": row["zone"],
            "attached_to": (volume.attached if volume else "") or "no machine",
            "members_machine": machines.get(str(row["node"]), "none"),
        }
    return rows


def mounted(cluster: Cluster, hosts: Hosts, name: str, path: str) -> Rows:
    """Give, by member, the volume behind it, and what is mounted at *path* where the member runs."""
    there = hosts.mounted(path)
    found: dict[str, dict[str, object]] = {}
    for member, row in members(cluster, name).items():
        folder = there.get(str(row["identity"]), {}).get("folder", "nothing")
        found[member] = {"mounted": "its own volume" if folder == row["volume"] else folder, "volume": row["volume"]}
    return found


def reclaimed(cluster: Cluster, name: str) -> Rows:
    """Give, by member, what becomes of the cluster's volume behind it once its claim is gone."""
    return {
        f"volume of {member}": {"when_its_claim_goes": _policy(_bound(cluster, str(row["claim"]), "backing"))}
        for member, row in members(cluster, name).items()
    }


def volume_of(cluster: Cluster, claim: str, namespace: str) -> str:
    """Return the id of the cloud's volume that *claim* is bound to; nothing while it is not."""
    volume = _bound(cluster, claim, namespace)
    if volume is None:
        return ""
    if volume.spec.csi is not None:
        return str(volume.spec.csi.volumeHandle)
    if volume.spec.awsElasticBlockStore:
        return str(volume.spec.awsElasticBlockStore.volumeID)
    return str((volume.metadata.annotations or {}).get(VOLUME, ""))  # a folder of a node, which stands for it


def _bound(cluster: Cluster, claim: str, namespace: str) -> Any:
    """Return the cluster's volume that *claim* is bound to; nothing while it is not."""
    found: Any = next((c for c in _claims(cluster, namespace) if c.metadata.name == claim), None)
    if found is None or not found.spec.volumeName:
        return None
    return cluster.one(PersistentVolume, found.spec.volumeName)


def _policy(volume: Any) -> str:
    return str(volume.spec.persistentVolumeReclaimPolicy) if volume is not None else "none is bound"


def _claim(cluster: Cluster, item: Any) -> dict[str, object]:
    return {
        "phase": item.status.phase if item.status else "",
        "volume": volume_of(cluster, item.metadata.name, item.metadata.namespace),
    }


def _claims(cluster: Cluster, namespace: str = "backing") -> list[Any]:
    return list(cluster.all(PersistentVolumeClaim, namespace=namespace))


def _claim_of(pod: Any) -> str:
    found = [v.persistentVolumeClaim.claimName for v in pod.spec.volumes or [] if v.persistentVolumeClaim]
    return found[0] if found else ""
