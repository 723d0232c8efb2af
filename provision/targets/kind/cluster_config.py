"""The configuration of a cluster, as kind takes it: nodes, certificates, and how soon a loss is noticed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from provision.engine.host import has_cgroup_v1
from provision.targets.kind.registries import RegistryAt, write_registries
from seatrial import contained

SERVICES = "100.64.0.0/13"  # kops's own ranges, as on the target local
PODS = "100.96.0.0/11"

# As on the target local a loss is noticed soon, so that a scenario takes seconds; but real kubelets on a busy machine
# are not always in time, and a node must not come and go because of that.
NODE_LEASE_SECONDS = 6  # renewed at a quarter of it
NODE_GRACE = "6s"
TOLERATION_SECONDS = "30"  # machines are back by then, but for those that are lost for good
LEASE = ("6s", "4s", "1s")  # a leader's lease, its deadline to renew, and the pause between tries

RESTART_PERIOD = "2s"  # the longest pause before a container that has failed is started again

_KUBEADM = {"group": "kubeadm.k8s.io", "version": "v1beta4"}
_PROVIDER_ID = 1  # its place among the kubelet's arguments that kind writes
_REGISTRIES = "/etc/containerd/certs.d"
_ENCRYPTION = "/etc/kubernetes/pki/encryption.json"
_STORAGE = "/kind/manifests/default-storage.yaml"
_STORAGE_CLASS = """\
# In place of kind's own provisioner: volumes here are those that the platform has made, and no others.
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: standard
provisioner: kubernetes.io/no-provisioner
volumeBindingMode: WaitForFirstConsumer
"""

_KUBELET_DROP_IN = "/etc/systemd/system/kubelet.service.d/20-order.conf"
# kind's unit knows no order: at each boot a kubelet that comes first dies for want of a runtime, a second is lost.
_KUBELET_ORDER = "[Unit]\nAfter=containerd.service\n"


@dataclass(frozen=True)
class KindNode:
    """A node to be made.

    Attributes:
        role: What it is; a cluster's control planes are etcd members too.
        zone: Its availability zone.
        region: Its region.
        instance_id: The id of the instance that it stands for.
        instance_type: The instance's type.
        provider_id: The node's ``spec.providerID``.
        listen_address: The loopback address of this machine that passes ``ports`` on to the node; ``None`` for none.
        ports: Ports, the same on both sides.
    """

    role: Literal["control-plane", "worker"]
    zone: str
    region: str
    instance_id: str
    instance_type: str
    provider_id: str
    listen_address: str | None = None
    ports: tuple[int, ...] = ()


@dataclass(frozen=True)
class Authorities:
    """Certificate authorities made beforehand: files in PEM. The cluster's first control plane takes them over.

    Attributes:
        ca: The certificate and the key of the Kubernetes API's.
        etcd: Those of etcd's.
    """

    ca: tuple[Path, Path]
    etcd: tuple[Path, Path]


def node_names(cluster: str, nodes: Sequence[KindNode]) -> list[str]:
    """Return the names that kind gives the nodes, in their order: ``x-worker``, ``x-worker2`` and so on."""
    seen: Counter[str] = Counter()
    names = []
    for node in nodes:
        seen[node.role] += 1
        names.append(f"{cluster}-{node.role}{seen[node.role] if seen[node.role] > 1 else ''}")
    return names


def write_config(
    folder: Path,
    nodes: Sequence[KindNode],
    *,
    api_address: str,
    names: Sequence[str] = (),
    authorities: Authorities | None = None,
    registries: Mapping[str, RegistryAt] | None = None,
    encryption: Path | None = None,
) -> Path:
    """Write kind's configuration and the files that nodes are given, and return the former.

    Args:
        folder: Where to write; it must stay as long as the cluster does.
        nodes: The nodes, control planes in the order in which they join.
        api_address: The address of this machine where the API is reached.
        names: More names and addresses that the API's certificate is to be valid for.
        authorities: Authorities to use; without them kubeadm makes some.
        registries: Each registry that is not found by its name, by that name.
        encryption: What tells the API servers how to encrypt Secrets; without it they do not.
    """
    storage = folder / "storage.yaml"
    contained.write(storage, _STORAGE_CLASS)
    order = folder / "kubelet-order.conf"
    contained.write(order, _KUBELET_ORDER)
    registry_folder = write_registries(folder / "certs.d", registries or {})
    everywhere = [_mount(registry_folder, _REGISTRIES), _mount(order, _KUBELET_DROP_IN)]
    first = next(node for node in nodes if node.role == "control-plane")
    document = {
        "kind": "Cluster",
        "apiVersion": "kind.x-k8s.io/v1alpha4",
        "networking": _networking(api_address),
        "kubeadmConfigPatches": [json.dumps(_kubelet()), json.dumps(_etcd())],
        "kubeadmConfigPatchesJSON6902": [_patch("ClusterConfiguration", _cluster_operations(names, encryption))],
        "containerdConfigPatches": [
            f'[plugins."io.containerd.grpc.v1.cri".registry]\n  config_path = "{_REGISTRIES}"\n',
        ],
        "nodes": [
            _node(one, [*everywhere, *_first_mounts(one is first, storage, authorities), *_key_mounts(one, encryption)])
            for one in nodes
        ],
    }
    path = folder / "kind.yaml"
    return contained.write(path, json.dumps(document, indent=2))  # JSON is YAML


def _networking(api_address: str) -> dict[str, Any]:
    return {
        "ipFamily": "ipv4",
        "apiServerAddress": api_address,
        "podSubnet": PODS,
        "serviceSubnet": SERVICES,
        "kubeProxyMode": "iptables",
    }


def _node(node: KindNode, mounts: list[dict[str, Any]]) -> dict[str, Any]:
    operations = [
        {"op": "test", "path": f"/nodeRegistration/kubeletExtraArgs/{_PROVIDER_ID}/name", "value": "provider-id"},
        {
            "op": "replace",
            "path": f"/nodeRegistration/kubeletExtraArgs/{_PROVIDER_ID}/value",
            "value": node.provider_id,
        },
    ]
    described: dict[str, Any] = {
        "role": node.role,
        "labels": {
            "topology.kubernetes.io/zone": node.zone,
            "topology.kubernetes.io/region": node.region,
            "node.kubernetes.io/instance-type": node.instance_type,
            "seatrial.dev/instance-id": node.instance_id,
        },
        "extraMounts": mounts,
        "kubeadmConfigPatchesJSON6902": [_patch(f"{kind}Configuration", operations) for kind in ("Init", "Join")],
    }
    if node.listen_address is not None:
        described["extraPortMappings"] = [
            {"containerPort": port, "hostPort": port, "listenAddress": node.listen_address, "protocol": "TCP"}
            for port in node.ports
        ]
    return described


def _first_mounts(first: bool, storage: Path, authorities: Authorities | None) -> list[dict[str, Any]]:
    """Return the mounts of the first control plane; kind itself copies authorities on to the others."""
    if not first:
        return []
    mounts = [_mount(storage, _STORAGE)]
    if authorities is not None:
        for folder, pair in (("", authorities.ca), ("etcd/", authorities.etcd)):
            mounts += [
                _mount(path, f"/etc/kubernetes/pki/{folder}ca.{end}")
                for path, end in zip(pair, ("crt", "key"), strict=True)
            ]
    return mounts


def _key_mounts(node: KindNode, encryption: Path | None) -> list[dict[str, Any]]:
    """Return the mount that gives a control plane the key; its API server sees all of that folder already."""
    return [_mount(encryption, _ENCRYPTION)] if encryption is not None and node.role == "control-plane" else []


def _mount(path: Path, inside: str) -> dict[str, Any]:
    return {"hostPath": str(path.absolute()), "containerPath": inside, "readOnly": True}


def _patch(kind: str, operations: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {**_KUBEADM, "kind": kind, "patch": json.dumps(list(operations))}


def _kubelet() -> dict[str, Any]:
    settings: dict[str, Any] = {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "nodeLeaseDurationSeconds": NODE_LEASE_SECONDS,
        "nodeStatusUpdateFrequency": "2s",  # and how long a kubelet waits for the answer of a master that was lost
        "nodeStatusReportFrequency": "5m",  # what has not changed: the default once the other is set is the same
        "serializeImagePulls": False,
        # After a loss of power much fails until what it needs is back, and must not wait for minutes then.
        "crashLoopBackOff": {"maxContainerRestartPeriod": RESTART_PERIOD},
    }
    return settings | ({"failCgroupV1": False} if has_cgroup_v1() else {})


def _etcd() -> dict[str, Any]:
    return {
        "apiVersion": "kubeadm.k8s.io/v1beta4",
        "kind": "ClusterConfiguration",
        "encryptionAlgorithm": "ECDSA-P256",
        # The platform does not outlive the machine.
        "etcd": {"local": {"extraArgs": [{"name": "unsafe-no-fsync", "value": "true"}]}},
    }


def _cluster_operations(names: Sequence[str], encryption: Path | None) -> list[dict[str, Any]]:
    duration, deadline, retry = LEASE
    elected = {
        "leader-elect-lease-duration": duration,
        "leader-elect-renew-deadline": deadline,
        "leader-elect-retry-period": retry,
    }
    api = {
        "default-not-ready-toleration-seconds": TOLERATION_SECONDS,
        "default-unreachable-toleration-seconds": TOLERATION_SECONDS,
        "etcd-healthcheck-timeout": "1s",
        "etcd-readycheck-timeout": "1s",
        "event-ttl": "30m",
        **({"encryption-provider-config": _ENCRYPTION} if encryption is not None else {}),
    }
    manager = {
        **elected,
        "node-monitor-period": "1s",
        "node-monitor-grace-period": NODE_GRACE,
        "node-eviction-rate": "10",
        "secondary-node-eviction-rate": "10",
        "large-cluster-size-threshold": "0",
        "pvclaimbinder-sync-period": "2s",
    }
    return [
        *({"op": "add", "path": "/apiServer/certSANs/-", "value": name} for name in names),
        *({"op": "add", "path": "/apiServer/extraArgs/-", "value": one} for one in _arguments(api)),
        *({"op": "add", "path": "/controllerManager/extraArgs/-", "value": one} for one in _arguments(manager)),
        {"op": "add", "path": "/scheduler/extraArgs", "value": _arguments(elected)},
    ]


def _arguments(values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in values.items()]
