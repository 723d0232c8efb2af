"""What every target on moto does for the steps of the standup, and what it sees at each gate."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, get_args

from lightkube.resources.apps_v1 import DaemonSet, Deployment, StatefulSet
from lightkube.resources.batch_v1 import Job
from lightkube.resources.core_v1 import Node, PersistentVolumeClaim, Service

from provision.estate import ready
from provision.targets.base.parts import RESOLVER, Parts
from provision.workloads import Certificate, MemberVolume, OverlayValues, WorkloadsError
from provision.workloads.objects import Group
from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import equal_to
from seatrial.checks.observer import Fidelity, Recorder
from seatrial.observers.dns import Dns
from seatrial.provisioning.processes import ProcessSpec

_KINDS: tuple[Any, ...] = (Deployment, StatefulSet, DaemonSet, Job, PersistentVolumeClaim)
_MOTO_WITHIN = 60.0  # seconds; it takes two


class Builder(ABC):
    """Builds one platform; counts what it had to change.

    Args:
        parts: The platform's parts.
        mark: The ownership mark, a UUID.
        say: Is told what is going on within a step.
    """

    def __init__(self, parts: Parts, mark: str, say: Callable[[str], None]) -> None:
        self._parts = parts
        self._mark = mark
        self._say = say
        self.changed = 0

    @property
    @abstractmethod
    def probing(self) -> Sequence[str]:
        """How the resolver is told to run the health checks."""

    @abstractmethod
    def make_cluster(self) -> None:
        """Have the machines and the control plane made."""

    @abstractmethod
    def cluster_unready(self) -> Sequence[str]:
        """Look whether every etcd member, API server, controller and the API's own address answer."""

    def overlay(self, values: OverlayValues) -> OverlayValues:
        """Complete the values of the manifests with those that only the target knows."""
        return values

    @abstractmethod
    def make_records(self) -> None:
        """Have the DNS updater run."""

    def names_unready(self) -> Sequence[str]:
        """Look whether the API's internal name has the address of every master."""
        c = self._parts
        masters = self._master_addresses()
        name = f"api.internal.{c.spec.zone_name(c.team)}"
        records = c.access.client("route53").list_resource_record_sets(
            HostedZoneId=c.estate.hosted_zone_id(), StartRecordName=name, StartRecordType="A", MaxItems="1"
        )["ResourceRecordSets"]
        found = {r["Value"] for record in records if record["Name"] == f"{name}." for r in record["ResourceRecords"]}
        return [f"{name} lacks {address}" for address in sorted(set(masters) - found)]

    def nodes_unready(self) -> Sequence[str]:
        """Look whether every instance is a Ready node."""
        c = self._parts
        nodes: list[Any] = list(c.kube().list(Node))
        ready_ones = {n.spec.providerID.rpartition("/")[2] for n in nodes if _is_ready(n)}
        return [f"{i.id} in {i.zone} is no ready node" for i in c.estate.instances() if i.id not in ready_ones]

    def make_volumes(self) -> None:
        """Make the MongoDB volumes, and write the manifests' overlay that names them."""
        c = self._parts
        volumes = c.estate.ensure_volumes()
        members = tuple(MemberVolume(v.member, v.volume_id, v.zone) for v in volumes)
        zone = c.spec.zone_name(c.team)
        tls = c.pki.kubernetes.issue("ingress", zone, hosts=[zone, f"*.{zone}"])
        certificate = Certificate(tls.cert.read_bytes(), tls.key.read_bytes())
        values = OverlayValues(self._mark, c.estate.hosted_zone_id(), members, certificate)
        c.workloads.write_overlay(self.overlay(values))
        problems = c.workloads.check()
        if problems:
            raise WorkloadsError("\n".join(str(problem) for problem in problems))

    def volumes_unready(self) -> Sequence[str]:
        """Look at the state of every volume."""
        c = self._parts
        ids = [v.volume_id for v in c.estate.ensure_volumes()]
        found = c.access.client("ec2").describe_volumes(VolumeIds=ids)["Volumes"]
        return [f"{v['VolumeId']} is {v['State']}" for v in found if v["State"] not in ("available", "in-use")]

    def deploy(self, group: str) -> None:
        """Apply one group of the manifests; the DNS updater's own goes with the backing services."""
        groups: list[Group] = [g for g in get_args(Group) if g == group or (group == "backing" and g == "dns")]
        for one in groups:
            self.changed += self._parts.workloads.apply(self._parts.kube(), one)

    def groups_unready(self, *groups: str) -> Sequence[str]:
        """Look at every workload and claim of some groups."""
        client: Any = self._parts.kube()
        live = [item.to_dict() | _type(kind) for kind in _KINDS for item in client.list(kind, namespace="*")]
        return [one for group in groups for one in self._parts.workloads.not_ready(group, live)]  # type: ignore[arg-type]

    def open_ports(self) -> None:
        """Open the ingress ports."""
        self.changed += len(self._parts.estate.ensure_ingress_rules())

    def ports_closed(self) -> Sequence[str]:
        """Look whether any port would still have to be opened."""
        return [f"port {port} was closed" for port in self._parts.estate.ensure_ingress_rules()]

    def records_missing(self) -> Sequence[str]:
        """Ask the resolver for every service."""
        c = self._parts
        dns = Dns(*c.resolver, fidelity=Fidelity.SIMULATED, timeout=0.5, recorder=Recorder())
        zone = c.spec.zone_name(c.team)
        services: list[Any] = list(c.kube().list(Service, namespace="*"))
        names = {f"{service.metadata.name}.{zone}" for service in services}
        answers = {name: dns.resolve(name) for name in sorted(names)}
        return [f"{name}: {answer.rcode}" for name, answer in answers.items() if not answer.values]

    def _make_estate(self) -> None:
        c, ca = self._parts, self._parts.pki.kubernetes.pair
        self._say("waiting for the AWS API")
        eventually(lambda: ready(c.aws_endpoint), equal_to(True), within=_MOTO_WITHIN)
        self._say("kops makes the estate")
        c.estate.ensure_store()
        c.estate.ensure_cluster(ca.cert, ca.key)
        self._name_masters()

    def _name_masters(self) -> None:
        """Return the API's internal name the masters' addresses, as kops's controller does on real masters."""
        c = self._parts
        record = {
            "Name": f"api.internal.{c.spec.zone_name(c.team)}",
            "Type": "A",
            "TTL": 60,
            "ResourceRecords": [{"Value": address} for address in self._master_addresses()],
        }
        c.access.client("route53").change_resource_record_sets(
            HostedZoneId=c.estate.hosted_zone_id(),
            ChangeBatch={"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]},  # type: ignore[typeddict-item]
        )

    def _master_addresses(self) -> list[str]:
        masters = (i for i in self._parts.estate.instances() if "k8s.io/role/control-plane" in i.tags)
        return sorted(master.private_ip for master in masters if master.private_ip)

    def _ensure(self, spec: ProcessSpec) -> None:
        self.changed += self._parts.processes.ensure(spec)

    def _resolver(self) -> ProcessSpec:
        c = self._parts
        argv, env = c.python(
            "provision.resolver",
            f"--listen={c.resolver[0]}:{c.resolver[1]}",
            f"--zone-suffix={c.spec.zone_name(c.team)}",
            *self.probing,
        )
        return ProcessSpec(RESOLVER, argv, env)


def _is_ready(node: Any) -> bool:
    return any(c.type == "Ready" and c.status == "True" for c in node.status.conditions or [])


def _type(kind: Any) -> dict[str, str]:
    info = kind._api_info.resource  # noqa: SLF001 - lightkube's list leaves the kind of its items out
    group = f"{info.group}/" if info.group else ""
    return {"apiVersion": f"{group}{info.version}", "kind": info.kind}
