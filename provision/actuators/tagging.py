"""Tags of the registry, made to lead to images of a scenario's own."""

from __future__ import annotations

from provision.observers.exchanges import Exchanges
from provision.registry import Reference, Registry
from seatrial.checks.actuator import Actuator, acting
from seatrial.checks.observer import Fidelity, Recorder

_STAYS = ("sh", "-c", "exec sleep 3600")


class ImageTags(Actuator):
    """Moves tags of the registry that the nodes pull from.

    Args:
        registry: That registry.
        tools: The full name of a small image with a shell, from which the images of scenarios are made.
        exchanges: Where what was done is kept as evidence: those of the observer of containers.
        fidelity: How true containers are on this target.
        recorder: Where deeds are noted; this process's own unless told.
    """

    def __init__(
        self,
        registry: Registry,
        tools: str,
        exchanges: Exchanges,
        *,
        fidelity: Fidelity,
        recorder: Recorder | None = None,
    ) -> None:
        super().__init__("containers", fidelity, recorder)
        self._registry = registry
        self._tools = Reference.of(tools)
        self._exchanges = exchanges

    @acting
    def tag(self, name: str, content: str) -> str:
        """Make the registry's tag *name* lead to an image with *content*, which runs until it is ended.

        Returns:
            The image's digest.

        Raises:
            RegistryError: If the registry refuses it.
        """
        tools = self._tools
        return self._exchanges.of(
            f"tag {name} leads to {content!r}",
            lambda: self._registry.vary(tools.repository, tools.tag, name, content, _STAYS),
        )
