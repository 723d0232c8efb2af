"""What faults on ``kind`` act with, beside the APIs of the cluster and of the cloud."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lightkube.resources.core_v1 import Pod

from provision.observers import Registry, another_version
from provision.targets.kind.builder import KindBuilder
from provision.targets.kind.context import Context
from provision.workloads.objects import GROUPS, key
from provision.workloads.server import Server

_CHAINS = {"INPUT": "-i", "OUTPUT": "-o", "FORWARD": "-o"}


class KindHands:
    """The hands of one platform.

    Args:
        context: The platform's parts.
        builder: What builds it.
    """

    def __init__(self, context: Context, builder: KindBuilder) -> None:
        self._context = context
        self._builder = builder

    def all(self) -> dict[str, Callable[..., Any]]:
        """Give every hand by its name."""
        c = self._context  # whose network is not there yet before a first standup
        return {
            "cut_off": self.cut_off,
            "reconnect": self.reconnect,
            "crash": self.crash,
            "controller": lambda: c.controller,
            "controllers": lambda: c.images.controllers,
            "swap_controller": self.swap_controller,
            "another_version": lambda image: another_version(Registry(c.images.url), image),
            "grow_etcd": lambda count: c.etcd_members().grow(count),
            "shrink_etcd": lambda to: c.etcd_members().shrink(to),
        }

    def cut_off(self, node: str) -> None:
        """Let no packet into a node or out of it, but for what it says to itself."""
        self.reconnect(node)  # once is enough
        for chain, way in _CHAINS.items():
            self._filter(node, "-I", chain, "1", "!", way, "lo", "-j", "DROP")

    def reconnect(self, node: str) -> None:
        """Let packets pass again."""
        for chain, way in _CHAINS.items():
            while self._filter(node, "-D", chain, "!", way, "lo", "-j", "DROP"):
                pass

    def crash(self, namespace: str, name: str) -> None:
        """Kill the first container of a pod, as a failure of its program would."""
        pod = self._context.kube().get(Pod, name, namespace=namespace)
        statuses = (pod.status.containerStatuses if pod.status else None) or []
        container = str(statuses[0].containerID).removeprefix("containerd://")
        node = str(pod.spec.nodeName if pod.spec else "")
        kill = ("ctr", "--namespace=k8s.io", "tasks", "kill", "--signal=SIGKILL", container)
        self._context.engine.run("exec", node, *kill)

    def swap_controller(self, name: str) -> None:
        """Apply what Git says with another ingress controller, and remove what only the one before had."""
        c = self._context
        before = {key(obj): obj for obj in c.workloads.objects()}
        c.choose_controller(name)
        self._builder.make_volumes()  # which writes the manifests' overlay
        for group in GROUPS:
            c.workloads.apply(c.kube(), group)
        kept, server = {key(obj) for obj in c.workloads.objects()}, Server(c.kube())
        for gone in (obj for name_, obj in before.items() if name_ not in kept):
            server.delete(gone)

    def _filter(self, node: str, *rule: str) -> bool:
        return self._context.engine.attempt("exec", node, "iptables", "-w", *rule).returncode == 0
