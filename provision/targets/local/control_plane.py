"""The control plane of a platform on ``local``: started, looked at, stopped."""

from __future__ import annotations

import ssl
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from provision.spec import PlatformSpec
from provision.targets.base.environment import python_environment
from provision.targets.base.parts import EXTRA_MEMBER
from provision.targets.base.pki import KeyPair, Pki
from provision.targets.local.kwok import kwok
from provision.targets.local.machines import machines
from provision.targets.local.masters import Master, MasterPrograms, masters
from provision.targets.simulated.addresses import Addresses
from provision.targets.simulated.endpoints import client_context, leaderless, unready
from seatrial.provisioning.processes import ProcessSpec, ProcessTable
from seatrial.provisioning.state import PlatformState

TOOLS = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok")
"""The tools that `ControlPlane` needs."""

ADMIN, FRONT, KWOK, MACHINES, DNS_UPDATER = "admin", "front", "kwok", "machines", "dns-updater"
_USERS: dict[str, tuple[str, tuple[str, ...]]] = {
    ADMIN: ("seatrial-admin", ("system:masters",)),
    # What answers to nobody on a real platform: the hypervisor, the kubelets, the cloud's own controllers.
    KWOK: ("seatrial-kwok", ("system:masters",)),
    MACHINES: ("seatrial-machines", ("system:masters",)),
    # Only what its ServiceAccount may do.
    DNS_UPDATER: (
        "system:serviceaccount:dns:dns-updater",
        ("system:serviceaccounts", "system:serviceaccounts:dns", "system:authenticated"),
    ),
}
_STOP_GRACE = 1.0  # an API server lingers over its watches after SIGTERM, which nobody needs here


class ControlPlane:
    """The masters' processes, the front and KWOK.

    Args:
        state: The platform's state, where certificates, data and kubeconfigs are kept.
        processes: Where its processes are started and recorded.
        tools: The path of each of `TOOLS`.
        addresses: Where everything listens.
        spec: The platform's parameters.
    """

    def __init__(
        self,
        state: PlatformState,
        processes: ProcessTable,
        tools: Mapping[str, Path],
        addresses: Addresses,
        spec: PlatformSpec,
    ) -> None:
        self._state = state
        self._processes = processes
        self._tools = tools
        self.addresses = addresses
        self._spec = spec
        self._pki: Pki | None = None
        self.masters: list[Master] = masters(spec, addresses)

    @property
    def pki(self) -> Pki:
        """The platform's certificates; its authorities are made on first use."""
        if self._pki is None:
            self._pki = Pki(self._state)
        return self._pki

    @property
    def programs(self) -> MasterPrograms:
        """How the masters' programs are run."""
        return MasterPrograms(self._state, self.pki, self._tools, self._spec, self.addresses)

    def kubeconfig(self, user: str = ADMIN) -> Path:
        """Return the kubeconfig of one of the users: admin, kwok, machines, dns-updater; it is written if need be."""
        path = self._state.path("kubeconfig" if user == ADMIN else f"kubeconfigs/{user}.yaml")
        if not path.exists():
            name = self._spec.zone_name(self._state.team)
            self.pki.kubeconfig(path, self.addresses.front.https, self._user(user), name=name)
        return path

    def start(self) -> list[str]:
        """Start what does not run yet, without waiting for it.

        Returns:
            The names of the processes that were started.
        """
        for user in _USERS:
            self.kubeconfig(user)
        programs = self.programs
        by_part = zip(*(programs.of(master) for master in self.masters), strict=True)
        return self._ensure([*(spec for part in by_part for spec in part), self._front()])

    def renew(self) -> None:
        """Have the masters' programs be of the platform's version from their next start on."""
        programs = self.programs
        for spec in (spec for master in self.masters for spec in programs.of(master)):
            self._processes.renew(spec)

    def start_nodes(self, aws: Mapping[str, str], *, shows_programs: bool = False) -> list[str]:
        """Start KWOK and the machines daemon, unless they run; the API answers already, and so does EC2.

        A daemon that registers nodes of another version is begun anew.

        Args:
            aws: The AWS variables with which the daemon reaches EC2.
            shows_programs: Whether the masters' programs are shown as pods.

        Returns:
            The names of the processes that were started.
        """
        root = self._state.dir.parent.parent
        followed = self.kubeconfig(MACHINES)
        version = self._spec.kubernetes
        daemon = machines(MACHINES, root, self._state.team, followed, aws, version, shows_programs=shows_programs)
        running = self._processes.spec(MACHINES)
        if running is not None and tuple(running.argv) != tuple(daemon.argv):
            self._processes.stop(MACHINES, _STOP_GRACE)
        return self._ensure([kwok(KWOK, self._tools["kwok"], self.kubeconfig(KWOK)), daemon])

    def stop(self) -> None:
        """End the machines daemon, so that nothing is started again, then all other processes.

        Members that were added to etcd are included; moto and the resolver are not its own.
        """
        self._processes.stop(MACHINES, _STOP_GRACE)
        self._processes.stop_all(self.processes(), _STOP_GRACE)

    def processes(self) -> list[str]:
        """Name its processes: KWOK first, as nothing may act any more when the API goes away."""
        extra = [record.name for record in self._processes.list() if record.name.startswith(EXTRA_MEMBER)]
        of_masters = [name for master in self.masters for name in reversed(master.processes())]
        return [KWOK, FRONT, *of_masters, *extra]

    def etcd_unready(self) -> list[str]:
        """Look once at every etcd member; name those that are not healthy yet."""
        client = self.etcd_client()
        context = client_context(self.pki.etcd.pair.cert, client)
        return unready({m.process("etcd"): m.addresses.etcd.client.pair for m in self.masters}, "/health", context)

    def api_unready(self) -> list[str]:
        """Look once at every API server, and through the front; name what does not answer "ready" yet."""
        servers = {m.process("apiserver"): m.addresses.apiserver.pair for m in self.masters}
        return unready({**servers, FRONT: self.addresses.front.pair}, "/readyz", self._admin_context())

    def front_unready(self) -> list[str]:
        """Look once at the API as clients use it; name it if it does not answer yet. One API server is enough."""
        return unready({FRONT: self.addresses.front.pair}, "/readyz", self._admin_context())

    def controllers_unready(self) -> list[str]:
        """Look once at the leases of the controller manager and the scheduler; name those that nobody holds yet."""
        return leaderless(self.addresses.front.pair, self._admin_context())

    def etcd_client(self) -> KeyPair:
        """Return the certificate with which etcd can be asked; its authority is `pki.etcd.pair.cert`."""
        return self.pki.etcd_client()

    def _admin_context(self) -> ssl.SSLContext:
        return client_context(self.pki.kubernetes.pair.cert, self._user(ADMIN))

    def _user(self, user: str) -> KeyPair:
        common_name, groups = _USERS[user]
        return self.pki.user(f"user-{user}", common_name, groups)

    def _ensure(self, specs: Iterable[ProcessSpec]) -> list[str]:
        return [spec.name for spec in specs if self._processes.ensure(spec)]

    def _front(self) -> ProcessSpec:
        pair = self.pki.user("front-client", "seatrial-front")
        argv = [
            sys.executable,
            "-m",
            "provision.targets.local.api_balancer",
            f"--listen={self.addresses.front}",
            f"--ca={self.pki.kubernetes.pair.cert}",
            f"--cert={pair.cert}",
            f"--key={pair.key}",
            *(f"--backend={master.addresses.apiserver}" for master in self.masters),
        ]
        return ProcessSpec(FRONT, argv, python_environment())
