"""Changes by hand that nothing but a look at what Git says can find."""

from __future__ import annotations

from seatrial.sabotage import Sabotage, Site
from steps.breaks import rounds
from steps.breaks.services import port_changed
from steps.support.site import DEPLOYMENT

_NOBODY = "features/drift/drift.feature::Nobody has changed anything by hand"


def replicas_changed(site: Site) -> tuple[str, ...]:
    site.patch(DEPLOYMENT, "kibana", "backing", {"spec": {"replicas": 2}})
    return ("Deployment backing/kibana spec.replicas",)


def nobody_agreed_on(site: Site) -> tuple[str, ...]:
    """Put a workload into a namespace that nobody deploys to."""
    labels = {"app": "miner"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "miner", "image": "miner:1.0"}]}}
    spec = {"replicas": 0, "selector": {"matchLabels": labels}, "template": template}
    meta = {"name": "miner", "namespace": "kube-system"}
    site.create({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta, "spec": spec})
    return ("Deployment kube-system/miner",)


def anybody_may(site: Site) -> tuple[str, ...]:
    """Give everybody who comes without a name the rights of an administrator."""
    group = "rbac.authorization.k8s.io"
    role = {"apiGroup": group, "kind": "ClusterRole", "name": "cluster-admin"}
    subjects = [{"apiGroup": group, "kind": "User", "name": "system:anonymous"}]
    kind = {"apiVersion": f"{group}/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "anybody"}}
    site.create({**kind, "roleRef": role, "subjects": subjects})
    return ("ClusterRoleBinding anybody",)


def paused(site: Site) -> tuple[str, ...]:
    site.patch(DEPLOYMENT, "msvc1", "microservices", {"spec": {"paused": True}})
    return ("Deployment microservices/msvc1 spec.paused",)


SABOTAGES = (
    Sabotage(
        "another port drifts",
        port_changed,
        _NOBODY,
        rounds.PLATFORM,
        ("Service microservices/msvc1", "8899", "9988"),
    ),
    Sabotage("a workload that nobody agreed on", nobody_agreed_on, _NOBODY, rounds.PLATFORM),
    Sabotage("rights for anybody", anybody_may, _NOBODY, rounds.PLATFORM),
    Sabotage("a deployment is paused", paused, _NOBODY, rounds.PLATFORM),
    Sabotage("the number of replicas drifts", replicas_changed, _NOBODY, rounds.PLATFORM),
)
