"""The packet filter inside a node: cut off from the network, and quick to refuse what leads nowhere."""

from __future__ import annotations

from provision.engine import Engine
from provision.targets.kind.cluster_config import SERVICES

_RAW = ("-t", "raw")  # judged first: what holds network policies lets some packets pass before the other rules see them
_WAYS = {"PREROUTING": "-i", "OUTPUT": "-o"}


class NodeFilter:
    """The packet filter of one node.

    Args:
        engine: The container engine.
        node: The node's container, which must run.
    """

    def __init__(self, engine: Engine, node: str) -> None:
        self._engine = engine
        self._node = node

    def cut_off(self) -> None:
        """Let no packet in or out, but for what the node says to itself."""
        self.reconnect()  # once is enough
        for chain, way in _WAYS.items():
            self._rule(*_RAW, "-I", chain, "1", "!", way, "lo", "-j", "DROP")

    def reconnect(self) -> None:
        """Let packets pass again."""
        for chain, way in _WAYS.items():
            while self._rule(*_RAW, "-D", chain, "!", way, "lo", "-j", "DROP"):
                pass

    def refuse_untranslated(self) -> None:
        """Refuse what is sent to a service as long as kube-proxy does not translate its address.

        A node that has just started has no kube-proxy yet. Its pods would wait for an answer until they give up, which
        takes some of them ten seconds; so they try again at once.
        """
        for chain in ("FORWARD", "OUTPUT"):
            self._rule("-I", chain, "1", "-d", SERVICES, "-j", "REJECT")

    def _rule(self, *rule: str) -> bool:
        return self._engine.attempt("exec", self._node, "iptables", "-w", *rule).returncode == 0
