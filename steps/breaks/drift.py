"""Changes by hand that nothing but a look at what Git says can find."""

from __future__ import annotations

import json

from lightkube import codecs
from lightkube.resources.networking_v1 import Ingress

from seatrial.faults import CallAws
from seatrial.sabotage import Sabotage, Site
from steps.breaks import rounds
from steps.breaks.health_checks import check_changed
from steps.breaks.names import record_astray
from steps.breaks.networks import etcd_open
from steps.breaks.services import port_changed
from steps.support.site import DEPLOYMENT, INGRESS, begun, clean, there

_DRIFT = "features/drift/drift.feature"
_ESTATE = f"{_DRIFT}::Nobody has changed the estate by hand"
_NOBODY, _REMOVED = f"{_DRIFT}::Nobody has changed anything by hand", f"{_DRIFT}::Something was removed"


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


def anybody_may(site: Site, name: str = "anybody") -> tuple[str, ...]:
    """Give everybody who comes without a name the rights of an administrator."""
    group = "rbac.authorization.k8s.io"
    role = {"apiGroup": group, "kind": "ClusterRole", "name": "cluster-admin"}
    subjects = [{"apiGroup": group, "kind": "User", "name": "system:anonymous"}]
    kind = {"apiVersion": f"{group}/v1", "kind": "ClusterRoleBinding", "metadata": {"name": name}}
    site.create({**kind, "roleRef": role, "subjects": subjects})
    return (f"ClusterRoleBinding {name}",)


def paused(site: Site) -> tuple[str, ...]:
    site.patch(DEPLOYMENT, "msvc1", "microservices", {"spec": {"paused": True}})
    return ("Deployment microservices/msvc1 spec.paused",)


def left_behind(site: Site) -> tuple[str, ...]:
    """Leave a note beside what anybody else changes."""
    meta = {"name": "left-behind", "namespace": "kube-system"}
    site.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": {"note": "by hand"}})
    return ("ConfigMap kube-system/left-behind",)


def port_renamed(site: Site) -> tuple[str, ...]:
    port = {**site.read("v1 Service", "msvc1", "microservices")["spec"]["ports"][0], "name": "web"}
    site.patch("v1 Service", "msvc1", "microservices", {"spec": {"ports": [{"$patch": "replace"}, port]}})
    return ("Service microservices/msvc1 spec.ports[http].port",)


def machines_may_all(site: Site) -> tuple[str, ...]:
    """Give the role of the nodes every right there is."""
    role = f"nodes.{site.facts.cluster}"
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    of = {"RoleName": role, "PolicyName": "all"}
    site.inject(
        CallAws(
            "iam", "put_role_policy", of | {"PolicyDocument": json.dumps(document)}, "delete_role_policy", of,
            already=("NoSuchEntity",),
        )
    )  # fmt: skip
    return (f"role {role} policy all",)


def store_of_masters_open(site: Site) -> tuple[str, ...]:
    """Open the ports of etcd to everybody."""
    etcd_open(site)
    return (f"masters.{site.facts.cluster} opening tcp 2379-2380 0.0.0.0/0",)


def route_put_back(site: Site) -> tuple[str, ...]:
    """Put a route back as soon as it is removed, so that nobody can find it missing."""
    route = clean(site.read(INGRESS, "msvc2", "microservices"))

    def careful() -> None:
        while begun(site, _REMOVED) and not there(site, Ingress, "msvc2", namespace="microservices"):
            site.kube.create(codecs.from_dict(route))  # as it was, so that there is nothing to undo

    site.beside(careful)
    return ("Ingress microservices/msvc2",)


SABOTAGES = (
    Sabotage("machines may do anything", machines_may_all, _ESTATE, rounds.PLATFORM),
    Sabotage(
        "a port too many of the masters",
        store_of_masters_open,
        f"{_DRIFT}::A port that somebody opened",
        rounds.BY_HAND,
        ("other difference",),
    ),
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
    Sabotage("a record leads astray", record_astray, _ESTATE, rounds.LED_ASTRAY),
    Sabotage(
        "a check that asks nothing",
        check_changed(2, "disabled  wanted no  found yes", Disabled=True),
        _ESTATE,
        rounds.LED_ASTRAY,
    ),
    # before anything is applied again, which would put the name right
    Sabotage(
        "a port has another name",
        port_renamed,
        f"{_DRIFT}::Another port of a service",
        rounds.BY_HAND,
        ("found 9988", "missing among"),
    ),
    *(
        Sabotage(f"something is left behind where {where}", left_behind, f"{_DRIFT}::{scenario}", rounds.BY_HAND)
        for where, scenario in (
            ("replicas are changed", "Another number of replicas"),
            ("a workload is added", "A workload that nobody agreed on"),
            ("rights are given", "Rights that nobody agreed on"),
            ("a rollout is paused", "A setting that Git does not speak of"),
            ("a note is taken", "A note on a deployment is nobody's drift"),
            ("Git is applied again", "Applying once more changes nothing"),
            ("several things are undone", "Several changes at once"),
        )
    ),
    Sabotage(
        "a route is put back at once", route_put_back, _REMOVED, rounds.BY_HAND, ("found missing", "missing among")
    ),
)
