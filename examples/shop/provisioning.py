"""A shop on plain kind: a cluster of one node, three small workloads, and a port of this machine that leads to them."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence

from shop import Shop

from seatrial import Observer, StandupError
from seatrial.plain import Plain
from seatrial.provisioning.contract import Check
from seatrial.provisioning.progress import Progress
from seatrial.provisioning.state import PlatformState

PARTS = ("catalogue", "page", "prices")
PODS = 2  # of each
PORT = "30080/tcp"  # of the node, as kind.yaml has it
PROGRAMS = ("docker", "kind", "kubectl")
SECONDS = 600.0  # for one command: making a cluster is the longest


class Provisioning(Plain):
    """Makes it with kind and kubectl, as a person would."""

    target = "kind"

    def make(self, state: PlatformState, progress: Progress) -> None:
        """Make the cluster and what runs on it, as far as it is not there."""
        kubeconfig = state.path("kubeconfig")
        if state.team not in _run("kind", "get", "clusters").split() or not kubeconfig.exists():
            self.remove(state)  # what a run that was killed has left: kind writes the kubeconfig when it is done
            progress.now("kind makes a cluster")
            config = f"--config={self.root / 'kind.yaml'}"
            _run("kind", "create", "cluster", f"--name={state.team}", config, f"--kubeconfig={kubeconfig}")
        images = self.root / "images.tar"
        if images.exists():  # what `docker save` has written, where a node reaches no registry
            progress.now("kind loads images.tar")
            _run("kind", "load", "image-archive", str(images), f"--name={state.team}")
        _run("kubectl", f"--kubeconfig={kubeconfig}", "apply", f"--kustomize={self.root / 'manifests'}")

    def lacking(self, state: PlatformState) -> Sequence[str]:
        """Name each workload that is not wholly ready; it only looks."""
        get = ("get", "deployments", "--namespace=shop", "--output=json")
        try:
            found = json.loads(_run("kubectl", f"--kubeconfig={state.path('kubeconfig')}", *get))["items"]
        except StandupError as error:
            return [str(error)]
        ready = {one["metadata"]["name"]: one["status"].get("availableReplicas", 0) for one in found}
        return [f"{part}: {ready.get(part, 0)} of {PODS} pods" for part in PARTS if ready.get(part, 0) < PODS]

    def remove(self, state: PlatformState) -> None:
        """Remove the cluster, however far it was made."""
        _run("kind", "delete", "cluster", f"--name={state.team}", f"--kubeconfig={state.path('kubeconfig')}")

    def beside(self, state: PlatformState) -> Mapping[str, Observer]:
        """Return what this shop is looked at with, beside what every cluster is."""
        where = ("docker", "port", f"{state.team}-control-plane", PORT)
        return {"shop": Shop(lambda: f"http://{_run(*where).split()[0]}")}

    def doctor(self, target: str) -> list[Check]:  # noqa: ARG002 - there is one
        """Say which programs are there."""
        install = "install it, and have it on PATH"
        return [
            Check(one, "found", path) if (path := shutil.which(one)) else Check(one, "missing", remedy=install)
            for one in PROGRAMS
        ]


def _run(*command: str) -> str:
    """Return what a command has printed.

    Raises:
        StandupError: If it cannot be run, fails, or takes too long; it has its last words.
    """
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise StandupError(f"{command[0]}: {error}; `seatrial doctor` says what is needed") from error
    if done.returncode:
        last = "".join(done.stderr.strip().splitlines()[-1:])
        raise StandupError(f"`{' '.join(command)}`: {last}")
    return done.stdout
