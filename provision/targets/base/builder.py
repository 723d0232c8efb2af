"""What every target on moto does for the steps of the standup."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

from provision.estate import ready
from provision.estate.api_name import point
from provision.targets.base.encryption import encryption_config
from provision.targets.base.gates import master_addresses
from provision.targets.base.parts import RESOLVER, Parts
from provision.targets.base.upgrade import running
from provision.workloads import Certificate, MemberVolume, OverlayValues, WorkloadsError
from provision.workloads.objects import Group
from provision.workloads.strays import OWN
from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import equal_to
from seatrial.provisioning.processes import ProcessSpec
from seatrial.provisioning.standup import Step

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

    @property
    def upgraded(self) -> bool:
        """Whether the platform runs the version of Kubernetes that is wanted, or is being made with it."""
        return running(self._parts) in (None, self._parts.spec.kubernetes)

    @abstractmethod
    def make_cluster(self) -> None:
        """Have the machines and the control plane made."""

    def own(self) -> Sequence[Step]:
        """Return the steps by which something is stood up beside the platform, once that stands."""
        return ()

    def overlay(self, values: OverlayValues) -> OverlayValues:
        """Complete the values of the manifests with those that only the target knows."""
        return values

    def keep_names(self) -> None:
        """Apply what the DNS updater is, and have it run: nothing that was applied before has a name until then."""
        self.deploy("dns")

    def make_volumes(self) -> None:
        """Make the MongoDB volumes, and the manifests' overlay that names them."""
        self._parts.estate.ensure_volumes()
        self.write_overlay()
        self.check_manifests()

    def write_overlay(self) -> None:
        """Write the overlay of the manifests, with what is known only now: the volumes, the zone, the certificate."""
        self._parts.workloads.write_overlay(self.values())

    def values(self) -> OverlayValues:
        """Return what the manifests do not know until now.

        Raises:
            StandupError: If there is no zone yet.
        """
        c = self._parts
        members = tuple(MemberVolume(v.member, v.volume_id, v.zone) for v in c.estate.find_volumes())
        zone = c.spec.zone_name(c.team)
        tls = c.pki.kubernetes.issue("ingress", zone, hosts=[zone, f"*.{zone}"])
        certificate = Certificate(tls.cert.read_bytes(), tls.key.read_bytes())
        values = OverlayValues(self._mark, c.estate.hosted_zone_id(), members, certificate, address_type=c.address_type)
        return self.overlay(values)

    def check_manifests(self) -> None:
        """See that the manifests with their overlay are in order.

        Raises:
            WorkloadsError: If they are not; it names every problem.
        """
        if problems := self._parts.workloads.check():
            raise WorkloadsError("\n".join(str(problem) for problem in problems))

    def deploy(self, group: Group) -> None:
        """Apply one group of the manifests."""
        self._keep_own()
        self.changed += self._parts.workloads.apply(self._parts.kube(), group)

    def _keep_own(self) -> None:
        """Write down what the cluster has before anything of ours is applied: later, the rest must be from Git."""
        c = self._parts
        if c.state.read(OWN) is None:
            own = c.workloads.own(c.kube())
            c.state.write(OWN, {"at": own.at, "objects": sorted(own.objects)})

    def open_ports(self) -> None:
        """Open the ingress ports."""
        self.changed += len(self._parts.estate.ensure_ingress_rules())

    def await_cloud(self) -> None:
        """Wait until the AWS API answers; make in the account what somebody has made before where it is not played."""
        c = self._parts
        self._say("waiting for the AWS API")
        eventually(lambda: ready(c.aws_endpoint, c.aws_keys), equal_to(True), within=_MOTO_WITHIN)
        self.changed += c.estate.ensure_zone()

    def _make_estate(self) -> None:
        c, ca = self._parts, self._parts.pki.kubernetes.pair
        self.await_cloud()
        self._say("kops makes the estate")
        c.estate.ensure_store()
        c.estate.ensure_cluster(ca.cert, ca.key, encryption_config(c.state), masters_alone=not self.upgraded)
        self.changed += c.estate.mend()
        self.name_masters()

    def name_masters(self) -> None:
        """Point the masters' internal names at their addresses, as kops's controller does, and answer for the zone."""
        c = self._parts
        self._ensure(self._resolver())
        zone = c.spec.zone_name(c.team)
        point(c.access.client("route53"), c.estate.hosted_zone_id(), zone, master_addresses(c))

    def _ensure(self, spec: ProcessSpec) -> None:
        self.changed += self._parts.processes.ensure(spec)

    def _resolver(self) -> ProcessSpec:
        c = self._parts
        argv, env = c.python(
            "provision.resolver",
            f"--listen={c.resolver[0]}:{c.resolver[1]}",
            f"--zone-suffix={c.spec.zone_name(c.team)}",
            *(["--public"] if c.spec.dns.public else []),
            *self.probing,
        )
        return ProcessSpec(RESOLVER, argv, env)
