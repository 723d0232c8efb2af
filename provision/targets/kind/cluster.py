"""A cluster of real nodes, each a container, made by kind."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from provision.engine.client import Engine, EngineError
from provision.engine.host import raise_inotify_limits
from provision.targets.kind.cluster_config import Authorities, KindNode, write_config
from provision.targets.kind.engine_shim import fixed_addresses, write_engine
from provision.targets.kind.network import Network
from provision.targets.kind.registries import RegistryAt
from seatrial import contained

READY_SECONDS = 180.0
"""How long nodes may take to be ready once they have all joined."""

_CLUSTER_LABEL = "io.x-k8s.kind.cluster"
_ROLE_LABEL = "io.x-k8s.kind.role"
_BALANCER = "external-load-balancer"
_CREATE_SECONDS = 600.0
_TAIL_LINES = 25


class ClusterError(EngineError):
    """The cluster could not be made; the message has kind's last words."""


class KindCluster:
    """The cluster of one platform.

    Args:
        team: The platform's ``$TEAMID``, which is the cluster's name.
        engine: The container engine.
        tools: ``kind`` and ``kubectl`` by name.
        folder: A folder of the platform's state for files of the cluster's own.
        say: Told how it goes.
    """

    def __init__(
        self, team: str, engine: Engine, tools: Mapping[str, Path], folder: Path, say: Callable[[str], None]
    ) -> None:
        self._team = team
        self._engine = engine
        self._tools = tools
        self._folder = folder
        self._say = say
        self._finished = folder / "finished"

    def create(
        self,
        nodes: Sequence[KindNode],
        *,
        image: str,
        network: Network,
        api_address: str = "127.0.0.1",
        names: Sequence[str] = (),
        authorities: Authorities | None = None,
        registries: Mapping[str, RegistryAt] | None = None,
        encryption: Path | None = None,
    ) -> None:
        """Make the cluster and wait until every node is ready. One that is there and whole is left as it is.

        What a run that was killed has left is removed first.

        Args:
            nodes: The nodes; with more than one control plane there is a load balancer before them.
            image: The nodes' image.
            network: The network that they are in.
            api_address: The address of this machine where the API is reached.
            names: More names that the API's certificate is valid for.
            authorities: Certificate authorities to use.
            registries: Where registries are that are not found by their names.
            encryption: What tells the API servers how to encrypt Secrets.

        Raises:
            ClusterError: kind has failed, or nodes are not ready in time.
        """
        if self.exists() and self.finished:
            return
        self._remove_unfinished()
        raise_inotify_limits()
        contained.folder(self._folder)
        config = write_config(
            self._folder,
            nodes,
            api_address=api_address,
            names=names,
            authorities=authorities,
            registries=registries,
            encryption=encryption,
        )
        addresses = fixed_addresses(self._team, nodes, network)
        write_engine(self._programs / self._engine.kind, self._engine.program, addresses, network.gateway)
        command = ["create", "cluster", f"--name={self._team}", f"--image={image}", f"--config={config}", "--retain"]
        self._kind([*command, f"--kubeconfig={self._own_kubeconfig}"], network.name)
        self._wait_ready()
        contained.write(self._finished, "")

    def _remove_unfinished(self) -> None:
        if self.exists():
            self._say("removing what an unfinished run has left of the cluster")
            self.delete()

    @property
    def finished(self) -> bool:
        """Whether it was made to its end."""
        return self._finished.exists()

    def exists(self) -> bool:
        """Tell whether there is any container of the cluster."""
        return bool(self.containers())

    def containers(self) -> list[str]:
        """Name the containers of the cluster's nodes, the load balancer's not among them; names of nodes are alike."""
        return sorted(set(self._labelled()) - set(self._labelled(f"label={_ROLE_LABEL}={_BALANCER}")))

    def balancer(self) -> str | None:
        """Name the load balancer's container, where there is one."""
        return next(iter(self._labelled(f"label={_ROLE_LABEL}={_BALANCER}")), None)

    def front(self) -> str:
        """Return the address in the platform's network at which the API answers: the load balancer's, if there is one.

        Raises:
            ClusterError: Nothing of it runs.
        """
        found = self._addresses([name for name in (self.balancer(),) if name]) or self.addresses()
        if not found:
            raise ClusterError(f"no container of {self._team} runs; `seatrial up --target kind` stands it up")
        return min(found.values())

    def addresses(self) -> dict[str, str]:
        """Return each node's address in the platform's network; one that does not run has none."""
        return self._addresses(self.containers())

    def _addresses(self, containers: Sequence[str]) -> dict[str, str]:
        found = self._engine.inspect("container", containers)
        return {
            container["Name"].lstrip("/"): network["IPAddress"]
            for container in found
            for network in container["NetworkSettings"]["Networks"].values()
            if network["IPAddress"]
        }

    def kubeconfig(self, path: Path) -> Path:
        """Write a kubeconfig (mode 0600) of an administrator, by the load balancer, to ``path``."""
        text = self._run_kind(["get", "kubeconfig", f"--name={self._team}"])
        return contained.write(path, text)

    def delete(self) -> None:
        """Remove the cluster's containers, running or not, and their volumes."""
        if self._finished.exists():
            contained.remove(self._finished)
        names = self._labelled()
        if names:
            self._engine.run("rm", "--force", "--volumes", *names)

    @property
    def _own_kubeconfig(self) -> Path:
        return self._folder / "kubeconfig"

    def _labelled(self, *more: str) -> list[str]:
        return self._engine.names("container", f"label={_CLUSTER_LABEL}={self._team}", *more)

    def _wait_ready(self) -> None:
        started = time.monotonic()
        base = [str(self._tools["kubectl"]), f"--kubeconfig={self._own_kubeconfig}"]
        wait = [*base, "wait", "--for=condition=Ready", "nodes", "--all", f"--timeout={READY_SECONDS:.0f}s"]
        done = subprocess.run(wait, capture_output=True, text=True, check=False, timeout=READY_SECONDS + 30)
        if done.returncode != 0:
            raise ClusterError(f"nodes are not ready within {READY_SECONDS:.0f} s: {done.stderr.strip()}")
        self._say(f"all nodes are ready, {time.monotonic() - started:.1f} s after they had joined")
        # kubeadm starts both on the first control plane, before there is another place for them.
        restart = [*base, "--namespace=kube-system", "rollout", "restart", "deployment/coredns"]
        subprocess.run(restart, capture_output=True, check=False, timeout=30)

    @property
    def _programs(self) -> Path:
        return self._folder / "programs"

    def _environ(self, network: str = "") -> dict[str, str]:
        kind = self._engine.kind
        path = os.pathsep.join([str(self._programs), os.environ.get("PATH", os.defpath)])
        chosen = {"PATH": path, "KIND_EXPERIMENTAL_PROVIDER": kind}
        if network:
            chosen[f"KIND_EXPERIMENTAL_{kind.upper()}_NETWORK"] = network
        # A proxy of this machine's is not reachable from the nodes, which pull from the platform's own registry only.
        proxies = {"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"}
        return {name: value for name, value in self._engine.environ().items() if name.upper() not in proxies} | chosen

    def _run_kind(self, arguments: Sequence[str]) -> str:
        command = [str(self._tools["kind"]), *arguments]
        done = subprocess.run(
            command, env=self._environ(), capture_output=True, text=True, check=False, timeout=_CREATE_SECONDS
        )
        if done.returncode != 0:
            raise ClusterError(f"`kind {' '.join(arguments)}` ended with {done.returncode}: {done.stderr.strip()}")
        return done.stdout

    def _kind(self, arguments: Sequence[str], network: str) -> None:
        """Run kind, passing on what it says."""
        started = time.monotonic()
        said: list[str] = []
        with subprocess.Popen(
            [str(self._tools["kind"]), *arguments],
            env=self._environ(network),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            for line in process.stdout or ():
                said.append(line.rstrip())
                if step := _step(line):
                    self._say(f"{step}, after {time.monotonic() - started:.1f} s")
                if time.monotonic() - started > _CREATE_SECONDS:
                    process.kill()
        if process.returncode != 0:
            tail = "\n".join(said[-_TAIL_LINES:])
            raise ClusterError(f"`kind create cluster` ended with {process.returncode}:\n{tail}")


def _step(line: str) -> str:
    """Return what kind says of a step that it begins or has done, in plain letters; nothing of the rest."""
    match = re.match(r"^ (?:•|✓) (.+)$", line.rstrip())
    return re.sub(r"[^\x20-\x7e]", "", match.group(1)).strip(" .") if match and "✓" in line else ""
