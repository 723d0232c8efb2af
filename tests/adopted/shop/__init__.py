"""A small shop on a cluster, whole and broken, and the sentence of each ready word about it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from lightkube import ApiError, Client
from lightkube.core.resource import NamespacedResource
from lightkube.core.resource_registry import resource_registry

_HERE, _MISSING = Path(__file__).parent, 404
IN = 'in the namespace "shop"'
OUT = 'outside the namespaces "kube-system, other"'


def put(client: Client, name: str, room: str = "shop") -> None:
    """Make or change every object of a file, its status apart, as controllers and kubelets do.

    Args:
        client: With every right.
        name: The file's.
        room: The namespace, where it is not to be that of the file.
    """
    for document in _documents(name, room):
        status, meta = document.pop("status", None), document["metadata"]
        kind: Any = resource_registry.load(document["apiVersion"], document["kind"])
        scope = {"namespace": meta["namespace"]} if issubclass(kind, NamespacedResource) else {}
        if not _is_there(client, kind, meta["name"], scope):
            client.create(kind.from_dict(document), **scope)
        elif document.keys() - {"apiVersion", "kind", "metadata"}:
            client.patch(kind, meta["name"], document, **scope)
        if status is not None:
            client.patch(kind.Status, meta["name"], {"status": status}, **scope)


def _is_there(client: Any, kind: Any, name: str, scope: dict[str, str]) -> bool:
    try:
        return bool(client.get(kind, name, **scope))
    except ApiError as error:
        if error.status.code != _MISSING:
            raise
        return False


def _documents(name: str, room: str) -> Iterator[dict[str, Any]]:
    text = (_HERE / f"{name}.yaml").read_text("utf-8")
    for of_it in ("namespace: shop", "name: shop}"):
        text = text.replace(of_it, of_it.replace("shop", room))
    yield from yaml.safe_load_all(text)


SAID: dict[str, str] = {
    f"every deployment is ready {IN}": "last seen  shop/web  ready pods lacking 1",
    f"every deployment is ready {OUT}": "last seen  shop/web  ready pods lacking 1",
    f"every stateful set is ready {IN}": "last seen  shop/store  new pods lacking 1",
    f"every daemon set is ready {IN}": "last seen  shop/logs  seen by its controller no",
    f'"web" runs with 2 ready pods {IN}': "last seen  Deployment shop/web  ready 1",
    f'the ready pods of "web" run on at least 2 nodes {IN}': "last seen  Deployment shop/web  nodes 1",
    f'the ready pods of "web" run in at least 2 zones {IN}': "last seen  Deployment shop/web  zones 1",
    f"no rollout is stuck {IN}": "last seen  shop/web  stuck yes",
    f"no job has failed {IN}": "last seen  shop/import  failed yes",
    f"every pod is ready {IN}": "last seen  shop/web-2  ready no",
    f"no container was started anew more than 3 times {IN}": "last seen  shop/bad/main  started anew 7",
    f"no container is kept from starting {IN}": "last seen  shop/crashing/main  kept by CrashLoopBackOff",
    f"no container runs as root {IN}": "last seen  shop/bad/main  as root yes",
    f"no container is set to be privileged {IN}": "last seen  shop/bad/main  privileged yes",
    f"no container is set to be privileged {OUT}": "last seen  shop/bad/main  privileged yes",
    f"no container is set to be allowed to run as root {IN}": "last seen  shop/bad/main  may run as root yes",
    f"no container is set to be allowed to gain privileges {IN}": "last seen  shop/bad/main  may gain privileges yes",
    f"every container is set to give up all capabilities {IN}": "last seen  shop/bad/main  gives up nothing",
    f"every container is set to be unable to write to its root {IN}": "shop/bad/main  may write to its root yes",
    f"no pod is set to share anything of its node {IN}": "last seen  shop/bad  shares folder / network",
    f"every container is set to be checked for being ready {IN}": "shop/bad/main  checked for being ready no",
    f"every container is set to be checked for being alive {IN}": "shop/bad/main  checked for being alive no",
    f"every container is set to say what it needs {IN}": "last seen  shop/bad/main  needs nothing",
    f"every container is set to have a limit of memory {IN}": "last seen  shop/bad/main  limits nothing",
    f"no container is set to run an image that may change {IN}": "last seen  shop/bad/main  image may change yes",
    f'every image is set to come from "registry.invalid/, a/" alone {IN}': "shop/bad/main  image elsewhere.invalid/bad",
    f"every service has a ready endpoint {IN}": "last seen  shop/web  ready endpoints 0",
    f'the service "web" has at least 2 ready endpoints {IN}': "last seen  shop/web  ready endpoints 0",
    f"every ingress leads to a service with a ready endpoint {IN}": "shop/web shop.example.com/  ready endpoints 0",
    "every node is ready": "last seen  node-2  ready no",
    "every node takes pods": "last seen  node-2  takes pods no",
    "no node is short of memory, disk or processes": "last seen  node-2  short of memory",
    "at least 2 nodes are ready": "last seen  ready nodes  1: node-1",
    "nodes are ready in at least 2 zones": "last seen  zones  1: zone-a",
    'every node runs Kubernetes "1.36"': "last seen  node-2  version v1.35.0",
    f"every claim to storage is bound {IN}": "last seen  shop/data  phase Lost",
    "no volume is left over": "last seen  disk-1  phase Released",
    f"no quota is used to more than 80 percent {IN}": "last seen  shop/most pods  percent used 90.0",
    'every namespace is set to have a quota outside the namespaces "default, ingress, other, kube-system, kube-public, '
    'kube-node-lease"': "last seen  new  quota no",
    'every namespace is set to have a network policy outside the namespaces "default, ingress, other, kube-system, '
    'kube-public, kube-node-lease"': "last seen  new  network policy no",
    'the namespace "shop" is set to let nobody in who is not named': "last seen  shop  lets nobody in no",
    f"no warning was reported in the last 5 minutes {IN}": "last seen  Pod shop/bad BackOff  said it does not start",
    'nobody is set to be an administrator but "Group system:masters"': "last seen  User jane  who User jane",
    f'"ServiceAccount shop/web" is set to be allowed to list "pods" {IN}': "list pods in shop  may no",
    f'"ServiceAccount shop/web" is not set to be allowed to get "secrets" {IN}': "may some of them, by name",
}
"""What holds of the shop while it is whole, and what is said of it once it is broken."""
