"""What is seen at each gate of the standup: nothing here changes anything."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from lightkube.resources.apps_v1 import DaemonSet, Deployment, StatefulSet
from lightkube.resources.batch_v1 import Job
from lightkube.resources.core_v1 import Node, PersistentVolumeClaim, Service

from provision.estate.api_name import NAMES
from provision.net.nodes import is_master, is_ready, machine_of
from provision.targets.base.parts import Parts
from provision.workloads.claimed import machines_of_volumes
from seatrial.checks.observer import Fidelity, Recorder
from seatrial.observers.dns import Dns
from seatrial.provisioning.standup import Gate

_KINDS: tuple[Any, ...] = (Deployment, StatefulSet, DaemonSet, Job, PersistentVolumeClaim)

_ANSWER_SECONDS = 2.0  # the resolver answers within milliseconds; while it reads the zones anew, within a second


class Gates(ABC):
    """Looks at one platform; each look names what is not yet there.

    Args:
        parts: The platform's parts.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    @abstractmethod
    def cluster_unready(self) -> Sequence[str]:
        """Look whether every etcd member, API server, controller and the API's own address answer."""

    def own(self) -> Sequence[Gate]:
        """Return what else this target waits for before a cluster is used."""
        return ()

    def names_unready(self) -> Sequence[str]:
        """Ask the name server whether the masters' internal names lead to every master, and to nobody else."""
        c, dns = self._parts, self._dns()
        masters, wrong = set(master_addresses(c)), []
        for name in (f"{name}.{c.spec.zone_name(c.team)}" for name in NAMES):
            found = dns.resolve(name).values
            wrong += [f"{name} lacks {address}" for address in sorted(masters - found)]
            wrong += [f"{name} leads to {address}, which is no master" for address in sorted(found - masters)]
        return wrong

    def nodes_unready(self) -> Sequence[str]:
        """Look whether every instance is a Ready node."""
        c = self._parts
        nodes: list[Any] = list(c.kube().list(Node))
        ready_ones = {machine_of(n) for n in nodes if is_ready(n)}
        return [f"{i.id} in {i.zone} is no ready node" for i in c.estate.instances() if i.id not in ready_ones]

    def volumes_unready(self) -> Sequence[str]:
        """Look at the state of every volume."""
        c = self._parts
        volumes = {v.member: v.volume_id for v in c.estate.find_volumes()}
        missing = [f"MongoDB member {n} has no volume" for n in range(c.spec.mongodb.members) if n not in volumes]
        found = c.access.client("ec2").describe_volumes(VolumeIds=list(volumes.values()))["Volumes"] if volumes else []
        ready = ("available", "in-use")
        return missing + [f"{v['VolumeId']} is {v['State']}" for v in found if v["State"] not in ready]

    def volumes_apart(self) -> Sequence[str]:
        """Look whether every volume is attached to the machine of the pod that claimed it, and to no other."""
        c = self._parts
        wanted = {volume: {machine} - {None} for volume, machine in machines_of_volumes(c.kube()).items()}
        if not wanted:
            return []
        described = c.access.client("ec2").get_paginator("describe_volumes")
        pages = described.paginate(Filters=[{"Name": "volume-id", "Values": sorted(wanted)}])
        there = [volume for page in pages for volume in page["Volumes"]]
        found = {v["VolumeId"]: {a["InstanceId"] for a in v["Attachments"] if a["State"] == "attached"} for v in there}
        return [f"the volume {v} is not where its pod is" for v in sorted(wanted) if found.get(v, set()) != wanted[v]]

    def groups_unready(self, *groups: str) -> Sequence[str]:
        """Look at every workload and claim of some groups."""
        client: Any = self._parts.kube()
        live = [item.to_dict() | _type(kind) for kind in _KINDS for item in client.list(kind, namespace="*")]
        workloads = self._parts.workloads  # which asks what Git says
        return [one for group in groups for one in workloads.not_ready(group, live)]  # type: ignore[arg-type]

    def ports_closed(self) -> Sequence[str]:
        """Look whether any of the ingress ports is closed."""
        return [f"port {port} is closed" for port in self._parts.estate.closed_ports()]

    def records_missing(self) -> Sequence[str]:
        """Look at every record and health check, then ask the resolver for every service."""
        return self.names_behind() or self.names_unanswered()

    def names_behind(self) -> Sequence[str]:
        """Look whether every record and health check is as services and nodes ask for."""
        return [str(difference) for difference in self._parts.published.differences()]

    def names_unanswered(self) -> Sequence[str]:
        """Ask the resolver for every service."""
        c, dns = self._parts, self._dns()
        zone = c.spec.zone_name(c.team)
        services: list[Any] = list(c.kube().list(Service, namespace="*"))
        names = {f"{service.metadata.name}.{zone}" for service in services}
        answers = {name: dns.resolve(name) for name in sorted(names)}
        return [f"{name}: {answer.rcode}" for name, answer in answers.items() if not answer.values]

    def _dns(self) -> Dns:
        return Dns(*self._parts.resolver, fidelity=Fidelity.SIMULATED, timeout=_ANSWER_SECONDS, recorder=Recorder())


def master_addresses(parts: Parts) -> list[str]:
    """Return the private addresses of the masters' machines."""
    masters = (i for i in parts.estate.instances() if is_master(i.tags))
    return sorted(master.private_ip for master in masters if master.private_ip)


def _type(kind: Any) -> dict[str, str]:
    info = kind._api_info.resource  # noqa: SLF001 - lightkube's list leaves the kind of its items out
    group = f"{info.group}/" if info.group else ""
    return {"apiVersion": f"{group}{info.version}", "kind": info.kind}
