"""What a platform is made of on any target whose machines are simulated by moto: put together from its state."""

from __future__ import annotations

import os
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import ClassVar, Final

from lightkube import Client

from provision.estate import AwsAccess, Estate, Keys, Kops, keys, moto_environment
from provision.estate.guest import GUEST_PREFIX
from provision.observers.published import Published
from provision.spec import PlatformSpec
from provision.targets.base.environment import python_environment
from provision.targets.base.pki import Pki
from provision.toolchain import Toolchain
from provision.workloads import Workloads
from provision.workloads.volumes import Target
from seatrial.checks.observer import Fidelity, Recorder
from seatrial.kube.client import client_of
from seatrial.observers.aws import Aws
from seatrial.provisioning.contract import KubeContext
from seatrial.provisioning.processes import MARK, ProcessTable
from seatrial.provisioning.state import PlatformState

MOTO, RESOLVER, MACHINES = "moto", "resolver", "machines"
"""The names of the processes that every target has."""
NOWHERE: Final = "192.0.2.0/24"
"""A range for documentation: what plays the public addresses where nothing is asked at one."""
EXTRA_MEMBER = "etcd-extra-"
"""How the names of etcd's members beyond the masters' own begin."""


class Parts(ABC):
    """One platform's parts, each made when first asked for.

    Args:
        root: The project's root.
        team: ``$TEAMID``.
        spec: The platform's parameters.
        toolchain: Where the tools come from.
        reach: How the cluster is reached, if not by the platform's own kubeconfig.
    """

    target: ClassVar[Target]
    needs: ClassVar[Sequence[str]]
    """The tools without which nothing is begun."""

    def __init__(
        self, root: Path, team: str, spec: PlatformSpec, toolchain: Toolchain, reach: KubeContext | None = None
    ) -> None:
        self.root = root
        self.team = team
        self.spec = spec
        self.state = PlatformState(root, team)
        self.processes = ProcessTable(self.state)
        self.toolchain = toolchain
        self._reach = reach

    @property
    @abstractmethod
    def aws_endpoint(self) -> str:
        """The URL of the platform's AWS API."""

    @property
    @abstractmethod
    def resolver(self) -> tuple[str, int]:
        """The address and the port of the platform's resolver."""

    @property
    @abstractmethod
    def api(self) -> str:
        """The URL of the cluster's API."""

    @property
    def address_type(self) -> str:
        """Which address of a node the platform's names lead to."""
        return "ExternalIP" if self.spec.dns.public else "InternalIP"

    @cached_property
    def tools(self) -> dict[str, Path]:
        """The path of each tool; those that are missing are had first."""
        return self.chain.ensure_all(self.needs)

    @property
    def chain(self) -> Toolchain:
        """Where the tools come from, each at the version that this platform runs."""
        return self.toolchain

    @property
    def versions(self) -> dict[str, str]:
        """The version of each tool."""
        return self.chain.versions(self.needs)

    @cached_property
    def pki(self) -> Pki:
        """The platform's certificates; its authorities are made on first use."""
        return Pki(self.state)

    @property
    def aws_keys(self) -> Keys:
        """The keys of the platform's AWS API; they are made on first use."""
        return keys.ensure(self.state)

    @property
    def guest_keys(self) -> Keys:
        """The keys of somebody else in the account, whom nobody has given rights; they are made on first use."""
        return keys.ensure(self.state, keys.GUEST)

    @cached_property
    def aws_environment(self) -> dict[str, str]:
        """The variables by which this platform's AWS API is reached."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        cloud = moto_environment(self.aws_endpoint, self.spec.region, self.aws_keys)
        return kept | {"TMPDIR": str(self.temporary)} | cloud

    @property
    def cloud_environment(self) -> dict[str, str]:
        """The variables of the cloud's own process, which knows the keys of everybody in the account."""
        return self.python("", env=self.guest_keys.environment(GUEST_PREFIX))[1]

    @cached_property
    def access(self) -> AwsAccess:
        """The AWS API of this platform."""
        return AwsAccess(self.aws_environment)

    @cached_property
    def kops(self) -> Kops:
        """The platform's kops."""
        return self._kops(self.state.path("kops", "x").parent, self.access)

    @property
    def labels(self) -> Mapping[str, str]:
        """What everything in the cloud is tagged with, beside the names of team and cluster."""
        return {}

    @property
    def checkout(self) -> Path:
        """Where what Git says of the pipelines is read: the project, or the copy that its state names instead."""
        record = self.state.read("checkout")
        return self.root if record is None else self.state.dir / str(record["folder"])

    def kops_in(self, workdir: Path) -> Kops:
        """Return the platform's kops that writes to *workdir* alone."""
        return self._kops(workdir, AwsAccess(self.aws_environment | {"TMPDIR": str(workdir)}))

    def kops_of_stranger(self, workdir: Path) -> Kops:
        """Return the kops of somebody in the same account whom nobody has let into the team's bucket."""
        return self._kops(workdir, self.access_of_stranger())

    def access_of_stranger(self) -> AwsAccess:
        """Return the AWS API of that somebody."""
        return AwsAccess(self.aws_environment | self.guest_keys.environment())

    def _kops(self, workdir: Path, access: AwsAccess) -> Kops:
        mark = {MARK: self.processes.mark("kops")}
        return Kops(self.tools["kops"], access, self.spec, self.team, workdir, mark=mark, labels=self.labels)

    @cached_property
    def estate(self) -> Estate:
        """The cloud side."""
        return Estate(self.spec, self.team, self.access, self.kops, labels=self.labels)

    @cached_property
    def published(self) -> Published:
        """What the DNS updater keeps in the cloud, held against what it has to keep."""
        fidelity = Fidelity.SIMULATED if self.access.simulated else Fidelity.REAL
        return Published(
            self.team,
            self.spec.zone_name(self.team),
            self.estate.hosted_zone_id,
            Aws(self.access, fidelity, Recorder()),  # looks of provisioning are no scenario's
            self.kube,
            self.address_type,
            self._updaters_settings,
            checked=self.spec.dns.public,
        )

    def _updaters_settings(self) -> Mapping[str, str]:
        updater = next(o for o in self.workloads.objects("dns") if o["kind"] == "Deployment")
        told = updater["spec"]["template"]["spec"]["containers"][0]["env"]
        return {variable["name"]: variable.get("value", "") for variable in told}

    @property
    def workloads(self) -> Workloads:
        """What the manifests say."""
        return self._workloads

    @cached_property
    def _workloads(self) -> Workloads:
        return Workloads(self.spec, self.team, self.target, self.state.dir, self.tools["kubectl"])

    @property
    def kubeconfig(self) -> Path:
        """The administrator's kubeconfig."""
        return self.state.dir / "kubeconfig"

    def client(self) -> Client:
        """Make a client of the platform's API."""
        reach = self._reach or KubeContext(self.kubeconfig)
        return client_of(reach.kubeconfig, self.temporary, reach.context)

    @property
    def temporary(self) -> Path:
        """The folder for temporary files: in the state, so that nothing is left when a process is killed."""
        return self.state.path("temporary", "x").parent

    @cached_property
    def kube(self) -> Callable[[], Client]:
        """One shared client of the platform's API, made when first called."""
        made: list[Client] = []

        def shared() -> Client:
            if not made:
                made.append(self.client())
            return made[0]

        return shared

    def python(self, *argv: str, env: dict[str, str] | None = None) -> tuple[list[str], dict[str, str]]:
        """Return the command line and environment that run a module of this project with the platform's AWS API."""
        return [sys.executable, "-m", *argv], self.aws_environment | python_environment() | (env or {})
