"""The pods by which a master's kubelet shows its programs: kops asks for them when it validates a cluster."""

from __future__ import annotations

from collections.abc import Iterable

from lightkube import ApiError, Client
from lightkube.models.core_v1 import Container, PodSpec, Toleration
from lightkube.models.meta_v1 import ObjectMeta, OwnerReference
from lightkube.resources.core_v1 import Node, Pod

from provision.net.nodes import MASTER_LABEL, is_ready

PROGRAMS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
_NAMESPACE, _LABEL, _CONFLICT = "kube-system", "k8s-app", 409


def show(client: Client, nodes: Iterable[Node], version: str) -> None:
    """Make those that are missing, one for each program on each master that is ready; they go with their Node.

    Args:
        client: A client of the cluster's API.
        nodes: All nodes.
        version: The Kubernetes version, without ``v``.

    Raises:
        ApiError: The API refused; the next time may do better.
    """
    found = client.list(Pod, namespace=_NAMESPACE, labels={_LABEL: PROGRAMS})
    there = {str(pod.metadata.name) for pod in found if pod.metadata}
    for node in nodes:
        if not is_ready(node) or node.metadata is None or MASTER_LABEL not in (node.metadata.labels or {}):
            continue
        for program in PROGRAMS:
            if f"{program}-{node.metadata.name}" not in there:
                _make(client, _pod(program, node.metadata, version))


def _make(client: Client, pod: Pod) -> None:
    try:
        client.create(pod)
    except ApiError as error:
        if error.status.code != _CONFLICT:
            raise


def _pod(program: str, node: ObjectMeta, version: str) -> Pod:
    owner = OwnerReference(apiVersion="v1", kind="Node", name=str(node.name), uid=str(node.uid), controller=True)
    return Pod(
        metadata=ObjectMeta(
            name=f"{program}-{node.name}",
            namespace=_NAMESPACE,
            labels={_LABEL: program},
            annotations={"kubernetes.io/config.source": "simulated"},
            ownerReferences=[owner],
        ),
        spec=PodSpec(
            containers=[Container(name=program, image=f"registry.k8s.io/{program}:v{version}")],
            nodeName=node.name,
            hostNetwork=True,
            automountServiceAccountToken=False,
            priorityClassName="system-cluster-critical",
            tolerations=[Toleration(operator="Exists")],
        ),
    )
