"""Objects that scenarios make for themselves, as plain manifests; each is undone when its scenario ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from steps.support.workloads import NAME, TRACK

ROOM = "default"
"""The namespace for what a scenario makes, where it matters to nobody."""

SAFE = {
    "allowPrivilegeEscalation": False,
    "runAsNonRoot": True,
    "runAsUser": 10001,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
}
"""What a container says that needs no right on its machine."""


def secret(name: str, text: str) -> dict[str, Any]:
    """Write a Secret."""
    return _object("v1", "Secret", name, ROOM, stringData={"text": text})


def namespace(name: str) -> dict[str, Any]:
    """Write a namespace."""
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


def service(
    name: str, namespace: str, *, kind: str = "ClusterIP", app: str = "", target: int | str = 80
) -> dict[str, Any]:
    """Write a service on port 80 for the port *target* of the pods of *app*, which need not be there."""
    ports = [{"name": "http", "port": 80, "targetPort": target}]
    spec = {"type": kind, "selector": {NAME: app or name}, "ports": ports}
    return _object("v1", "Service", name, namespace, spec=spec)


def route(name: str, namespace: str, host: str) -> dict[str, Any]:
    """Write a route from the name *host* to the service *name*."""
    backend = {"service": {"name": name, "port": {"name": "http"}}}
    rule = {"host": host, "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}
    return _object(
        "networking.k8s.io/v1", "Ingress", name, namespace, spec={"tls": [{"hosts": [host]}], "rules": [rule]}
    )


def pod(
    name: str,
    image: str,
    *,
    namespace: str = ROOM,
    policy: str = "",
    memory: str = "16Mi",
    command: str = "",
    node: str = "",
    once: bool = False,
) -> dict[str, Any]:
    """Write a pod of *image* that asks for *memory*; the platform chooses what is left out.

    One that runs *once* is started anew until its command succeeds, and then is done.
    """
    container: dict[str, Any] = {
        "name": "trial",
        "image": image,
        "resources": {"requests": {"cpu": "1m", "memory": memory}, "limits": {"memory": memory}},
        "securityContext": SAFE,
    }
    if policy:
        container["imagePullPolicy"] = policy
    if command:
        container["command"] = ["sh", "-c", command]
    spec: dict[str, Any] = {"containers": [container], "automountServiceAccountToken": False}
    if node:
        spec["nodeName"] = node
    if once:
        spec["restartPolicy"] = "OnFailure"
    return _object("v1", "Pod", name, namespace, spec=spec)


_TRIES = """
import concurrent.futures, json, socket, sys, time
def ask(at):
    host, _, port = at.rpartition(":")
    try:
        socket.create_connection((host, int(port)), 2).close()
    except OSError as error:
        return f"{type(error).__name__}: {error}"
    return "connected"
for _ in range(120):
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        print(json.dumps(dict(zip(sys.argv[1:], pool.map(ask, sys.argv[1:])))), flush=True)
    time.sleep(1)
time.sleep(600)
"""
"""Tries to connect to every address that it is given, again and again, and writes down what came of it."""


def stranger(name: str, image: str, targets: Sequence[str]) -> dict[str, Any]:
    """Write a pod of nobody's that tries to connect to every ``address:port`` of *targets*; *image* has a Python."""
    written = pod(name, image, memory="64Mi")
    written["spec"]["containers"][0]["command"] = ["python3", "-c", _TRIES, *targets]
    return written


def workload(name: str, namespace: str) -> dict[str, Any]:
    """Write a deployment that has no pods yet."""
    labels = {NAME: name}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": name, "image": f"{name}:1.0"}]}}
    spec = {"replicas": 0, "selector": {"matchLabels": labels}, "template": template}
    return _object("apps/v1", "Deployment", name, namespace, spec=spec)


def binding(name: str, user: str) -> dict[str, Any]:
    """Write a binding that lets *user* read everything but secrets."""
    group = "rbac.authorization.k8s.io"
    role = {"apiGroup": group, "kind": "ClusterRole", "name": "view"}
    subjects = [{"apiGroup": group, "kind": "User", "name": user}]
    kind = {"apiVersion": f"{group}/v1", "kind": "ClusterRoleBinding"}
    return {**kind, "metadata": {"name": name}, "roleRef": role, "subjects": subjects}


def claim(name: str) -> dict[str, Any]:
    """Write a claim for a volume of a class that nobody provides."""
    spec = {
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": "nobody-provides-this",
        "resources": {"requests": {"storage": "1Gi"}},
    }
    return _object("v1", "PersistentVolumeClaim", name, ROOM, spec=spec)


def canary(stable: dict[str, Any], instances: int) -> dict[str, Any]:
    """Write a canary beside the deployment *stable*: one service finds the pods of both."""
    meta, spec = stable["metadata"], stable["spec"]
    labels = {**spec["template"]["metadata"]["labels"], TRACK: "canary"}
    template = {**spec["template"], "metadata": {"labels": labels}}
    template["spec"] = {k: v for k, v in template["spec"].items() if k != "topologySpreadConstraints"}
    chosen = {**spec["selector"]["matchLabels"], TRACK: "canary"}
    made = {"replicas": instances, "selector": {"matchLabels": chosen}, "template": template}
    return _object("apps/v1", "Deployment", f"{meta['name']}-canary", meta["namespace"], spec=made)


def _object(api: str, kind: str, name: str, namespace: str, **parts: Any) -> dict[str, Any]:
    return {"apiVersion": api, "kind": kind, "metadata": {"name": name, "namespace": namespace}, **parts}
