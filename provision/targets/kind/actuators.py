"""What faults on ``kind`` act with, beside the APIs of the cluster and of the cloud."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lightkube.resources.core_v1 import Pod

from provision.observers import Registry, another_version
from provision.targets.kind.builder import KindBuilder
from provision.targets.kind.node_filter import NodeFilter
from provision.targets.kind.parts import KindParts
from provision.workloads.apply import apply
from provision.workloads.objects import key
from provision.workloads.server import Server


class KindActuators:
    """What acts on one platform.

    Args:
        parts: The platform's parts.
        builder: What builds it.
    """

    def __init__(self, parts: KindParts, builder: KindBuilder) -> None:
        self._parts = parts
        self._builder = builder

    def all(self) -> dict[str, Callable[..., Any]]:
        """Return every actuator by its name."""
        c = self._parts  # whose network is not there yet before a first standup
        return {
            "cut_off": lambda node: NodeFilter(c.engine, node).cut_off(),
            "reconnect": lambda node: NodeFilter(c.engine, node).reconnect(),
            "crash": self.crash,
            "controller": lambda: c.controller,
            "controllers": lambda: c.images.controllers,
            "swap_controller": self.swap_controller,
            "another_version": lambda image: another_version(Registry(c.images.url), image),
            "grow_etcd": lambda count: c.etcd_members().grow(count),
            "shrink_etcd": lambda to: c.etcd_members().shrink(to),
        }

    def crash(self, namespace: str, name: str) -> None:
        """Kill the first container of a pod, as a failure of its program would."""
        pod = self._parts.kube().get(Pod, name, namespace=namespace)
        statuses = (pod.status.containerStatuses if pod.status else None) or []
        container = str(statuses[0].containerID).removeprefix("containerd://")
        node = str(pod.spec.nodeName if pod.spec else "")
        kill = ("ctr", "--namespace=k8s.io", "tasks", "kill", "--signal=SIGKILL", container)
        self._parts.engine.run("exec", node, *kill)

    def swap_controller(self, name: str) -> None:
        """Apply what Git says otherwise with another ingress controller, and remove what only the one before had."""
        c = self._parts
        before = {key(obj): obj for obj in c.workloads.objects()}
        c.choose_controller(name)
        self._builder.write_overlay()
        self._builder.check_manifests()
        now, server = {key(obj): obj for obj in c.workloads.objects()}, Server(c.kube())
        apply((obj for name_, obj in now.items() if obj != before.get(name_)), server)
        for gone in (obj for name_, obj in before.items() if name_ not in now):
            server.delete(gone)
