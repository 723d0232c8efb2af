"""Everything that a platform on ``local`` is made of, put together from its state."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar, Final

from provision.estate import Keys
from provision.targets.base.parts import EXTRA_MEMBER, NOWHERE, Parts
from provision.targets.base.pki import Pki
from provision.targets.local.control_plane import ControlPlane
from provision.targets.simulated.addresses import Addresses, recorded
from provision.targets.simulated.etcd_members import EtcdMembers
from provision.toolchain import Toolchain
from provision.workloads.volumes import Target
from seatrial.errors import UsageError

TARGET: Final = "local"
TOOLS = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok", "kubectl", "kops")
UPDATER = "dns-updater"


class LocalParts(Parts):
    """One platform's parts, each made when first asked for."""

    target: ClassVar[Target] = TARGET
    needs = TOOLS

    @property
    def chain(self) -> Toolchain:
        """Where the tools come from, the control plane's at the platform's own version."""
        return self.toolchain.at(self.spec.kubernetes)

    @cached_property
    def addresses(self) -> Addresses:
        """Where everything listens, as recorded.

        Raises:
            UsageError: If nothing is recorded: the platform was never begun.
        """
        found = recorded(self.state, self.spec.masters.count)
        if found is None:
            raise UsageError(f"{self.team} is not up on {self.target}; `seatrial up` stands it up")
        return found

    @property
    def aws_endpoint(self) -> str:
        """The URL of the platform's AWS API."""
        return self.addresses.moto.http

    @property
    def world(self) -> str:
        """The range that plays public addresses: loopback's, so that whatever is sent to one stays on this machine."""
        block = self.addresses.block
        return f"{'127.0.0' if ':' in block else block}.0/24" if self.spec.dns.public else NOWHERE

    @property
    def updaters_keys(self) -> Keys:
        """The keys by which the DNS updater asks the AWS API."""
        return self.aws_keys

    @property
    def resolver(self) -> tuple[str, int]:
        """The address and the port of the platform's resolver."""
        return self.addresses.resolver.host, self.addresses.resolver.port

    @property
    def api(self) -> str:
        """The URL of the cluster's API: the front's."""
        return self.addresses.front.https

    def etcd_members(self) -> EtcdMembers:
        """Return what adds members to etcd and takes them away."""
        masters = {f"etcd-{n}": master.etcd for n, master in enumerate(self.addresses.masters, start=1)}
        extra = {f"{EXTRA_MEMBER}{n}": at for n, at in enumerate(self.addresses.extra_members, start=1)}
        return EtcdMembers(self.state, self.processes, self.pki, self.tools["etcd"], masters=masters, extra=extra)

    @cached_property
    def pki(self) -> Pki:
        """The platform's certificates."""
        return self.control_plane.pki

    @cached_property
    def control_plane(self) -> ControlPlane:
        """The masters, the front and KWOK."""
        return ControlPlane(self.state, self.processes, self.tools, self.addresses, self.spec)
