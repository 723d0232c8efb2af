"""What a machine that has ended leaves in the cluster: its Node and its pods, removed as by a cloud's controller."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator

from lightkube import ApiError, Client
from lightkube.resources.core_v1 import Node, Pod

_NOT_FOUND = 404
_LOG = logging.getLogger("machines")


def remove_node(client: Client, name: str) -> None:
    """Delete the Node *name* and what is left of its pods, as far as they are there.

    The pod garbage collector would remove the pods as well, but not before a quarantine of most of a minute.

    Raises:
        ApiError: The API refused; the next time may do better.
    """
    pods = list(client.list(Pod, namespace="*", fields={"spec.nodeName": name}))
    with _already_gone():
        client.delete(Node, name)
        _LOG.info("node %s is removed: its machine has ended", name)
    for pod in pods:
        if pod.metadata is not None:
            namespace = str(pod.metadata.namespace)
            with _already_gone():
                client.delete(Pod, str(pod.metadata.name), namespace=namespace, grace_period=0)


@contextlib.contextmanager
def _already_gone() -> Iterator[None]:
    try:
        yield
    except ApiError as error:
        if error.status.code != _NOT_FOUND:
            raise
