"""The official client beside ours: the same cluster, the same guard, and each request of it is a look."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kubernetes.client import CoreV1Api, V1ConfigMap, V1ObjectMeta
from kubernetes.watch import Watch
from lightkube.resources.core_v1 import Namespace

from seatrial.adopted.platform import Adopted
from seatrial.checks.observer import RECORDER, Fidelity, NotProvableError
from seatrial.observers.cluster import Cluster
from seatrial.observers.official import Official
from seatrial.provisioning.adopting import OnlyLookedAtError
from seatrial.provisioning.contract import KubeContext

from .conftest import LOOKER, STRANGER, Project, Standing
from .shop import put

_WORDS = """
from kubernetes.client import AppsV1Api, CoreV1Api
from pytest_bdd import then
from seatrial import eventually, every, instrument

kubernetes = instrument("kubernetes")

@then("each deployment has a ready pod, as the official client has it")
def _(kubernetes):
    apps = AppsV1Api(kubernetes.api)
    found = lambda: apps.list_namespaced_deployment("official").items
    seen = lambda: {d.metadata.name: {"ready": d.status.ready_replicas > 0} for d in found()}
    eventually(seen, every("deployments", ready=True), within=5)

@then("each namespace is active, as the official client has it")
def _(kubernetes):
    core = CoreV1Api(kubernetes.api)
    seen = lambda: {n.metadata.name: {"phase": n.status.phase} for n in core.list_namespace().items}
    eventually(seen, every("namespaces", phase="Active"), within=5)

@then("somebody writes by the official client")
def _(kubernetes):
    kubernetes.dynamic.resources.get(api_version="v1", kind="Namespace").create({"metadata": {"name": "written"}})
"""


@pytest.fixture
def adopted(tmp_path: Path, standing: Standing) -> Iterator[Adopted]:
    """The cluster, looked at by whoever may do anything."""
    platform = Adopted(tmp_path, "trial", "adopted", KubeContext(standing.kubeconfig, LOOKER))
    yield platform
    platform.close()


def _clients(adopted: Adopted) -> tuple[Cluster, Official]:
    cluster, official = (adopted.instruments()[name] for name in ("cluster", "kubernetes"))
    assert isinstance(cluster, Cluster)
    assert isinstance(official, Official)
    return cluster, official


def test_both_see_the_same(adopted: Adopted) -> None:
    """Ours, the official one and its dynamic one have the same objects, as they came."""
    cluster, official = _clients(adopted)
    ours = {item.to_dict()["metadata"]["uid"]: item.to_dict()["status"] for item in cluster.all(Namespace)}
    theirs = {n.metadata.uid: {"phase": n.status.phase} for n in CoreV1Api(official.api).list_namespace().items}
    resource = official.dynamic.resources.get(api_version="v1", kind="Namespace")
    dynamic = {n.metadata.uid: {"phase": n.status.phase} for n in resource.get().items}
    assert ours
    assert ours == theirs == dynamic
    first = next(iter(Watch().stream(CoreV1Api(official.api).list_namespace, timeout_seconds=2)))
    assert first["object"].metadata.uid in ours


def test_it_only_looks(adopted: Adopted, standing: Standing) -> None:
    """It is refused whatever would change something, as ours is; nothing leaves, and what does leave is counted."""
    _, official = _clients(adopted)
    core, before, sent = CoreV1Api(official.api), standing.asked(), dict(adopted.sent())
    body = V1ConfigMap(metadata=V1ObjectMeta(name="written"))
    changes: list[Callable[[], object]] = [
        lambda: core.create_namespaced_config_map("default", body),
        lambda: core.patch_namespace("default", {"metadata": {"labels": {"a": "b"}}}),
        lambda: core.delete_namespace("default"),
        lambda: core.connect_get_namespaced_pod_exec("one", "default", command="ls"),
    ]
    for change in changes:
        with pytest.raises(OnlyLookedAtError, match="the platform is only looked at: refused to"):
            change()
    assert before == standing.asked()
    assert sent == dict(adopted.sent())
    core.list_namespace()
    assert sent.get("list", 0) + 1 == adopted.sent()["list"]


def test_each_request_is_a_look(adopted: Adopted) -> None:
    """It is noted with what was asked, and whether it has seen how something is or only how it is set."""
    _, official = _clients(adopted)
    RECORDER.clear()
    CoreV1Api(official.api).list_node()
    (look,) = RECORDER.take_looks()
    assert (["kubernetes: get /api/v1/nodes"], "observed") == (look.asked, look.basis)
    CoreV1Api(official.api).list_namespaced_config_map("kube-system")
    (look,) = RECORDER.take_looks()
    assert "declared" == look.basis
    assert "v1" in official.get("/api")["versions"]
    assert {"kubernetes": Fidelity.REAL} == RECORDER.touched


def test_what_the_credentials_may_not(tmp_path: Path, standing: Standing) -> None:
    """It is not provable, with the reason that ours gives."""
    stranger = Adopted(tmp_path, "trial", "adopted", KubeContext(standing.kubeconfig, STRANGER))
    _, official = _clients(stranger)
    with pytest.raises(NotProvableError, match="may not list nodes"):
        CoreV1Api(official.api).list_node()
    stranger.close()


def test_in_a_word(project: Project, standing: Standing) -> None:
    """A word takes it as a fixture; its scenario is judged like any other, by what came back."""
    put(standing.kubernetes.client, "whole", "official")
    (project.path / "conftest.py").write_text(_WORDS)
    project.scenarios(
        {
            "Looking": "Then each deployment has a ready pod, as the official client has it",
            "Reading what is set": "Then each namespace is active, as the official client has it",
            "Writing": "Then somebody writes by the official client",
        }
    )
    ended = project.seatrial("verify")
    assert 0 == ended.returncode, ended.stdout + ended.stderr
    expected = {"Looking": "proven", "Reading what is set": "not provable", "Writing": "not provable"}
    assert expected == project.verdicts
    assert "only what was declared was looked at" in project.results["Reading what is set"]["reason"]
    assert {"kubernetes": "real"} == project.results["Looking"]["touched"]
    assert ", 0 writes\n" in ended.stdout
