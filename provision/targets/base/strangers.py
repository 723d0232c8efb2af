"""Who comes to etcd uninvited, and with what."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping

from provision.observers.strangers import Address, Strangers, of_nobody
from provision.targets.base.pki import Authority, KeyPair, Pki
from seatrial.checks.observer import Fidelity
from seatrial.provisioning.state import PlatformState


def strangers(
    state: PlatformState, pki: Callable[[], Pki], doors: Callable[[], Mapping[str, Address]], fidelity: Fidelity
) -> Strangers:
    """Return those who come to the *doors* of etcd: strangers, and whoever has a master's certificate.

    Args:
        state: The platform's state, where a stranger's own authority is kept.
        pki: Gives the platform's certificates.
        doors: Gives the address of each door, by its name.
        fidelity: How true the members are.
    """
    contexts: dict[str, Callable[[], ssl.SSLContext]] = {
        "without a certificate": lambda: of_nobody(str(pki().etcd.pair.cert)),
        "with a certificate of her own making": lambda: _with(pki(), _self_made(state)),
        "with an administrator's certificate of the API": lambda: _with(
            pki(), pki().user("user-admin", "seatrial-admin", ["system:masters"])
        ),
        "with a master's certificate": lambda: _with(pki(), pki().etcd_client()),
    }
    return Strangers(doors, contexts, fidelity)


def client_and_peer(name: str, client: Address, peer: Address) -> dict[str, Address]:
    """Return both doors of a member of etcd."""
    return {f"{name}, clients": client, f"{name}, members": peer}


def _with(pki: Pki, pair: KeyPair) -> ssl.SSLContext:
    return of_nobody(str(pki.etcd.pair.cert), str(pair.cert), str(pair.key))


def _self_made(state: PlatformState) -> KeyPair:
    return Authority(state.path("strangers", "x").parent, "stranger-ca").issue("stranger", "stranger")
