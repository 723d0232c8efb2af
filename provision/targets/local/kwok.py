"""How KWOK is run: it plays the kubelets of all running machines by the stages in ``stages/``."""

from __future__ import annotations

from pathlib import Path

from seatrial.provisioning.processes import ProcessSpec

PLAYED_LABEL = "seatrial.dev/played"
"""On a node that KWOK plays: it runs its pods, and sends heartbeats for it unless somebody else holds its lease."""

NODE_LEASE_SECONDS = 4  # KWOK renews a node's lease four times as often
STAGES = Path(__file__).with_name("stages")
SPARE_PODS = "100.127.0.1/16"  # for pods of a node that the controller manager has not given a range yet


def kwok(name: str, program: Path, kubeconfig: Path) -> ProcessSpec:
    """Return the spec of the KWOK process."""
    argv = [
        str(program),
        f"--kubeconfig={kubeconfig}",
        *(f"--config={stage}" for stage in sorted(STAGES.glob("*.yaml"))),
        f"--manage-nodes-with-label-selector={PLAYED_LABEL}=true",
        f"--node-lease-duration-seconds={NODE_LEASE_SECONDS}",
        f"--cidr={SPARE_PODS}",
    ]
    return ProcessSpec(name, argv, {"GOMEMLIMIT": "80MiB", "GOGC": "60"})
