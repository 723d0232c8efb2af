"""How the four programs of a master are run: etcd, API server, controller manager, scheduler."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from provision.spec import PlatformSpec
from provision.targets.base.encryption import encryption_config
from provision.targets.base.pki import Pki
from provision.targets.simulated.addresses import Addresses, EtcdAddresses, MasterAddresses
from provision.targets.simulated.etcd_program import etcd
from seatrial.provisioning.processes import ProcessSpec
from seatrial.provisioning.state import PlatformState

SERVICES = "100.64.0.0/13"  # kops's own ranges
PODS = "100.96.0.0/11"
KUBERNETES_SERVICE = "100.64.0.1"

# Real platforms wait much longer before they give a node or a leader up. Here a loss is noticed within seconds, so
# that a scenario takes seconds; the order of what happens is the same.
NODE_GRACE = "5s"  # without a heartbeat for so long, a node is NotReady
TOLERATION_SECONDS = "2"  # then its pods are evicted after so many seconds
LEASE = ("4s", "3s", "500ms")  # a leader's lease, its deadline to renew, and the pause between tries
GO_MEMORY = {
    "apiserver": "260MiB",
    "controller-manager": "90MiB",
    "scheduler": "60MiB",
}
"""Soft limits of the Go runtime: what each needs on a platform of this size, plus a little."""

PROGRAMS = {
    "etcd": "etcd",
    "apiserver": "kube-apiserver",
    "controller-manager": "kube-controller-manager",
    "scheduler": "kube-scheduler",
}
"""The processes of a master, in the order in which they start, and the tool that each is."""


@dataclass(frozen=True)
class Master:
    """One master: its number (from 1), its zone, and where it listens."""

    number: int
    zone: str
    addresses: MasterAddresses

    def process(self, part: str) -> str:
        """Name the process of one of its parts, such as ``etcd-1``."""
        return f"{part}-{self.number}"

    def processes(self) -> list[str]:
        """Name its processes, in the order in which they start."""
        return [self.process(part) for part in PROGRAMS]


def masters(spec: PlatformSpec, addresses: Addresses) -> list[Master]:
    """List the platform's masters; they take turns over the zones."""
    return [
        Master(number, spec.zones[(number - 1) % len(spec.zones)], where)
        for number, where in enumerate(addresses.masters, start=1)
    ]


class MasterPrograms:
    """Makes the specs of a master's processes; files that they need are written on the way."""

    def __init__(
        self,
        state: PlatformState,
        pki: Pki,
        tools: Mapping[str, Path],
        spec: PlatformSpec,
        addresses: Addresses,
    ) -> None:
        self._state = state
        self._pki = pki
        self._tools = tools
        self._spec = spec
        self._addresses = addresses
        self._zone = spec.zone_name(state.team)

    def of(self, master: Master) -> list[ProcessSpec]:
        """Return the specs of a master's four processes, in the order in which they start."""
        return [
            self.etcd(
                master.process("etcd"),
                master.addresses.etcd,
                {f"etcd-{n}": m.etcd for n, m in enumerate(self._addresses.masters, start=1)},
            ),
            self.apiserver(master),
            self.controller_manager(master),
            self.scheduler(master),
        ]

    def etcd(
        self, name: str, at: EtcdAddresses, cluster: Mapping[str, EtcdAddresses], *, existing: bool = False
    ) -> ProcessSpec:
        """Return the spec of an etcd member; see `provision.targets.simulated.etcd_program`."""
        return etcd(self._tools["etcd"], self._state, self._pki, name, at, cluster, existing=existing)

    def apiserver(self, master: Master) -> ProcessSpec:
        """Return the spec of a master's API server; it talks to the etcd of its own master, as with kops."""
        name, at = master.process("apiserver"), master.addresses
        serving = self._pki.kubernetes.issue(name, "kubernetes-apiserver", hosts=self._api_hosts(at.apiserver.host))
        etcd_client = self._pki.etcd.issue(f"{name}-etcd-client", name)
        kubelet_client = self._pki.user(f"{name}-kubelet-client", "kubelet-api", ["system:masters"])
        ca, accounts = self._pki.kubernetes.pair.cert, self._pki.service_accounts
        argv = [
            f"--bind-address={at.apiserver.host}",
            f"--secure-port={at.apiserver.port}",
            # Loopback is not allowed here. Nothing is ever sent there: it only stands in the service "kubernetes".
            f"--advertise-address=172.20.0.{10 + master.number}",
            "--endpoint-reconciler-type=lease",
            f"--etcd-servers={at.etcd.client.https}",
            f"--etcd-cafile={self._pki.etcd.pair.cert}",
            f"--etcd-certfile={etcd_client.cert}",
            f"--etcd-keyfile={etcd_client.key}",
            f"--encryption-provider-config={encryption_config(self._state)}",
            "--etcd-healthcheck-timeout=1s",
            "--etcd-readycheck-timeout=1s",
            f"--client-ca-file={ca}",
            f"--tls-cert-file={serving.cert}",
            f"--tls-private-key-file={serving.key}",
            f"--kubelet-client-certificate={kubelet_client.cert}",
            f"--kubelet-client-key={kubelet_client.key}",
            f"--service-account-issuer=https://api.internal.{self._zone}",
            f"--service-account-signing-key-file={accounts.key}",
            f"--service-account-key-file={accounts.cert}",
            "--allow-privileged=true",  # as with kops: namespaces refuse, not the server
            "--anonymous-auth=false",
            "--authorization-mode=Node,RBAC",
            "--enable-admission-plugins=NodeRestriction",
            f"--service-cluster-ip-range={SERVICES}",
            f"--default-not-ready-toleration-seconds={TOLERATION_SECONDS}",
            f"--default-unreachable-toleration-seconds={TOLERATION_SECONDS}",
            "--event-ttl=30m",
            # API servers are known by their host's name, which all masters share here, and would pass requests on to
            # one another's advertised address, which is nobody's here.
            "--feature-gates=APIServerIdentity=false,UnknownVersionInteroperabilityProxy=false",
            f"--egress-selector-config-file={self._no_egress()}",
            "--profiling=false",
            "--shutdown-delay-duration=0s",
            "--v=0",
        ]
        return self._run("apiserver", name, argv)

    def controller_manager(self, master: Master) -> ProcessSpec:
        """Return the spec of a master's controller manager."""
        name, at = master.process("controller-manager"), master.addresses
        config = self._config(master, "controller-manager", "system:kube-controller-manager")
        ca = self._pki.kubernetes.pair
        argv = [
            f"--bind-address={at.controller_manager.host}",
            f"--secure-port={at.controller_manager.port}",
            *_serving(self._pki, name, at.controller_manager.host),
            *_delegated(config),
            *_elected(),
            "--use-service-account-credentials=true",
            f"--service-account-private-key-file={self._pki.service_accounts.key}",
            f"--root-ca-file={ca.cert}",
            f"--cluster-signing-cert-file={ca.cert}",
            f"--cluster-signing-key-file={ca.key}",
            f"--cluster-name={self._zone}",
            "--allocate-node-cidrs=true",
            f"--cluster-cidr={PODS}",
            f"--service-cluster-ip-range={SERVICES}",
            "--node-monitor-period=500ms",
            f"--node-monitor-grace-period={NODE_GRACE}",
            "--node-eviction-rate=10",
            "--secondary-node-eviction-rate=10",
            "--large-cluster-size-threshold=0",
            "--pvclaimbinder-sync-period=2s",
            "--kube-api-qps=200",
            "--kube-api-burst=400",
            "--profiling=false",
            "--v=0",
        ]
        return self._run("controller-manager", name, argv)

    def scheduler(self, master: Master) -> ProcessSpec:
        """Return the spec of a master's scheduler."""
        name, at = master.process("scheduler"), master.addresses
        config = self._config(master, "scheduler", "system:kube-scheduler")
        argv = [
            f"--bind-address={at.scheduler.host}",
            f"--secure-port={at.scheduler.port}",
            *_serving(self._pki, name, at.scheduler.host),
            *_delegated(config),
            *_elected(),
            "--kube-api-qps=200",
            "--kube-api-burst=400",
            "--profiling=false",
            "--v=0",
        ]
        return self._run("scheduler", name, argv)

    def _api_hosts(self, host: str) -> list[str]:
        return [
            *dict.fromkeys([host, self._addresses.front.host]),
            "127.0.0.1",
            "localhost",
            KUBERNETES_SERVICE,
            "kubernetes",
            "kubernetes.default",
            "kubernetes.default.svc",
            "kubernetes.default.svc.cluster.local",
            f"api.{self._zone}",
            f"api.internal.{self._zone}",
        ]

    def _no_egress(self) -> Path:
        """Write how the API server reaches nodes, pods and services: not at all, as their addresses are simulated."""
        path = self._state.path("egress.json")
        connection = {"proxyProtocol": "HTTPConnect", "transport": {"uds": {"udsName": str(path.parent / "nowhere")}}}
        document = {
            "apiVersion": "apiserver.k8s.io/v1beta1",
            "kind": "EgressSelectorConfiguration",
            "egressSelections": [{"name": "cluster", "connection": connection}],
        }
        if not path.exists():
            self._state.write("egress", document)
        return path

    def _config(self, master: Master, part: str, user: str) -> Path:
        pair = self._pki.user(f"{part}-client", user)
        path = self._state.path("kubeconfigs", f"{master.process(part)}.yaml")
        return self._pki.kubeconfig(path, master.addresses.apiserver.https, pair, name=self._zone)

    def _run(self, part: str, name: str, argv: list[str]) -> ProcessSpec:
        env = {"GOMEMLIMIT": GO_MEMORY[part], "GOGC": "60"}
        return ProcessSpec(name, (str(self._tools[PROGRAMS[part]]), *argv), env)


def _serving(pki: Pki, name: str, host: str) -> list[str]:
    pair = pki.kubernetes.issue(f"{name}-serving", name, hosts=[host, "localhost"])
    return [
        f"--tls-cert-file={pair.cert}",
        f"--tls-private-key-file={pair.key}",
        f"--client-ca-file={pki.kubernetes.pair.cert}",
    ]


def _delegated(config: Path) -> list[str]:
    return [
        f"--kubeconfig={config}",
        f"--authentication-kubeconfig={config}",
        f"--authorization-kubeconfig={config}",
        # They start beside the API server and would give up when it cannot tell yet; client certificates are enough.
        "--authentication-skip-lookup=true",
    ]


def _elected() -> list[str]:
    duration, deadline, retry = LEASE
    return [
        "--leader-elect=true",
        f"--leader-elect-lease-duration={duration}",
        f"--leader-elect-renew-deadline={deadline}",
        f"--leader-elect-retry-period={retry}",
    ]
