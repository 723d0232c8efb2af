"""Breaks of services: what they offer, how they are looked after, what they may use up."""

from __future__ import annotations

from typing import Any

from seatrial.sabotage import Break, Sabotage, Site, until
from steps.breaks import rounds
from steps.breaks.machines import node_drained
from steps.breaks.networks import quotas_removed
from steps.support import manifests
from steps.support.site import DEPLOYMENT, ZONE, container, nodes, pods

_MICROSERVICES, _BACKING = "features/services/microservices.feature", "features/services/backing.feature"

_UNPRIVILEGED = {"runAsNonRoot": True, "runAsUser": 10001, "seccompProfile": {"type": "RuntimeDefault"}}
_MODEST = {
    "resources": {"requests": {"cpu": "1m", "memory": "1Mi"}, "limits": {"memory": "1Mi"}},
    "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
}


def port_changed(site: Site) -> tuple[str, ...]:
    port = {**site.read("v1 Service", "msvc1", "microservices")["spec"]["ports"][0], "port": 9988}
    site.patch("v1 Service", "msvc1", "microservices", {"spec": {"ports": [{"$patch": "replace"}, port]}})
    return ("msvc1",)


def one_pod_serves(site: Site) -> tuple[str, ...]:
    """Have a service lead to one of its pods alone."""
    one, other = (str(pod.metadata.name) for pod in pods(site, "msvc2", "microservices")[:2])
    chosen = {"seatrial.dev/trial": "chosen"}
    site.patch("v1 Pod", one, "microservices", {"metadata": {"labels": chosen}})
    site.patch("v1 Service", "msvc2", "microservices", {"spec": {"selector": chosen}})
    return (other,)


def probe_removed(site: Site) -> tuple[str, ...]:
    site.patch(DEPLOYMENT, "msvc2", "microservices", container("msvc2", livenessProbe=None))
    return ("msvc2/msvc2",)


def probe_of_a_closed_port(site: Site) -> tuple[str, ...]:
    """Have a microservice checked at a port that nobody opens; its pods stay as they are: the rollout is held."""
    site.patch(DEPLOYMENT, "msvc1", "microservices", {"spec": {"paused": True}})
    asked = {"$patch": "replace", "httpGet": {"path": "/readyz", "port": 9}, "periodSeconds": 2}
    site.patch(DEPLOYMENT, "msvc1", "microservices", container("msvc1", readinessProbe=asked))
    return ("msvc1/msvc1",)


def tag_may_move(site: Site) -> tuple[str, ...]:
    careless = container("grafana", image="registry.invalid/grafana:latest", imagePullPolicy="IfNotPresent")
    site.patch(DEPLOYMENT, "grafana", "backing", careless)
    until("a pod has the tag", lambda: any(_latest(p) for p in pods(site, "grafana", "backing")))
    return ("backing/grafana", "registry.invalid/grafana:latest")


def _latest(pod: Any) -> bool:
    return str(pod.spec.containers[0].image).endswith(":latest")


def budget_removed(site: Site) -> tuple[str, ...]:
    site.delete("policy/v1 PodDisruptionBudget", "msvc1", "microservices")
    return ("msvc1",)


def pod_of_nobody(site: Site) -> tuple[str, ...]:
    """Run a pod, pods of a bare set, and a job by the clock beside the microservices, by hand."""
    spec = {"containers": [{"name": "miner", "image": "miner:1.0.0", **_MODEST}], "securityContext": _UNPRIVILEGED}
    meta = {"name": "miner", "namespace": "microservices"}
    site.create({"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec})
    job = {"template": {"spec": spec | {"restartPolicy": "Never"}}}
    clocked = {"schedule": "0 0 1 1 *", "jobTemplate": {"spec": job}}
    site.create({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": meta, "spec": clocked})
    chosen = {"seatrial.dev/trial": "miner"}
    template = {"metadata": {"labels": chosen}, "spec": spec}
    copies = {"replicas": 1, "selector": {"matchLabels": chosen}, "template": template}
    site.create({"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": meta, "spec": copies})
    return "Pod miner", "CronJob miner", "ReplicaSet miner"


def balancer_asked_for(site: Site) -> tuple[str, ...]:
    """Ask for a load balancer where no quota forbids it."""
    site.create(manifests.service("greedy", "default", kind="LoadBalancer"))
    return ("default/greedy",)


def offered_elsewhere(site: Site) -> tuple[str, ...]:
    port = {**site.read("v1 Service", "kibana", "backing")["spec"]["ports"][0], "port": 5602}
    site.patch("v1 Service", "kibana", "backing", {"spec": {"ports": [{"$patch": "replace"}, port]}})
    return ("kibana",)


def one_node_for_all(number: int) -> Break:
    """Have all pods of a microservice run on one node."""

    def break_(site: Site) -> tuple[str, ...]:
        node = nodes(site)[number].metadata
        here = {"spec": {"template": {"spec": {"nodeSelector": {ZONE: node.labels[ZONE]}}}}}
        site.patch(DEPLOYMENT, "msvc2", "microservices", here)
        both = [node.name] * 2
        until("they do", lambda: [p.spec.nodeName for p in pods(site, "msvc2", "microservices")] == both)
        return ("msvc2",)

    return break_


def nothing_let_in(site: Site) -> tuple[str, ...]:
    """Have a quota of somebody's refuse whatever is asked for."""
    meta, spec = {"name": "nothing", "namespace": "microservices"}, {"hard": {"pods": "0"}}
    site.create({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": meta, "spec": spec})
    until("it counts", lambda: site.read("v1 ResourceQuota", "nothing", "microservices")["status"]["hard"])
    return ("exceeded quota: nothing",)


SABOTAGES = (
    Sabotage(
        "one pod serves everybody",
        one_pod_serves,
        f"{_MICROSERVICES}::Visitors are spread over the pods",
        rounds.WAY_IN,
        ("answers at least 25", "answers 0"),
    ),
    Sabotage(
        "a pod of nobody's beside the microservices",
        pod_of_nobody,
        f"{_MICROSERVICES}::Microservices have a namespace of their own",
        rounds.ASTRAY,
        ("not among the workloads in microservices",),
    ),
    Sabotage(
        "a service asks for a load balancer",
        balancer_asked_for,
        "features/cluster/network.feature::None was made",
        rounds.STRAYS,
        ("kind not LoadBalancer",),
    ),
    Sabotage(
        "a service has another port",
        port_changed,
        f"{_MICROSERVICES}::msvc1 is deployed",
        rounds.PLATFORM,
        ("ports at least 8899", "ports 9988"),
    ),
    Sabotage(
        "a probe is missing",
        probe_removed,
        f"{_MICROSERVICES}::It says how it is and what it needs",
        rounds.PLATFORM,
        ("checked for being alive yes", "checked for being alive no"),
    ),
    Sabotage(
        "a microservice is checked at a closed port",
        probe_of_a_closed_port,
        f"{_MICROSERVICES}::It says how it is and what it needs",
        rounds.STRAYS,
        ("checked for being ready yes", "checked for being ready no"),
    ),
    Sabotage(
        "a tag may move, and is not pulled",
        tag_may_move,
        f"{_BACKING}::An image whose tag may move is pulled each time",
        rounds.PLATFORM,
        ("may move, and it is pulled IfNotPresent",),
    ),
    Sabotage(
        "a node is drained",
        node_drained,
        f"{_BACKING}::All of them run",
        rounds.MAINTENANCE,
        ("mongodb  lacking 1",),
        by_words=True,
    ),
    Sabotage(
        "no limit to a namespace",
        quotas_removed,
        f"{_MICROSERVICES}::Nobody can use up the namespace",
        rounds.WOULD_HAPPEN,
        ("because of quota", "accepted"),
    ),
    Sabotage(
        "no disruption budget",
        budget_removed,
        f"{_MICROSERVICES}::Maintenance takes one pod at a time",
        rounds.WOULD_HAPPEN,
        ("agreements",),
    ),
    Sabotage(
        "a backing service has another port",
        offered_elsewhere,
        f"{_BACKING}::All of them are offered at their ports",
        rounds.ASTRAY,
        ("ports at least 5601", "ports 5602"),
    ),
    Sabotage(
        "all pods on one node",
        one_node_for_all(1),
        f"{_MICROSERVICES}::The pods of a microservice do not share a node",
        rounds.STRAYS,
        ("2 different nodes",),
    ),
    Sabotage(
        "all pods in a zone that is lost",
        one_node_for_all(2),
        "features/quorum/losing_masters.feature::A whole zone is lost",
        rounds.ZONE,
        ("ready pods of", "none at all"),
    ),
    # with nothing that is rolled out
    Sabotage(
        "nothing is let in",
        nothing_let_in,
        "features/security/pods.feature::A pod that wants nothing",
        rounds.MASTERS,
        ("expected the request to be accepted",),
    ),
)
