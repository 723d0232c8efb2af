"""What breaks are made with: the platform's own API, cloud and processes, and nothing of the harness's journal."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from lightkube.core.resource import NamespacedResource
from lightkube.resources.core_v1 import Node, Pod

from seatrial.faults import Create, Delete, Fault, Patch
from seatrial.faults.kube import resource_type
from seatrial.provisioning.contract import Actuators, Platform
from seatrial.provisioning.processes import ProcessTable

ZONE = "topology.kubernetes.io/zone"
MASTER = "node-role.kubernetes.io/control-plane"
NAME = "app.kubernetes.io/name"
LIMIT = 120.0
"""Seconds within which a break shows, or is gone: more than ten times what was measured, real containers included."""

Broken = AbstractContextManager[tuple[str, ...]]
"""What is broken while it is entered; gives the names that a failure's message has to hold."""
Break = Callable[["Site"], Broken]


@dataclass
class Site:
    """The platform, as a saboteur sees it."""

    platform: Platform

    @property
    def actuators(self) -> Actuators:
        """What the platform gives to whoever changes it."""
        return self.platform.actuators()

    @property
    def kube(self) -> Any:
        """A client of the cluster's API."""
        return self.actuators.kube()

    @property
    def facts(self) -> Mapping[str, str]:
        """Its names."""
        return self.platform.facts

    def aws(self, service: str) -> Any:
        """Make a boto3 client of the named service."""
        return self.actuators.aws(service)

    def nodes(self) -> list[Any]:
        """Return the nodes that are no masters, by zone."""
        return sorted(
            (n for n in self.kube.list(Node) if MASTER not in n.metadata.labels), key=lambda n: n.metadata.labels[ZONE]
        )

    def masters(self) -> list[Any]:
        """Return the masters, by zone."""
        return sorted(
            (n for n in self.kube.list(Node) if MASTER in n.metadata.labels), key=lambda n: n.metadata.labels[ZONE]
        )

    def pods(self, name: str, namespace: str) -> list[Any]:
        """Return the pods of one component that are not leaving, by their names."""
        found = self._pods(name, namespace)
        return sorted((p for p in found if not p.metadata.deletionTimestamp), key=lambda p: str(p.metadata.name))

    def gone(self, name: str, namespace: str) -> bool:
        """Return whether a component has no pod any more, not even one that is leaving: it would still do its work."""
        return not self._pods(name, namespace)

    def _pods(self, name: str, namespace: str) -> list[Any]:
        return list(self.kube.list(Pod, namespace=namespace, labels={NAME: name}))

    def read(self, api_version: str, kind: str, name: str, namespace: str = "") -> dict[str, Any]:
        """Return an object as it stands."""
        of = resource_type(api_version, kind)
        scope = {"namespace": namespace} if issubclass(of, NamespacedResource) else {}
        found: dict[str, Any] = self.kube.get(of, name, **scope).to_dict()
        return found


def until(what: str, met: Callable[[], object]) -> None:
    """Wait until something is so; a look that cannot be made is one at which it is not."""
    limit, trouble = time.monotonic() + LIMIT, ""
    while True:
        try:
            if met():
                return
        except Exception as error:  # noqa: BLE001 - whatever it is, it is shown if it stays
            trouble = f": {type(error).__name__}: {error}"
        if time.monotonic() > limit:
            pytest.fail(f"{what}: not within {LIMIT:.0f} s{trouble}")
        time.sleep(0.05)


@contextmanager
def made(site: Site, fault: Fault) -> Iterator[None]:
    """Make a fault without a journal, so that no scenario undoes it; undo it afterwards."""
    memory = fault.before(site.actuators)
    fault.apply(site.actuators)
    try:
        yield
    finally:
        fault.undo(site.actuators, memory)


def patched(site: Site, of: str, name: str, namespace: str, patch: dict[str, Any]) -> AbstractContextManager[None]:
    """Change an object, named as in ``apps/v1 Deployment``."""
    api_version, _, kind = of.partition(" ")
    return made(site, Patch(api_version, kind, name, namespace, patch))


def deleted(site: Site, of: str, name: str, namespace: str) -> AbstractContextManager[None]:
    """Delete an object, named as in ``apps/v1 Deployment``."""
    api_version, _, kind = of.partition(" ")
    return made(site, Delete(api_version, kind, name, namespace))


def created(site: Site, manifest: dict[str, Any]) -> AbstractContextManager[None]:
    """Create an object."""
    return made(site, Create(manifest))


@contextmanager
def frozen(site: Site, name: str) -> Iterator[None]:
    """Stop a process in its tracks; nobody starts it again, since it has not ended."""
    pid = ProcessTable(site.platform.state).pid(name)
    assert pid is not None, f"the process {name} does not run"
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def clean(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return an object as somebody would write it who makes it anew."""
    kept = ("name", "namespace", "labels", "annotations")
    meta = {key: manifest["metadata"][key] for key in kept if key in manifest["metadata"]}
    return {key: value for key, value in manifest.items() if key != "status"} | {"metadata": meta}
