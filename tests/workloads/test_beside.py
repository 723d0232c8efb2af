"""What nobody agreed on is found in every namespace and cluster-wide, against a real API server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from lightkube import Client, codecs
from lightkube.resources.apps_v1 import Deployment
from lightkube.resources.core_v1 import Namespace, Service
from lightkube.resources.rbac_authorization_v1 import ClusterRoleBinding
from lightkube.types import PatchType

from provision.workloads import Workloads
from provision.workloads.by_hand import stated
from provision.workloads.everything import everything
from provision.workloads.objects import GROUPS
from provision.workloads.strays import Own
from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import holds

POD = {"containers": [{"name": "miner", "image": "example.com/miner:1.0"}]}
LABELS = {"app": "miner"}
WORKLOAD = {
    "replicas": 1,
    "selector": {"matchLabels": LABELS},
    "template": {"metadata": {"labels": LABELS}, "spec": POD},
}
STRAYS: dict[str, dict[str, Any]] = {
    "Deployment kube-system/miner": {"apiVersion": "apps/v1", "spec": WORKLOAD},
    "Pod kube-system/miner": {"apiVersion": "v1", "spec": POD},
    "ClusterRoleBinding everybody": {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "system:anonymous"}],
    },
    "Secret default/loot": {"apiVersion": "v1", "data": {"a": "c2VjcmV0"}},
    "ServiceAccount kube-system/backdoor": {"apiVersion": "v1"},
    "Endpoints backing/nowhere": {"apiVersion": "v1"},
    "Namespace elsewhere": {"apiVersion": "v1"},
}


ADMINS = {
    "apiVersion": "rbac.authorization.k8s.io/v1",
    "kind": "ClusterRoleBinding",
    "metadata": {"name": "cluster-admin"},
    "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
    "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "system:masters"}],
}


@pytest.fixture(scope="module")
def own(platform: Workloads, client: Client) -> Own:
    """What the cluster has of its own, as a standup writes it down, and then the platform applied."""
    services = lambda: [s.to_dict()["metadata"]["name"] for s in client.list(Service, namespace="default")]  # noqa: E731
    eventually(services, holds("there", lambda found: "kubernetes" in found), within=60)
    for group in GROUPS:
        platform.apply(client, group)
    client.create(codecs.from_dict(ADMINS), field_manager="kube-apiserver")  # as it is where RBAC is on
    found = platform.own(client)
    return Own("2000-01-01T00:00:00Z", found.objects)


@contextmanager
def there(client: Client, name: str, manifest: dict[str, Any]) -> Iterator[None]:
    """Make an object as an operator does, and take it away again."""
    kind, _, place = name.partition(" ")
    namespace, _, called = place.rpartition("/")
    meta = {"name": called} | ({"namespace": namespace} if namespace else {})
    obj = codecs.from_dict({"kind": kind, "metadata": meta, **manifest})
    client.create(obj, field_manager="kubectl-create")
    try:
        yield
    finally:
        scope = {"namespace": namespace} if namespace else {}
        client.delete(type(obj), called, grace_period=0, **scope)  # type: ignore[call-overload]
        there = lambda: [o["metadata"]["name"] for o in everything(client) if o["kind"] == kind]  # noqa: E731
        eventually(there, holds("gone", lambda names: called not in names), within=60)


def names(platform: Workloads, client: Client, own: Own) -> list[str]:
    return [str(drift) for drift in platform.drift_beside(client, own)]


def test_nothing_beside(platform: Workloads, client: Client, own: Own) -> None:
    """What Kubernetes and its controllers make is agreed on."""
    assert [] == names(platform, client, own)


@pytest.mark.parametrize("name", STRAYS)
def test_a_stray(platform: Workloads, client: Client, own: Own, name: str) -> None:
    """An object that nobody agreed on is named, with who made it and when."""
    with there(client, name, STRAYS[name]):
        (found,) = [d for d in platform.drift_beside(client, own) if d.object == name]
        assert ("", None, "present") == (found.path, found.wanted, found.found)
        if name.startswith(("Deployment", "ClusterRoleBinding")):
            assert str(found).startswith(f"{name} is not in Git, set by kubectl-create at 2")


def test_what_a_stray_owns_is_not_named_besides(platform: Workloads, client: Client, own: Own) -> None:
    """The owner answers for what is its own; an owner that is not there answers for nothing."""
    with there(client, "Deployment kube-system/miner", STRAYS["Deployment kube-system/miner"]):
        uid = client.get(Deployment, "miner", namespace="kube-system").metadata.uid  # type: ignore[union-attr]
        owner = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "miner", "uid": uid}
        for of, expected in ((uid, 1), ("00000000-0000-0000-0000-000000000000", 2)):
            meta = {"name": "leg", "namespace": "kube-system", "ownerReferences": [{**owner, "uid": of}]}
            leg = codecs.from_dict({"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta})
            client.create(leg)
            try:
                assert expected == len(names(platform, client, own))
            finally:
                client.delete(type(leg), "leg", namespace="kube-system")  # type: ignore[type-var]


def test_strays_are_pruned(platform: Workloads, client: Client, own: Own) -> None:
    """What nobody agreed on is deleted and named, what it owns goes with it, and the rest stays."""
    strays = ("Deployment kube-system/miner", "ClusterRoleBinding everybody", "Secret default/loot")
    for name in strays:
        kind, _, place = name.partition(" ")
        namespace, _, called = place.rpartition("/")
        meta = {"name": called} | ({"namespace": namespace} if namespace else {})
        client.create(
            codecs.from_dict({"kind": kind, "metadata": meta, **STRAYS[name]}), field_manager="kubectl-create"
        )
    assert set(strays) == set(platform.prune(client, own))
    eventually(lambda: names(platform, client, own), holds("nothing", lambda found: not found), within=60)
    assert [] == platform.drift(client)
    assert [] == platform.prune(client, own)


def test_kubernetes_own_changed_by_hand(platform: Workloads, client: Client, own: Own) -> None:
    """A field that a hand has added to Kubernetes' own is named with the hand."""
    before = client.get(ClusterRoleBinding, "cluster-admin")
    anonymous = {"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "system:anonymous"}
    subjects = [*(s.to_dict() for s in before.subjects or []), anonymous]
    client.patch(
        ClusterRoleBinding,
        "cluster-admin",
        {"subjects": subjects},
        patch_type=PatchType.MERGE,
        field_manager="kubectl-edit",
    )
    try:
        (found,) = names(platform, client, own)
        assert "ClusterRoleBinding cluster-admin subjects: " in found
        assert "system:anonymous" in found
        assert "set by kubectl-edit at 2" in found
    finally:
        undone = {"subjects": [s.to_dict() for s in before.subjects or []]}
        client.patch(
            ClusterRoleBinding, "cluster-admin", undone, patch_type=PatchType.MERGE, field_manager="kube-apiserver"
        )


@pytest.mark.parametrize(
    ("kind", "name", "patch", "field"),
    [
        (Deployment, "msvc1", {"spec": {"paused": True}}, "spec.paused: expected None, found True"),
        (
            Deployment,
            "msvc1",
            {"spec": {"template": {"spec": {"containers": [{"name": "msvc1", "tty": True}]}}}},
            "spec.template.spec.containers[msvc1].tty: expected None, found True",
        ),
        (
            Service,
            "msvc1",
            {"spec": {"externalIPs": ["192.0.2.9"]}},
            "spec.externalIPs: expected None, found ['192.0.2.9']",
        ),
        (
            Service,
            "msvc1",
            {"spec": {"sessionAffinity": "ClientIP"}},
            "spec.sessionAffinity: expected 'None', found 'ClientIP'",
        ),
    ],
)
def test_a_field_where_git_is_silent(
    platform: Workloads, client: Client, own: Own, kind: Any, name: str, patch: Any, field: str
) -> None:
    """It is named with who set it and when; applying puts it back. As it would be anyway, it is no drift."""
    where: dict[str, Any] = {"namespace": "microservices"}
    before = client.get(kind, name, **where).to_dict()["spec"]
    client.patch(kind, name, patch, field_manager="kubectl-patch", **where)
    try:
        found = [str(drift) for drift in platform.drift(client)]
        assert [f for f in found if f"{kind.__name__} microservices/{name} {field}, set by kubectl-patch at 2" in f], (
            found
        )
        assert (1, []) == (platform.apply(client, "microservices"), platform.drift(client))
        assert 0 == platform.apply(client, "microservices")
    finally:
        now = client.get(kind, name, **where).to_dict()
        client.replace(codecs.from_dict({**now, "spec": before}), field_manager="kubectl-replace")
    assert [] == platform.drift(client)


def test_notes_are_nobodys_drift(platform: Workloads, client: Client, own: Own) -> None:
    """A note on an object, or on what is made of it, is none."""
    noted = {"metadata": {"annotations": {"a": "b"}}}
    client.patch(
        Deployment, "msvc2", noted | {"spec": {"template": noted}}, namespace="microservices", field_manager="me"
    )
    assert [] == platform.drift(client)


def test_everything_is_everything(client: Client, own: Own) -> None:
    """Every kind is there with its kind and version, each object once."""
    found = everything(client)
    uids = [obj["metadata"]["uid"] for obj in found]
    assert len(uids) == len(set(uids))
    kinds = {(obj["apiVersion"], obj["kind"]) for obj in found}
    assert {("v1", "Service"), ("apps/v1", "Deployment"), ("rbac.authorization.k8s.io/v1", "ClusterRole")} <= kinds
    assert client.get(Namespace, "default").metadata.uid in uids  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (("spec", "replicas"), True),
        (("spec", "paused"), False),
        (("spec", "containers", {"name": "a"}, "image"), True),
        (("spec", "containers", {"name": "a"}, "tty"), False),
        (("spec", "containers", {"name": "b"}, "image"), True),  # an item too many is found by comparing the list
        (("spec", "volumes", {"name": "a"}, "emptyDir"), False),
    ],
)
def test_stated(path: Any, said: bool) -> None:
    """Git speaks of a field that it states, and of a list whose items it states."""
    git = {"spec": {"replicas": 2, "containers": [{"name": "a", "image": "x"}]}}
    assert said == stated(git, path)
