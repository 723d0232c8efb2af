"""What ``local`` does for each step of the standup."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from provision.estate import moto_argv
from provision.targets.base import builder
from provision.targets.base.parts import MOTO
from provision.targets.base.upgrade import upgrading
from provision.targets.local.control_plane import DNS_UPDATER
from provision.targets.local.gates import LocalGates
from provision.targets.local.parts import UPDATER, LocalParts
from provision.targets.local.rolling import Rolling
from seatrial.provisioning.processes import ProcessSpec

RESYNC = 2  # seconds: nobody waits half a minute


class LocalBuilder(builder.Builder):
    """Builds one platform on ``local``; counts what it had to change."""

    _parts: LocalParts
    calls = ""
    """The file for what the AWS API is asked for; none when empty."""
    faults = ""
    """The file of what the AWS API does amiss; none when empty."""

    @property
    def probing(self) -> Sequence[str]:
        """How the resolver runs the health checks: no node answers, so a machine that runs is healthy."""
        return ("--probe=estate", "--interval-scale=0.1")  # ten seconds between two checks become one

    def make_cluster(self) -> None:
        """Start the AWS API and the control plane, and have kops make the estate while that comes up."""
        c = self._parts
        # kops needs a processor for itself for some seconds: it starts first, the control plane right behind it.
        self.start_cloud()
        _ = c.pki.kubernetes  # made before both need it
        with ThreadPoolExecutor(1) as pool:
            estate = pool.submit(self._make_estate)
            self.changed += len(c.control_plane.start())
            estate.result()
        self.start_nodes()
        if not self.upgraded:
            c.control_plane.renew()
            with upgrading(c, self._say):
                self.changed += self.roll()

    def roll(self) -> int:
        """Replace the machines that run another version of Kubernetes; give how many."""
        return Rolling(self._parts, LocalGates(self._parts), self._say).roll()

    def start_nodes(self) -> None:
        """Start what plays the kubelets, and follows the machines."""
        c = self._parts
        self.changed += len(c.control_plane.start_nodes(c.aws_environment))

    def start_cloud(self) -> None:
        """Start the AWS API."""
        c = self._parts
        argv = moto_argv(*c.addresses.moto.pair, self.calls, c.world, self.faults)
        self._ensure(ProcessSpec(MOTO, argv, c.cloud_environment))

    def keep_names(self) -> None:
        """Start the DNS updater as well, which keeps the records from now on: no pod runs here."""
        super().keep_names()
        self._ensure(self._updater())

    def _updater(self) -> ProcessSpec:
        c = self._parts
        argv, env = c.python(
            "dns_updater",
            env={
                **self._told(),
                **c.updaters_keys.environment(),
                "KUBECONFIG": str(c.control_plane.kubeconfig(DNS_UPDATER)),
                "RESYNC_SECONDS": str(RESYNC),
            },
        )
        env["PYTHONPATH"] = f"{c.root / 'images' / 'dns-updater'}:{env['PYTHONPATH']}"
        return ProcessSpec(UPDATER, argv, env)

    def _told(self) -> dict[str, str]:
        """Return what the manifests tell the updater, but for how it reaches AWS: the process is told the same."""
        pods = [
            o["spec"]["template"]["spec"] for o in self._parts.workloads.objects("dns") if o["kind"] == "Deployment"
        ]
        told = [e for pod in pods for container in pod["containers"] for e in container.get("env", [])]
        return {e["name"]: e["value"] for e in told if "value" in e and not e["name"].startswith("AWS_")}
