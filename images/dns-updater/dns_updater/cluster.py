"""The cluster: Services, ingress controller pods and nodes, each fed by one list and watch."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable
from typing import Any

import msgspec
from lightkube import Client
from lightkube.core.decoders import decode_list
from lightkube.resources.core_v1 import Node as KubeNode
from lightkube.resources.core_v1 import Pod, Service

from dns_updater.config import Settings
from dns_updater.model import Node, Snapshot
from dns_updater.watching import Selection, Watcher

log = logging.getLogger(__name__)


def _service_name(service: Any) -> str:
    return str(service.metadata.name)


def _is_ready(found: Any) -> bool:
    conditions = (found.status and found.status.conditions) or ()
    return any(c.type == "Ready" and c.status == "True" for c in conditions)


def _ready_on(pod: Any) -> str | None:
    """Give the name of the node on which *pod* is ready; a pod that is being deleted is not."""
    return pod.spec.nodeName if pod.metadata.deletionTimestamp is None and _is_ready(pod) else None


class Cluster:
    """What the updater needs to know of a cluster, always current.

    Args:
        connect: Makes a new client of the API server.
        settings: Says which pods are the ingress controller's, and which addresses count.
    """

    def __init__(self, connect: Callable[[], Client], settings: Settings) -> None:
        def node(found: Any) -> Node | None:
            away = not _is_ready(found)
            addresses = (found.status and found.status.addresses) or ()
            for address in addresses:
                if address.type == settings.address_type:
                    return Node(found.metadata.name, found.metadata.uid, address.address, away)
            return None

        pods = Selection(Pod, settings.ingress_namespace, settings.ingress_selector)
        self._services: Watcher[str] = Watcher(connect, Selection(Service, "*"), _service_name)
        self._pods: Watcher[str | None] = Watcher(connect, pods, _ready_on)
        self._nodes: Watcher[Node | None] = Watcher(connect, Selection(KubeNode), node)

    def start(self, changed: Callable[[], None]) -> None:
        """Start watching; *changed* is called, from another thread, whenever something that matters has changed."""
        for kind in (Service, Pod, KubeNode):
            # msgspec crashes when threads meet a type for the first time together.
            with contextlib.suppress(msgspec.ValidationError):
                decode_list(b'{"items": [{}]}', kind)
        for watcher in (self._services, self._pods, self._nodes):
            threading.Thread(target=watcher.run, args=(changed,), name=f"watch {watcher.kind}", daemon=True).start()

    @property
    def known(self) -> bool:
        """Whether everything has been listed once, so that what is not there really is not there."""
        return self._services.listed and self._pods.listed and self._nodes.listed

    def snapshot(self) -> Snapshot:
        """Give the cluster as it is now."""
        return Snapshot(
            services=frozenset(self._services.values()),
            nodes=frozenset(node for node in self._nodes.values() if node is not None),
            ready=frozenset(name for name in self._pods.values() if name is not None),
        )
