"""How a member of etcd is run as a process of this machine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from provision.targets.base.pki import KeyPair, Pki
from provision.targets.simulated.addresses import EtcdAddresses
from seatrial.provisioning.processes import ProcessSpec
from seatrial.provisioning.state import PlatformState

_MEMORY = "80MiB"  # a soft limit of the Go runtime: what a platform of this size needs, plus a little


def etcd(
    program: Path,
    state: PlatformState,
    pki: Pki,
    name: str,
    at: EtcdAddresses,
    cluster: Mapping[str, EtcdAddresses],
    *,
    existing: bool = False,
) -> ProcessSpec:
    """Return the spec of an etcd member.

    Args:
        program: The program.
        state: The platform's state, where the member's data is kept.
        pki: The platform's certificates.
        name: The member's name, and its process's.
        at: Where it listens.
        cluster: All members by name, itself included.
        existing: It joins a cluster that is there already.
    """
    pair = pki.etcd.issue(name, name, hosts=[at.client.host, "localhost"])
    ca = pki.etcd.pair.cert
    argv = [
        f"--name={name}",
        f"--data-dir={state.dir / 'data' / name}",
        f"--listen-client-urls={at.client.https}",
        f"--advertise-client-urls={at.client.https}",
        f"--listen-peer-urls={at.peer.https}",
        f"--initial-advertise-peer-urls={at.peer.https}",
        f"--initial-cluster={','.join(f'{other}={where.peer.https}' for other, where in cluster.items())}",
        f"--initial-cluster-state={'existing' if existing else 'new'}",
        f"--initial-cluster-token={state.team}",
        *_etcd_tls("", pair, ca),
        *_etcd_tls("peer-", pair, ca),
        "--heartbeat-interval=100",
        "--election-timeout=1000",
        "--unsafe-no-fsync",  # the platform does not outlive the machine
        "--snapshot-count=5000",
        "--log-level=warn",
    ]
    state.path("data", name)
    return ProcessSpec(name, (str(program), *argv), {"GOMEMLIMIT": _MEMORY, "GOGC": "60"})


def _etcd_tls(side: str, pair: KeyPair, ca: Path) -> list[str]:
    return [
        f"--{side}cert-file={pair.cert}",
        f"--{side}key-file={pair.key}",
        f"--{side}trusted-ca-file={ca}",
        f"--{side}client-cert-auth",
    ]
