"""Breaks of what runs: services, deployments, collectors, ways in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lightkube import codecs
from lightkube.resources.apps_v1 import DaemonSet, Deployment
from lightkube.resources.core_v1 import Pod
from lightkube.types import CascadeType

from tests.sabotage.names import again_and_again
from tests.sabotage.site import Site, clean, created, deleted, patched, until

DEPLOYMENT = "apps/v1 Deployment"


@contextmanager
def port_changed(site: Site) -> Iterator[tuple[str, ...]]:
    port = {**site.read("v1", "Service", "msvc1", "microservices")["spec"]["ports"][0], "port": 9988}
    with patched(site, "v1 Service", "msvc1", "microservices", {"spec": {"ports": [{"$patch": "replace"}, port]}}):
        yield ("msvc1",)


@contextmanager
def replicas_changed(site: Site) -> Iterator[tuple[str, ...]]:
    with patched(site, DEPLOYMENT, "kibana", "backing", {"spec": {"replicas": 2}}):
        yield ("Deployment backing/kibana spec.replicas",)


@contextmanager
def nobody_agreed_on(site: Site) -> Iterator[tuple[str, ...]]:
    """Put a workload into a namespace that nobody deploys to."""
    labels = {"app": "miner"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "miner", "image": "miner:1.0"}]}}
    spec = {"replicas": 0, "selector": {"matchLabels": labels}, "template": template}
    meta = {"name": "miner", "namespace": "kube-system"}
    with created(site, {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta, "spec": spec}):
        yield ("Deployment kube-system/miner",)


@contextmanager
def anybody_may(site: Site) -> Iterator[tuple[str, ...]]:
    """Give everybody who comes without a name the rights of an administrator."""
    group = "rbac.authorization.k8s.io"
    role = {"apiGroup": group, "kind": "ClusterRole", "name": "cluster-admin"}
    subjects = [{"apiGroup": group, "kind": "User", "name": "system:anonymous"}]
    kind = {"apiVersion": f"{group}/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "anybody"}}
    with created(site, {**kind, "roleRef": role, "subjects": subjects}):
        yield ("ClusterRoleBinding anybody",)


@contextmanager
def paused(site: Site) -> Iterator[tuple[str, ...]]:
    with patched(site, DEPLOYMENT, "msvc1", "microservices", {"spec": {"paused": True}}):
        yield ("Deployment microservices/msvc1 spec.paused",)


@contextmanager
def probe_removed(site: Site) -> Iterator[tuple[str, ...]]:
    unprobed = {"spec": {"template": {"spec": {"containers": [{"name": "msvc2", "livenessProbe": None}]}}}}
    with patched(site, DEPLOYMENT, "msvc2", "microservices", unprobed):
        yield ("msvc2/msvc2",)


@contextmanager
def door_moved(site: Site) -> Iterator[tuple[str, ...]]:
    controller = site.read("apps/v1", "DaemonSet", "ingress-controller", "ingress")["spec"]["template"]["spec"]
    container = controller["containers"][0]
    ports = [p | ({"hostPort": 18081} if p.get("hostPort") == 18080 else {}) for p in container["ports"]]
    moved = {"containers": [{"name": container["name"], "ports": [{"$patch": "replace"}, *ports]}]}
    with patched(site, "apps/v1 DaemonSet", "ingress-controller", "ingress", {"spec": {"template": {"spec": moved}}}):
        until("a controller has another host port", lambda: _with_port(site, 18081))
        yield (str(_with_port(site, 18081)[0]),)


@contextmanager
def route_removed(site: Site) -> Iterator[tuple[str, ...]]:
    with deleted(site, "networking.k8s.io/v1 Ingress", "msvc2", "microservices"):
        yield (f"msvc2.{site.facts['zone']}",)


@contextmanager
def nobody_to_say_so(site: Site) -> Iterator[tuple[str, ...]]:
    with patched(site, DEPLOYMENT, "default-backend", "ingress", {"spec": {"replicas": 0}}):
        until("the default backend is gone", lambda: site.gone("default-backend", "ingress"))
        yield ("default-backend",)


@contextmanager
def collector_missing(site: Site) -> Iterator[tuple[str, ...]]:
    """Delete a collector that nothing makes anew: its DaemonSet is gone, and adopts the others when it returns."""
    written = clean(site.read("apps/v1", "DaemonSet", "fluentd", "backing"))
    pod = site.pods("fluentd", "backing")[0]
    site.kube.delete(DaemonSet, "fluentd", namespace="backing", cascade=CascadeType.ORPHAN)
    try:
        until("the collectors are nobody's", lambda: not _owned(site))
        site.kube.delete(Pod, pod.metadata.name, namespace="backing", grace_period=0)
        yield (pod.spec.nodeName,)
    finally:
        site.kube.create(codecs.from_dict(written))


@contextmanager
def tag_may_move(site: Site) -> Iterator[tuple[str, ...]]:
    careless = {"name": "grafana", "image": "registry.invalid/grafana:latest", "imagePullPolicy": "IfNotPresent"}
    with patched(site, DEPLOYMENT, "grafana", "backing", {"spec": {"template": {"spec": {"containers": [careless]}}}}):
        until("a pod has the tag", lambda: any(_latest(p) for p in site.pods("grafana", "backing")))
        yield ("backing/grafana", "registry.invalid/grafana:latest")


@contextmanager
def budget_removed(site: Site) -> Iterator[tuple[str, ...]]:
    with deleted(site, "policy/v1 PodDisruptionBudget", "msvc1", "microservices"):
        yield ("msvc1",)


@contextmanager
def rollout_at_a_label(site: Site) -> Iterator[tuple[str, ...]]:
    """Roll msvc1 out, as a careless controller would, when nothing but a label of its Deployment has changed."""
    was = sorted(p.metadata.name for p in site.pods("msvc1", "microservices"))
    dated = {"spec": {"template": {"metadata": {"annotations": {"sabotage": "done"}}}}}

    def careless() -> None:
        found: Any = site.kube.get(Deployment, "msvc1", namespace="microservices")
        if "season" in found.metadata.labels and not (found.spec.template.metadata.annotations or {}).get("sabotage"):
            site.kube.patch(Deployment, "msvc1", dated, namespace="microservices")

    with again_and_again(careless):
        yield (was[0].rpartition("-")[0].rpartition("-")[0],)


@contextmanager
def rollout_too_hasty(site: Site) -> Iterator[tuple[str, ...]]:
    hasty = {"spec": {"strategy": {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}}}}
    with patched(site, DEPLOYMENT, "msvc1", "microservices", hasty):
        yield ("msvc1",)


def _with_port(site: Site, port: int) -> list[str]:
    pods = site.pods("ingress-controller", "ingress")
    placed = (p for p in pods if p.spec.nodeName)  # a new one is on no node before it is scheduled
    return [p.spec.nodeName for p in placed if any(d.hostPort == port for d in p.spec.containers[0].ports)]


def _owned(site: Site) -> bool:
    return any(p.metadata.ownerReferences for p in site.pods("fluentd", "backing"))


def _latest(pod: Any) -> bool:
    return str(pod.spec.containers[0].image).endswith(":latest")
