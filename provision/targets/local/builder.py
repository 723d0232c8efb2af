"""What ``local`` does for each step of the standup, and what it sees at each gate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, get_args

from lightkube.resources.apps_v1 import DaemonSet, Deployment, StatefulSet
from lightkube.resources.batch_v1 import Job
from lightkube.resources.core_v1 import Node, PersistentVolumeClaim, Service

from provision.estate import moto_argv, ready
from provision.targets.local.context import MOTO, RESOLVER, UPDATER, Context
from provision.targets.local.control_plane import DNS_UPDATER
from provision.workloads import Certificate, MemberVolume, OverlayValues, WorkloadsError
from provision.workloads.objects import Group
from seatrial.convergence import eventually
from seatrial.expectations import equal_to
from seatrial.observers.dns import Dns
from seatrial.observing import Fidelity, Recorder
from seatrial.processes import ProcessSpec

_KINDS: tuple[Any, ...] = (Deployment, StatefulSet, DaemonSet, Job, PersistentVolumeClaim)
_MOTO_WITHIN = 60.0  # seconds; it takes two


class LocalBuilder:
    """Builds one platform on ``local``; counts what it had to change.

    Args:
        context: The platform's parts.
        mark: The ownership mark, a UUID.
        say: Is told what is going on within a step.
    """

    def __init__(self, context: Context, mark: str, say: Callable[[str], None]) -> None:
        self._context = context
        self._mark = mark
        self._say = say
        self.changed = 0

    def make_cluster(self) -> None:
        """Start the AWS API and the control plane, and have kops make the estate while that comes up."""
        c = self._context
        # kops needs a processor for itself for some seconds: it starts first, the control plane right behind it.
        self._ensure(ProcessSpec(MOTO, moto_argv(c.addresses.moto.host, c.addresses.moto.port), c.python("")[1]))
        pki = c.control_plane.pki
        with ThreadPoolExecutor(1) as pool:
            estate = pool.submit(self._make_estate, pki.kubernetes.pair)
            self.changed += len(c.control_plane.start())
            estate.result()
        self.changed += len(c.control_plane.start_nodes(c.aws_environment))

    def cluster_unready(self) -> Sequence[str]:
        """Look at etcd, the API servers and the controllers."""
        plane = self._context.control_plane
        return plane.etcd_unready() or plane.api_unready() or plane.controllers_unready()

    def names_unready(self) -> Sequence[str]:
        """Look whether the API's internal name has the address of every master."""
        c = self._context
        masters = self._master_addresses()
        name = f"api.internal.{c.spec.zone_name(c.team)}"
        records = c.access.client("route53").list_resource_record_sets(
            HostedZoneId=c.estate.hosted_zone_id(), StartRecordName=name, StartRecordType="A", MaxItems="1"
        )["ResourceRecordSets"]
        found = {r["Value"] for record in records if record["Name"] == f"{name}." for r in record["ResourceRecords"]}
        return [f"{name} lacks {address}" for address in sorted(set(masters) - found)]

    def nodes_unready(self) -> Sequence[str]:
        """Look whether every instance is a Ready node."""
        c = self._context
        nodes: list[Any] = list(c.kube().list(Node))
        ready_ones = {n.spec.providerID.rpartition("/")[2] for n in nodes if _is_ready(n)}
        return [f"{i.id} in {i.zone} is no ready node" for i in c.estate.instances() if i.id not in ready_ones]

    def make_volumes(self) -> None:
        """Make the MongoDB volumes, and write the manifests' overlay that names them."""
        c = self._context
        volumes = c.estate.ensure_volumes()
        members = tuple(MemberVolume(v.member, v.volume_id, v.zone) for v in volumes)
        zone = c.spec.zone_name(c.team)
        tls = c.control_plane.pki.kubernetes.issue("ingress", zone, hosts=[zone, f"*.{zone}"])
        certificate = Certificate(tls.cert.read_bytes(), tls.key.read_bytes())
        c.workloads.write_overlay(OverlayValues(self._mark, c.estate.hosted_zone_id(), members, certificate))
        problems = c.workloads.check()
        if problems:
            raise WorkloadsError("\n".join(str(problem) for problem in problems))

    def volumes_unready(self) -> Sequence[str]:
        """Look at the state of every volume."""
        c = self._context
        ids = [v.volume_id for v in c.estate.ensure_volumes()]
        found = c.access.client("ec2").describe_volumes(VolumeIds=ids)["Volumes"]
        return [f"{v['VolumeId']} is {v['State']}" for v in found if v["State"] not in ("available", "in-use")]

    def deploy(self, group: str) -> None:
        """Apply one group of the manifests; the DNS updater's own goes with the backing services."""
        groups: list[Group] = [g for g in get_args(Group) if g == group or (group == "backing" and g == "dns")]
        for one in groups:
            self.changed += self._context.workloads.apply(self._context.kube(), one)

    def group_unready(self, group: str) -> Sequence[str]:
        """Look at every workload and claim of a group."""
        client: Any = self._context.kube()
        live = [item.to_dict() | _type(kind) for kind in _KINDS for item in client.list(kind, namespace="*")]
        return self._context.workloads.not_ready(group, live)  # type: ignore[arg-type]

    def open_ports(self) -> None:
        """Open the ingress ports."""
        self.changed += len(self._context.estate.ensure_ingress_rules())

    def ports_closed(self) -> Sequence[str]:
        """Look whether any port would still have to be opened."""
        return [f"port {port} was closed" for port in self._context.estate.ensure_ingress_rules()]

    def make_records(self) -> None:
        """Start the DNS updater, which keeps the records from now on, and the resolver that answers with them."""
        self._ensure(self._resolver())
        self._ensure(self._updater())

    def records_missing(self) -> Sequence[str]:
        """Ask the resolver for every service."""
        c = self._context
        dns = Dns(
            c.addresses.resolver.host,
            c.addresses.resolver.port,
            fidelity=Fidelity.SIMULATED,
            timeout=0.5,
            recorder=Recorder(),
        )
        zone = c.spec.zone_name(c.team)
        services: list[Any] = list(c.kube().list(Service, namespace="*"))
        names = {f"{service.metadata.name}.{zone}" for service in services}
        answers = {name: dns.resolve(name) for name in sorted(names)}
        return [f"{name}: {answer.rcode}" for name, answer in answers.items() if not answer.values]

    def _make_estate(self, ca: Any) -> None:
        c = self._context
        self._say("waiting for the AWS API")
        eventually(lambda: ready(c.addresses.moto.http), equal_to(True), within=_MOTO_WITHIN)
        self._say("kops makes the estate")
        c.estate.ensure_store()
        c.estate.ensure_cluster(ca.cert, ca.key)
        self._name_masters()

    def _name_masters(self) -> None:
        """Give the API's internal name the masters' addresses, as kops's controller does on real masters."""
        c = self._context
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
        masters = (i for i in self._context.estate.instances() if "k8s.io/role/control-plane" in i.tags)
        return sorted(master.private_ip for master in masters if master.private_ip)

    def _ensure(self, spec: ProcessSpec) -> None:
        self.changed += self._context.processes.ensure(spec)

    def _resolver(self) -> ProcessSpec:
        c = self._context
        argv, env = c.python(
            "provision.resolver",
            f"--listen={c.addresses.resolver}",
            f"--zone-suffix={c.spec.zone_name(c.team)}",
            "--probe=estate",
            "--interval-scale=0.1",  # ten seconds between two health checks become one
        )
        return ProcessSpec(RESOLVER, argv, env)

    def _updater(self) -> ProcessSpec:
        c = self._context
        argv, env = c.python(
            "dns_updater",
            env={
                "TEAM": c.team,
                "ZONE": c.spec.zone_name(c.team),
                "HOSTED_ZONE_ID": c.estate.hosted_zone_id(),
                "TTL": str(c.spec.dns.ttl),
                "KUBECONFIG": str(c.control_plane.kubeconfig(DNS_UPDATER)),
                "RESYNC_SECONDS": "2",
            },
        )
        env["PYTHONPATH"] = f"{c.root / 'images' / 'dns-updater'}:{env['PYTHONPATH']}"
        return ProcessSpec(UPDATER, argv, env)


def _is_ready(node: Any) -> bool:
    return any(c.type == "Ready" and c.status == "True" for c in node.status.conditions or [])


def _type(kind: Any) -> dict[str, str]:
    info = kind._api_info.resource  # noqa: SLF001 - lightkube's list leaves the kind of its items out
    group = f"{info.group}/" if info.group else ""
    return {"apiVersion": f"{group}{info.version}", "kind": info.kind}
