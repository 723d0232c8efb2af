"""The platform as reports draw it: machines in zones, what runs on them, names, the standup, versions, objects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lightkube.core.exceptions import ApiError
from lightkube.core.resource import NamespacedResource
from lightkube.resources.apps_v1 import DaemonSet, Deployment, StatefulSet
from lightkube.resources.core_v1 import (
    ConfigMap,
    Namespace,
    Node,
    PersistentVolume,
    PersistentVolumeClaim,
    Pod,
    Secret,
    Service,
)
from lightkube.resources.networking_v1 import Ingress

from provision.net.nodes import MASTER_LABEL, address_of, is_ready
from provision.targets.base.parts import Parts
from seatrial.provisioning.picture import Machine, Picture, Resident, Stage, Thing
from seatrial.provisioning.state import PlatformState

_KINDS = (
    Namespace,
    Deployment,
    StatefulSet,
    DaemonSet,
    Service,
    ConfigMap,
    Secret,
    Ingress,
    PersistentVolumeClaim,
    PersistentVolume,
)
_LABEL = "node.kubernetes.io/instance-type"
_ZONE = "topology.kubernetes.io/zone"
_OURS = "app.kubernetes.io/part-of", "seatrial-platform"


def draw(parts: Parts, versions: Mapping[str, str] | None = None) -> Picture:
    """Draw the platform as it is now; what does not answer is left out.

    Args:
        parts: The platform's parts.
        versions: The versions of what it is built with, by name.
    """
    client: Any = parts.kube()
    pods, nodes = _listed(client, Pod), _listed(client, Node)
    return Picture(
        machines=_machines(nodes, pods, parts.address_type),
        names=_names(parts),
        stages=stages(parts.state),
        components=dict(versions or {}) | components(nodes, pods),
        things=_things(client, parts),
    )


def components(nodes: Iterable[Any], pods: Iterable[Any]) -> dict[str, str]:
    """Return the versions of what ran: the kubelets, and every image that a container has been started from.

    What stands on a simulated node ran nowhere, whatever its manifest names.
    """
    real = {str(node.metadata.name): node.status.nodeInfo.kubeletVersion for node in nodes if _runs(node)}
    kubelet = {"kubelet": " ".join(sorted(set(real.values())))} if real else {}
    return kubelet | _images(pod for pod in pods if pod.spec.nodeName in real)


def stages(state: PlatformState) -> list[Stage]:
    """Return the steps of the standup that came to their end, in their order."""
    record = state.read("standup") or {"steps": {}}
    steps = [step for _, step in sorted(record["steps"].items(), key=lambda item: int(item[0]))]
    return [Stage(s["step"], s["began"], s["seconds"], s["gates"]) for s in steps if s["done"]]


def _machines(nodes: Iterable[Any], pods: Iterable[Any], address_type: str) -> list[Machine]:
    by_node: dict[str, list[Resident]] = {}
    for pod in pods:
        by_node.setdefault(pod.spec.nodeName or "", []).append(
            Resident(pod.metadata.name, pod.metadata.namespace, is_ready(pod))
        )
    return [
        Machine(
            name=node.metadata.name,
            zone=(node.metadata.labels or {}).get(_ZONE, "no zone"),
            role="master" if MASTER_LABEL in (node.metadata.labels or {}) else "node",
            ready=is_ready(node),
            address=address_of(node, address_type),
            detail=(node.metadata.labels or {}).get(_LABEL, ""),
            residents=by_node.get(node.metadata.name, []),
        )
        for node in nodes
    ]


def _names(parts: Parts) -> dict[str, list[str]]:
    zone = f".{parts.spec.zone_name(parts.team)}"
    found: dict[str, set[str]] = {}
    try:
        pages = parts.access.client("route53").get_paginator("list_resource_record_sets")
        for page in pages.paginate(HostedZoneId=parts.estate.hosted_zone_id()):
            for record in page["ResourceRecordSets"]:
                if record["Type"] == "A" and record.get("SetIdentifier", "").startswith("seatrial/"):
                    name = record["Name"].removesuffix(".").removesuffix(zone)
                    found.setdefault(name, set()).update(r["Value"] for r in record.get("ResourceRecords", []))
    except Exception:  # noqa: BLE001 - boto3 raises what it likes; a picture without names is one all the same
        return {}
    return {name: sorted(values) for name, values in found.items()}


def _runs(node: Any) -> bool:
    """Return whether a node runs what is placed on it: a simulated one says that it is."""
    told = node.status.nodeInfo if node.status else None
    return told is not None and not told.containerRuntimeVersion.startswith("kwok:")


def _images(pods: Iterable[Any]) -> dict[str, str]:
    """Return the tag or the digest of every image that a container of *pods* has been started from."""
    started = {
        c.image
        for pod in pods
        for c in pod.spec.containers
        if any(s.name == c.name and s.containerID for s in (pod.status.containerStatuses if pod.status else None) or [])
    }
    return {f"image {_base(image)}": image.rpartition("@")[2] if "@" in image else _tag(image) for image in started}


def _things(client: Any, parts: Parts) -> list[Thing]:
    try:
        declared = {_key(obj["kind"], obj["metadata"]) for obj in parts.workloads.objects()}
    except Exception:  # noqa: BLE001 - the manifests may not be rendered yet
        declared = set()
    groups = {
        n.metadata.name for n in _listed(client, Namespace) if (n.metadata.labels or {}).get(_OURS[0]) == _OURS[1]
    }
    live = {
        (kind.__name__, item.metadata.namespace or "", item.metadata.name)
        for kind in _KINDS
        for item in _listed(client, kind)
        if _meant(item, groups)
    }
    return [
        Thing(kind, name, group, declared=(kind, group, name) in declared, live=(kind, group, name) in live)
        for kind, group, name in sorted(declared | live)
    ]


def _meant(item: Any, groups: set[str]) -> bool:
    """Return whether somebody meant *item* to be there: Kubernetes itself puts a certificate into every namespace."""
    labels = item.metadata.labels or {}
    ours = (item.metadata.namespace or item.metadata.name) in groups or labels.get(_OURS[0]) == _OURS[1]
    return ours and item.metadata.name != "kube-root-ca.crt"


def _key(kind: str, metadata: Mapping[str, Any]) -> tuple[str, str, str]:
    return kind, metadata.get("namespace") or "", metadata["name"]


def _listed(client: Any, kind: Any) -> list[Any]:
    try:
        if issubclass(kind, NamespacedResource):
            return list(client.list(kind, namespace="*"))
        return list(client.list(kind))
    except (ApiError, OSError):
        return []


def _base(image: str) -> str:
    return image.partition("@")[0].rpartition("/")[2].partition(":")[0]


def _tag(image: str) -> str:
    return image.rpartition("/")[2].partition(":")[2] or "latest"
