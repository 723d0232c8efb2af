"""Machines are replaced one after the other, each once the platform is whole again; nodes are emptied first."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace as Thing
from typing import Any

import httpx2
import pytest
from lightkube import ApiError
from lightkube.resources.core_v1 import Node, Pod

from provision.targets.local.rolling import Rolling
from provision.workloads import WorkloadsError

_OLD, _NEW = "1.36.0", "1.36.1"


class _Platform:
    """A platform of which a group replaces whatever is ended, a while later; it keeps what was done to it."""

    def __init__(self, *machines: tuple[str, str]) -> None:
        self.machines = {f"{role}-{zone}": (role, zone, _OLD) for role, zone in machines}
        self.pods = [_pod("web", "node-a", "ReplicaSet"), _pod("agent", "node-a", "DaemonSet")]
        self.deeds: list[str] = []
        self.away: list[str] = []
        self.budget = 2  # so often a pod may not go yet
        self.spec = Thing(kubernetes=_NEW)
        self.access = Thing(client=lambda _service: self)
        self.estate = Thing(instances=lambda: [Thing(id=name) for name in self.machines])

    def client(self) -> Any:
        return self

    def list(self, kind: Any, **fields: Any) -> Any:
        if kind is Node:
            return [_node(name, *machine) for name, machine in self.machines.items()]
        return [pod for pod in self.pods if pod.on == fields["fields"]["spec.nodeName"]]

    def patch(self, _kind: Any, name: str, change: Any, **_: Any) -> None:
        assert {"spec": {"unschedulable": True}} == change
        self.deeds.append(f"cordon {name}")

    def create(self, eviction: Any, name: str, *, namespace: str) -> None:
        assert isinstance(eviction, Pod.Eviction)
        self.budget -= 1
        if self.budget >= 0:
            raise ApiError(response=_answer(429))
        self.deeds.append(f"evict {namespace}/{name}")

    def terminate_instances(self, InstanceIds: Sequence[str]) -> None:  # noqa: N803 - as boto3 has it
        [machine] = InstanceIds
        assert not self.away, f"{self.away} is not back yet"
        role, zone, _ = self.machines.pop(machine)
        self.machines[f"new-{role}-{zone}"] = (role, zone, _NEW)
        self.away = [machine] * 3
        self.deeds.append(f"end {machine}")

    def cluster_unready(self) -> Sequence[str]:
        """Look once, after which it is nearer to being whole."""
        return [self.away.pop()] if self.away else []

    def nodes_unready(self) -> Sequence[str]:
        return []

    def groups_unready(self, *groups: str) -> Sequence[str]:
        if "dns" in groups:
            raise WorkloadsError("no overlay yet")
        return []


def _pod(name: str, node: str, owner: str) -> Any:
    return Thing(metadata=Thing(name=name, namespace="shop", ownerReferences=[Thing(kind=owner)]), on=node)


def _node(name: str, role: str, zone: str, version: str) -> Any:
    label = "control-plane" if role == "master" else "node"
    labels = {f"node-role.kubernetes.io/{label}": "", "topology.kubernetes.io/zone": zone}
    info = Thing(kubeletVersion=f"v{version}")
    metadata = Thing(name=name, labels=labels)
    return Thing(metadata=metadata, spec=Thing(providerID=f"aws:///{zone}/{name}"), status=Thing(nodeInfo=info))


def _answer(code: int) -> httpx2.Response:
    body = {"code": code, "message": "", "kind": "Status", "apiVersion": "v1", "status": "Failure"}
    return httpx2.Response(code, json=body, request=httpx2.Request("POST", "http://api"))


@pytest.fixture
def platform() -> _Platform:
    """A platform of two zones."""
    return _Platform(("node", "b"), ("master", "b"), ("node", "a"), ("master", "a"))


def test_one_after_the_other(platform: _Platform) -> None:
    """Masters first; a node's pods are asked to go until their budget lets them, but for those that belong to it."""
    said: list[str] = []
    rolling: Any = Rolling(platform, platform, said.append)  # type: ignore[arg-type]
    assert 4 == rolling.roll()
    assert platform.deeds == [
        "end master-a",
        "end master-b",
        "cordon node-a",
        "evict shop/web",
        "end node-a",
        "cordon node-b",
        "end node-b",
    ]
    assert ("replacing 1 of 4: the master in a", "replacing 4 of 4: the node in b") == (said[0], said[-1])
    assert (4, 0) == (len(platform.deeds) - 3, rolling.roll())
