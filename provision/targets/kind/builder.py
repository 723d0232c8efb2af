"""What ``kind`` does for each step of the standup."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lightkube.resources.core_v1 import Node

from provision.estate import moto_argv
from provision.net.nodes import is_master
from provision.targets.base import builder
from provision.targets.base.encryption import encryption_config
from provision.targets.base.parts import MACHINES, MOTO
from provision.targets.kind.cluster_config import Authorities, KindNode
from provision.targets.kind.machines import machines
from provision.targets.kind.node_filter import NodeFilter
from provision.targets.kind.parts import KindParts
from provision.targets.kind.slots import RECORD
from provision.workloads import OverlayValues
from seatrial.observers.aws_objects import Instance
from seatrial.provisioning.processes import ProcessSpec
from seatrial.provisioning.standup import Gate, Step

_SERVER_SECONDS = 120.0  # its tables are made within ten, on an idle machine


class KindBuilder(builder.Builder):
    """Builds one platform on ``kind``; counts what it had to change."""

    _parts: KindParts

    @property
    def probing(self) -> Sequence[str]:
        """How the resolver runs the health checks: it asks the nodes, ten times as often as Route53 does."""
        return ("--probe=http", f"--probe-network={self._parts.network.subnet}", "--interval-scale=0.1")

    def make_cluster(self) -> None:
        """Start the AWS API and the registry, fill it, make the estate, and a node for each instance."""
        c = self._parts
        self._ensure(ProcessSpec(MOTO, moto_argv(*c.moto, world=c.world), c.cloud_environment))
        self._ensure(c.images.registry())
        self._make_estate()
        c.images.push(self._say)
        self._make_nodes()
        root = c.state.dir.parent.parent
        self._ensure(machines(MACHINES, root, c.team, c.kubeconfig, c.aws_environment))

    def overlay(self, values: OverlayValues) -> OverlayValues:
        """Add the images that the registry has, what is left out, and how pods reach the AWS API."""
        c = self._parts
        return replace(
            values,
            aws_endpoint=c.aws_endpoint,
            aws_keys=c.aws_keys,
            network=c.network.subnet,
            images=c.images.names,
            left_out=c.images.left_out,
            stand_ins=c.images.components,
            released=c.delivery.released(),
        )

    def own(self) -> Sequence[Step]:
        """Return the steps that have the server of pipelines stand beside it, where one is wanted."""
        delivery = self._parts.delivery
        if not delivery.wanted:
            return ()
        gates = [
            Gate("the server of pipelines answers", delivery.unanswering, within=_SERVER_SECONDS),
            Gate("its worker is ready to work", delivery.idle, within=_SERVER_SECONDS),
        ]
        watched = [Gate("every microservice has its pipeline", delivery.unwatched, within=_SERVER_SECONDS)]
        return (Step("delivery", self._make_delivery, gates), Step("pipelines", self._set_pipelines, watched))

    def _make_delivery(self) -> None:
        self._ensure(self._parts.delivery.git_process())
        self.changed += self._parts.delivery.ensure()

    def _set_pipelines(self) -> None:
        self.changed += self._parts.delivery.set_pipelines()

    def _make_nodes(self) -> None:
        c = self._parts
        if c.state.read(RECORD) is not None and c.cluster.exists():
            return
        found = sorted(c.estate.instances(), key=lambda i: (not is_master(i.tags), i.zone))
        zone = c.spec.zone_name(c.team)
        c.cluster.create(
            [self._node(instance) for instance in found],
            image=c.images.node(self._say),
            network=c.network,
            names=[f"api.internal.{zone}", f"api.{zone}"],
            authorities=Authorities(
                ca=(c.pki.kubernetes.pair.cert, c.pki.kubernetes.pair.key),
                etcd=(c.pki.etcd.pair.cert, c.pki.etcd.pair.key),
            ),
            registries=c.images.registries,
            encryption=encryption_config(c.state),
        )
        c.cluster.kubeconfig(c.kubeconfig)
        for node in c.cluster.containers():
            NodeFilter(c.engine, node).refuse_untranslated()
        self._record({instance.id: instance for instance in found})
        self.changed += len(found)

    def _node(self, instance: Instance) -> KindNode:
        c, master = self._parts, is_master(instance.tags)
        ports = c.spec.ingress.ports
        return KindNode(
            role="control-plane" if master else "worker",
            zone=instance.zone,
            region=c.spec.region,
            instance_id=instance.id,
            instance_type=instance.type,
            provider_id=f"aws:///{instance.zone}/{instance.id}",
            listen_address=None if master else c.door(instance.zone),
            ports=() if master else (ports.http, ports.https, ports.status),
        )

    def _record(self, instances: dict[str, Instance]) -> None:
        """Record which machine runs in which container, for the daemon that follows the machines."""
        c = self._parts
        addresses = c.cluster.addresses()
        slots, occupied = {}, {}
        for node in c.kube().list(Node):
            labels = (node.metadata.labels if node.metadata else None) or {}
            name = str(node.metadata.name if node.metadata else "")
            instance = instances[labels["seatrial.dev/instance-id"]]
            slots[name] = {"zone": instance.zone, "master": is_master(instance.tags), "address": addresses[name]}
            occupied[name] = instance.id
        c.state.write(RECORD, {"slots": slots, "machines": occupied})
