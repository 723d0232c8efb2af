"""An object says how it should be and how it is; only who reads its status has observed anything."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from lightkube.generic_resource import create_namespaced_resource
from lightkube.models.core_v1 import PodStatus
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.apps_v1 import Deployment
from lightkube.resources.core_v1 import ConfigMap, Node, Pod, Service
from lightkube.resources.networking_v1 import Ingress

from seatrial.observers.declared import traced


class Notes:
    """Counts how often something was observed."""

    def __init__(self) -> None:
        self.observed = 0

    def observe(self) -> None:
        """Count."""
        self.observed += 1


@pytest.fixture
def notes() -> Notes:
    """What was observed."""
    return Notes()


def test_a_status_that_is_read(notes: Notes) -> None:
    """Reading the spec declares, reading the status observes; the object stays what it is."""
    pod = Pod(metadata=ObjectMeta(name="a"), status=PodStatus(phase="Running"))
    before = pod.to_dict()
    [found] = traced(Pod, [pod], notes.observe)
    assert ("a", None, 0) == (found.metadata and found.metadata.name, found.spec, notes.observed)
    assert found.status
    assert ("Running", 2) == (found.status.phase, notes.observed)
    assert isinstance(found, Pod)
    assert "Pod" == type(found).__name__
    assert before == found.to_dict() == copy.deepcopy(found).to_dict()


@pytest.mark.parametrize("kind", [ConfigMap, Service, Ingress])
def test_what_is_written_by_hand(notes: Notes, kind: Any) -> None:
    """Nothing of it is an observation: neither that it is there, nor that it is not, nor what it says."""
    for found in traced(kind, [kind(metadata=ObjectMeta(name="a"))], notes.observe):
        getattr(found, "status", None)
    traced(kind, [], notes.observe)
    assert 0 == notes.observed


def test_what_components_write(notes: Notes) -> None:
    """A node is there because a kubelet says so."""
    traced(Node, [Node(metadata=ObjectMeta(name="a"))], notes.observe)
    assert 1 == notes.observed


def test_there_being_none(notes: Notes) -> None:
    """No pod and no deployment is something that was seen."""
    traced(Deployment, [], notes.observe)
    assert 1 == notes.observed


@pytest.mark.parametrize("read", [lambda o: o["status"], lambda o: o.get("status"), lambda o: o.status])
def test_a_kind_without_a_model(notes: Notes, read: Any) -> None:
    """However its status is asked for."""
    kind: Any = create_namespaced_resource("example.com", "v1", "Thing", "things")
    [found] = traced(kind, [kind({"metadata": {"name": "a"}, "spec": {"b": 1}, "status": {"c": 2}})], notes.observe)
    assert (1, 0) == (found["spec"]["b"], notes.observed)
    assert {"c": 2} == read(found)
    assert notes.observed
