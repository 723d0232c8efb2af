"""Nodes and pods that KWOK has passed over when their node's heartbeats began are changed, so that it looks again.

KWOK asks a cache whether it holds a node's lease, and plays nothing where it does not. It takes a lease, lists the
node's pods at once, and passes over all of them if the cache does not know of the lease yet (0.8.0, `Held` in its
node_lease_controller.go); it comes back to one only when that changes, which may be never.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any

from lightkube import ApiError, Client
from lightkube.resources.core_v1 import Node, Pod
from lightkube.types import PatchType

from provision.net.nodes import is_ready

_SOON, _OVER = 2.0, 60.0  # seconds after its heartbeats began; what is not ready then is not what they have to do with
_TOUCHED = "seatrial.dev/touched"
_GONE = (404, 409)
_GOES_ON = ("Pending", "Running")
_LOG = logging.getLogger("machines")


class Overlooked:
    """Touches what does not get ready though its node's heartbeats have begun.

    Args:
        client: A client of the cluster's API.
        clock: Tells the time in seconds.
    """

    def __init__(self, client: Client, clock: Callable[[], float] = time.monotonic) -> None:
        self._client, self._clock = client, clock
        self._begun: dict[str, float] = {}
        self._touched = 0.0

    def begun(self, node: str) -> None:
        """Note that a node's heartbeats have begun."""
        self._begun[node] = self._clock()

    def ended(self, node: str) -> None:
        """Note that they have ended."""
        self._begun.pop(node, None)

    def touch(self, nodes: Iterable[Node]) -> None:
        """Touch those of *nodes* whose heartbeats have begun, and their pods, that are not ready yet.

        Raises:
            ApiError: The API refused; the next time may do better.
        """
        now = self._clock()
        self._begun = {node: since for node, since in self._begun.items() if now - since < _OVER}
        late = {node for node, since in self._begun.items() if now - since >= _SOON}
        if not late or now - self._touched < _SOON:
            return
        self._touched = now
        for node in nodes:
            if node.metadata and node.metadata.name in late and not is_ready(node):
                self._touch(Node, node)
        pods: list[Any] = list(self._client.list(Pod, namespace="*"))
        for pod in pods:
            waits = pod.metadata.deletionTimestamp or (pod.status.phase in _GOES_ON and not is_ready(pod))
            if pod.spec.nodeName in late and waits:
                self._touch(Pod, pod)

    def _touch(self, kind: Any, found: Any) -> None:
        meta = found.metadata
        change = {"metadata": {"annotations": {_TOUCHED: f"{time.time():.0f}"}}}
        try:
            self._client.patch(kind, meta.name, change, namespace=meta.namespace, patch_type=PatchType.MERGE)
        except ApiError as error:
            if error.status.code not in _GONE:
                raise
        else:
            _LOG.info("%s %s is not ready yet, and touched", kind.__name__, meta.name)
