"""Everything that a platform on ``kind`` is made of, put together from its state."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final

from lightkube import KubeConfig

from provision.engine import Engine
from provision.observers import Door, Way
from provision.targets.base.parts import EXTRA_MEMBER, MOTO, NOWHERE, RESOLVER, Parts
from provision.targets.kind.cluster import KindCluster
from provision.targets.kind.cluster_config import PODS, SERVICES
from provision.targets.kind.delivery import GIT_PORT, GIT_PROCESS, KindDelivery
from provision.targets.kind.delivery_images import DeliveryImages
from provision.targets.kind.images import PROCESS as REGISTRY
from provision.targets.kind.images import KindImages
from provision.targets.kind.network import KindNetwork, Network
from provision.targets.kind.rolling_out import RollingOut, token
from provision.targets.kind.slots import RECORD
from provision.targets.kind.standing_on import standing_on
from provision.targets.kind.tools_image import ToolsImage
from provision.targets.simulated.addresses import Endpoint, EtcdAddresses, recorded
from provision.targets.simulated.etcd_members import EtcdMembers
from provision.toolchain import KIND_TOOLS
from provision.workloads import Workloads
from seatrial.errors import UsageError

TARGET: Final = "kind"
_MOTO_PORT, _RESOLVER_PORT, _REGISTRY_PORT = 4566, 10053, 5000  # at the gateway of the platform's own network
_CONTROLLER = "controller"
_FIRST_DOOR = 81  # the last number of the first node's loopback address


class KindParts(Parts):
    """One platform's parts, each made when first asked for."""

    target = TARGET
    needs = (*KIND_TOOLS, "etcd")  # members beyond the masters' run on this machine

    @cached_property
    def engine(self) -> Engine:
        """The container engine.

        Raises:
            EngineError: If it does not answer.
        """
        return standing_on(self.state)

    @cached_property
    def own_network(self) -> KindNetwork:
        """The platform's network, to be made or removed."""
        return KindNetwork(self.team, self.engine, (PODS, SERVICES))

    @cached_property
    def network(self) -> Network:
        """The platform's network as it is.

        Raises:
            UsageError: If there is none: the platform was never begun.
        """
        found = self.own_network.look()
        if found is None:
            raise UsageError(f"{self.team} is not up on {TARGET}; `seatrial up --target {TARGET}` stands it up")
        return found

    @property
    def cluster(self) -> KindCluster:
        """The cluster."""
        folder = self.state.path("cluster", "x").parent
        return KindCluster(self.team, self.engine, self.tools, folder, self.say)

    @cached_property
    def images(self) -> KindImages:
        """The images of nodes and workloads."""
        address = self.network.gateway, _REGISTRY_PORT
        return KindImages(self.engine, self.toolchain, self.state, address, self.spec.ingress.controller)

    @cached_property
    def tools_image(self) -> ToolsImage:
        """The image in which pipelines run."""
        return ToolsImage(self.team, lambda: self.engine, self.toolchain, self.say)

    @cached_property
    def delivery(self) -> KindDelivery:
        """The server of pipelines beside the platform, where one is wanted."""
        return KindDelivery(
            self.team,
            self.state,
            lambda: self.engine,
            network=lambda: self.network,
            toolchain=self.toolchain,
            root=self.root,
            images=DeliveryImages(self.team, lambda: self.images, self.toolchain, self.say),
            rolling_out=self.rolling_out,
            say=self.say,
        )

    def rolling_out(self) -> RollingOut:
        """Return how pipelines reach the cluster."""
        name = f"api.{self.spec.zone_name(self.team)}"
        at = f"https://{self.cluster.front()}:6443"
        return RollingOut(at, name, self.pki.kubernetes.pair.cert.read_text("utf-8"), token(self.kube()))

    @property
    def controller(self) -> str:
        """The ingress controller that runs: the one that was asked for, or what takes its place here."""
        return str((self.state.read(_CONTROLLER) or {}).get("name") or self.images.controller)

    def choose_controller(self, name: str) -> None:
        """Have the manifests say another ingress controller; their overlay is to be written anew."""
        self.state.write(_CONTROLLER, {"name": name})

    @property
    def workloads(self) -> Workloads:
        """What the manifests say, with the ingress controller that runs."""
        name = self.controller
        if name not in self._by_controller:
            ingress = self.spec.ingress.model_copy(update={"controller": name})
            spec = self.spec.model_copy(update={"ingress": ingress})
            self._by_controller[name] = Workloads(spec, self.team, TARGET, self.state.dir, self.tools["kubectl"])
        workloads = self._by_controller[name]
        workloads.release(self.delivery.released())
        return workloads

    @cached_property
    def _by_controller(self) -> dict[str, Workloads]:
        return {}  # manifests are rendered once

    @property
    def moto(self) -> tuple[str, int]:
        """The address and the port of the AWS API."""
        return self.network.gateway, _MOTO_PORT

    @property
    def address_type(self) -> str:
        """Which address of a node the platform's names lead to: a container has one, which plays the public one too."""
        return "InternalIP"

    @property
    def world(self) -> str:
        """The range that plays public addresses: the containers' own, where visitors and health checks reach them."""
        return self.network.subnet if self.spec.dns.public else NOWHERE

    @property
    def servers(self) -> dict[str, tuple[str, int]]:
        """The address and the port of each of the platform's servers on this machine, by its process's name."""
        gateway = self.network.gateway
        git = {GIT_PROCESS: (gateway, GIT_PORT)} if self.delivery.wanted else {}
        return {MOTO: self.moto, REGISTRY: (gateway, _REGISTRY_PORT), RESOLVER: self.resolver, **git}

    @property
    def aws_endpoint(self) -> str:
        """The URL of the platform's AWS API."""
        return "http://{}:{}".format(*self.moto)

    @property
    def resolver(self) -> tuple[str, int]:
        """The address and the port of the platform's resolver."""
        return self.network.gateway, _RESOLVER_PORT

    @property
    def api(self) -> str:
        """The URL of the cluster's API: that of the balancer in front of the API servers."""
        config = KubeConfig.from_file(self.kubeconfig).get()
        return str(config.cluster.server) if config else ""

    def say(self, text: str) -> None:
        """Tell how it goes; a target that shows progress puts its own in the place of this."""

    def etcd_members(self) -> EtcdMembers:
        """Return what adds members to etcd and takes them away; those that are added run on this machine."""
        masters = {name: _etcd_at(address, 2379) for name, address in self.masters().items()}
        extra = {f"{EXTRA_MEMBER}{n}": _etcd_at(self.network.gateway, 2377 + 2 * n) for n in range(1, 5)}
        return EtcdMembers(self.state, self.processes, self.pki, self.tools["etcd"], masters=masters, extra=extra)

    def masters(self) -> dict[str, str]:
        """Return the address of every master in the platform's network, by its node's name."""
        return {name: slot["address"] for name, slot in self._slots().items() if slot["master"]}

    def door(self, zone: str) -> str:
        """Return the loopback address at which this machine reaches the ingress ports of a zone's node."""
        claimed = recorded(self.state, self.spec.masters.count)
        if claimed is None:
            raise UsageError(f"{self.team} is not up on {TARGET}; `seatrial up --target {TARGET}` stands it up")
        return f"{claimed.block}.{_FIRST_DOOR + self.spec.zones.index(zone)}"

    def doors(self) -> dict[str, Door]:
        """Return every node that takes visitors in, by its name.

        Visitors come by the nodes' own addresses: those on loopback are the engine's, which accepts a connection that
        a dead node would not.
        """
        return {name: Door(slot["address"], slot["address"]) for name, slot in self._nodes().items()}

    def insides(self) -> dict[str, Way]:
        """Return the way into every machine, by its name."""
        roles = {True: "master", False: "node"}
        return {
            name: Way(f"{self.engine.kind}://{name}", slot["address"], roles[slot["master"]])
            for name, slot in self._slots().items()
        }

    def entrances(self) -> dict[str, str]:
        """Return the loopback address of every node that takes visitors in, by its name."""
        return {name: self.door(slot["zone"]) for name, slot in self._nodes().items()}

    def _nodes(self) -> dict[str, Any]:
        return {name: slot for name, slot in self._slots().items() if not slot["master"]}

    def _slots(self) -> dict[str, Any]:
        slots: dict[str, Any] = (self.state.read(RECORD) or {}).get("slots", {})
        return slots


def _etcd_at(host: str, port: int) -> EtcdAddresses:
    return EtcdAddresses(client=Endpoint(host, port), peer=Endpoint(host, port + 1))
