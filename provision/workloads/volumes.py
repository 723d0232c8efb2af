"""PersistentVolumes: each belongs to one MongoDB member, in the zone of its EBS volume."""

from __future__ import annotations

from typing import Any, Literal

from provision.workloads.values import MemberVolume

Target = Literal["local", "kind", "aws"]
VOLUME_ID = "seatrial.dev/volume-id"
"""The annotation that names the cloud's volume where the cluster's own volume stands for it."""


def persistent_volume(volume: MemberVolume, size: int, target: Target) -> dict[str, Any]:
    """Describe the PersistentVolume of a MongoDB member.

    Args:
        volume: The member's EBS volume.
        size: Its size in GiB.
        target: Where the platform is built; only a node of AWS can attach an EBS volume, so the nodes of ``kind``
            keep the data in a folder of their own.
    """
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {
            "name": f"mongodb-{volume.member}",
            "labels": {
                "app.kubernetes.io/name": "mongodb",
                "app.kubernetes.io/part-of": "seatrial-platform",
                "seatrial.dev/group": "backing",
                "topology.kubernetes.io/zone": volume.zone,
            },
            "annotations": {VOLUME_ID: volume.volume_id},
        },
        "spec": {
            "capacity": {"storage": f"{size}Gi"},
            "accessModes": ["ReadWriteOnce"],
            "persistentVolumeReclaimPolicy": "Retain",
            "storageClassName": "mongodb",
            "volumeMode": "Filesystem",
            "claimRef": {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "namespace": "backing",
                "name": f"data-mongodb-{volume.member}",
            },
            "nodeAffinity": {
                "required": {
                    "nodeSelectorTerms": [
                        {
                            "matchExpressions": [
                                {"key": "topology.kubernetes.io/zone", "operator": "In", "values": [volume.zone]}
                            ]
                        }
                    ]
                }
            },
            **_source(volume, target),
        },
    }


def _source(volume: MemberVolume, target: Target) -> dict[str, Any]:
    if target == "kind":
        return {"hostPath": {"path": f"/var/lib/seatrial/volumes/{volume.volume_id}", "type": "DirectoryOrCreate"}}
    return {"csi": {"driver": "ebs.csi.aws.com", "volumeHandle": volume.volume_id, "fsType": "ext4"}}
