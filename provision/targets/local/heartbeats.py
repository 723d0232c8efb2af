"""Heartbeats of nodes: who holds a node's lease keeps the node alive; while a machine is off, nobody does."""

from __future__ import annotations

import logging
from typing import Any

from lightkube import ApiError, Client
from lightkube.models.coordination_v1 import LeaseSpec
from lightkube.models.meta_v1 import ObjectMeta, OwnerReference
from lightkube.resources.coordination_v1 import Lease
from lightkube.resources.core_v1 import Node
from lightkube.types import PatchType

_NAMESPACE = "kube-node-lease"
_NOBODY = "nobody"
_FOR_EVER = 2**31 - 1  # seconds, as far as they can be said
_NOT_FOUND = 404
_LOG = logging.getLogger("machines")


class Heartbeats:
    """Stops and starts heartbeats, as KWOK's own hand-over between two of its kind does it: by the holder of a lease.

    KWOK plays a node and its pods only while it holds the node's lease, and tries again every second to take one whose
    time is over. Taking the node's label away and giving it back would do the same, and does not: KWOK 0.8.0 then
    queues a node twice whose renewal is under way, as it is for seconds while etcd has no leader, and of its queue's
    heap nothing comes out any more: every node of the cluster loses its heartbeats.

    Args:
        client: A client of the cluster's API.
    """

    def __init__(self, client: Client) -> None:
        self._client = client

    def stopped(self) -> frozenset[str]:
        """Name the nodes whose heartbeats were stopped."""
        leases = self._client.list(Lease, namespace=_NAMESPACE)
        found = ((lease.metadata, lease.spec) for lease in leases)
        return frozenset(str(m.name) for m, spec in found if m and spec and spec.holderIdentity == _NOBODY)

    def stop(self, node: Node) -> None:
        """Stop those of *node*: its lease is nobody's, and is not over for as long as can be said.

        Raises:
            ApiError: The API refused; the next time may do better.
        """
        meta = node.metadata or ObjectMeta()
        held = {"holderIdentity": _NOBODY, "leaseDurationSeconds": _FOR_EVER}
        try:
            self._change(str(meta.name), held)
        except ApiError as error:
            if error.status.code != _NOT_FOUND:
                raise
            of = OwnerReference(apiVersion="v1", kind="Node", name=str(meta.name), uid=str(meta.uid))
            mine = ObjectMeta(name=meta.name, namespace=_NAMESPACE, ownerReferences=[of])
            self._client.create(
                Lease(metadata=mine, spec=LeaseSpec(holderIdentity=_NOBODY, leaseDurationSeconds=_FOR_EVER))
            )
        _LOG.info("heartbeats of node %s: off", meta.name)

    def start(self, node: str) -> None:
        """Start those of *node* again: its lease is free, so that KWOK takes it.

        Raises:
            ApiError: The API refused; the next time may do better.
        """
        self._change(node, {"holderIdentity": None})
        _LOG.info("heartbeats of node %s: on", node)

    def _change(self, node: str, spec: dict[str, Any]) -> None:
        self._client.patch(Lease, node, {"spec": spec}, namespace=_NAMESPACE, patch_type=PatchType.MERGE)
