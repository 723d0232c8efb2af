"""The control plane of a platform on ``local``: started, looked at, stopped."""

from __future__ import annotations

import ssl
import sys
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException, HTTPSConnection
from typing import TYPE_CHECKING

from provision.targets.environment import python_environment
from provision.targets.local.kwok import kwok
from provision.targets.local.machines import machines
from provision.targets.local.masters import Master, MasterPrograms, masters
from provision.targets.pki import KeyPair, Pki
from seatrial.processes import ProcessSpec, ProcessTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from provision.spec import PlatformSpec
    from provision.targets.local.addresses import Addresses, Endpoint
    from seatrial.state import PlatformState

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
_LOOK_SECONDS = 2.0


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
        """Give the kubeconfig of one of the users: admin, kwok, machines, dns-updater; it is written if need be."""
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

    def start_nodes(self, aws: Mapping[str, str]) -> list[str]:
        """Start KWOK and the machines daemon, unless they run; the API answers already, and so does EC2.

        Args:
            aws: The AWS variables with which the daemon reaches EC2.

        Returns:
            The names of the processes that were started.
        """
        root = self._state.dir.parent.parent
        daemon = machines(MACHINES, root, self._state.team, self.kubeconfig(MACHINES), aws)
        return self._ensure([kwok(KWOK, self._tools["kwok"], self.kubeconfig(KWOK)), daemon])

    def stop(self) -> None:
        """End the machines daemon, so that nothing is started again, then all other processes.

        Members that were added to etcd are included; moto and the resolver are not its own.
        """
        self._processes.stop(MACHINES, _STOP_GRACE)
        self._processes.stop_all(self.processes(), _STOP_GRACE)

    def processes(self) -> list[str]:
        """Name its processes: KWOK first, as nothing may act any more when the API goes away."""
        extra = [record.name for record in self._processes.list() if record.name.startswith("etcd-extra-")]
        of_masters = [name for master in self.masters for name in reversed(master.processes())]
        return [KWOK, FRONT, *of_masters, *extra]

    def etcd_unready(self) -> list[str]:
        """Look once at every etcd member; name those that are not healthy yet."""
        client = self.pki.etcd.issue("etcd-client", "seatrial")
        context = _context(self.pki.etcd.pair.cert, client)
        return _unready({m.process("etcd"): m.addresses.etcd.client for m in self.masters}, "/health", context)

    def api_unready(self) -> list[str]:
        """Look once at every API server, and through the front; name what does not answer "ready" yet."""
        endpoints = {m.process("apiserver"): m.addresses.apiserver for m in self.masters}
        return _unready({**endpoints, FRONT: self.addresses.front}, "/readyz", self._admin_context())

    def front_unready(self) -> list[str]:
        """Look once at the API as clients use it; name it if it does not answer yet. One API server is enough."""
        return _unready({FRONT: self.addresses.front}, "/readyz", self._admin_context())

    def controllers_unready(self) -> list[str]:
        """Look once at the leases of the controller manager and the scheduler; name those that nobody holds yet."""
        return [
            f"no {name} leads yet"
            for name in ("kube-controller-manager", "kube-scheduler")
            if _status(self.addresses.front, _LEASES + name, self._admin_context()) != "200"
        ]

    def etcd_client(self) -> KeyPair:
        """Give the certificate with which etcd can be asked; its authority is `pki.etcd.pair.cert`."""
        return self.pki.etcd.issue("etcd-client", "seatrial")

    def _admin_context(self) -> ssl.SSLContext:
        return _context(self.pki.kubernetes.pair.cert, self._user(ADMIN))

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
            "provision.targets.local.front",
            f"--listen={self.addresses.front}",
            f"--ca={self.pki.kubernetes.pair.cert}",
            f"--cert={pair.cert}",
            f"--key={pair.key}",
            *(f"--backend={master.addresses.apiserver}" for master in self.masters),
        ]
        return ProcessSpec(FRONT, argv, python_environment())


_LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/"


def _context(ca: Path, pair: KeyPair) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(ca))
    context.load_cert_chain(pair.cert, pair.key)
    return context


def _unready(endpoints: Mapping[str, Endpoint], path: str, context: ssl.SSLContext) -> list[str]:
    with ThreadPoolExecutor(len(endpoints)) as pool:
        answers = pool.map(lambda endpoint: _status(endpoint, path, context), endpoints.values())
    return [
        f"{name} at {endpoint}: {answer}"
        for (name, endpoint), answer in zip(endpoints.items(), answers, strict=True)
        if answer != "200"
    ]


def _status(endpoint: Endpoint, path: str, context: ssl.SSLContext) -> str:
    connection = HTTPSConnection(endpoint.host, endpoint.port, timeout=_LOOK_SECONDS, context=context)
    try:
        connection.request("GET", path)
        return str(connection.getresponse().status)
    except (OSError, HTTPException) as error:
        return str(error) or type(error).__name__
    finally:
        connection.close()
