"""The images of a platform on ``kind``: that of its nodes, and those of its workloads in a registry of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx2

from provision.engine import Engine
from provision.images import pulling
from provision.images.map import FALL_BACKS
from provision.images.node import ensure_node
from provision.images.registry_program import registry_command, registry_settings
from provision.images.supply import REGISTRY_NAME, Supply
from provision.registry import Reference, Registry
from provision.registry_tokens import OwnAccess, RegistryTokens
from provision.targets.kind.pushed import MICROSERVICES, repository_of
from provision.targets.kind.registries import RegistryAt
from provision.toolchain import Toolchain
from provision.toolchain.catalogue_images import IMAGE_TOOLS, REGISTRY
from provision.toolchain.locking import held
from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import equal_to
from seatrial.checks.observer import Absent, Fidelity
from seatrial.provisioning.processes import ProcessSpec
from seatrial.provisioning.state import PlatformState

PROCESS = "registry"
_RECORD = "images"
_ANSWERS_WITHIN = 30.0  # seconds

Say = Callable[[str], None]


class KindImages:
    """The images of one platform.

    Args:
        engine: The container engine.
        toolchain: Where programs come from; its cache keeps images too.
        state: The platform's state.
        address: The address and the port of the platform's registry.
        controller: The ingress controller that is asked for.
    """

    def __init__(
        self, engine: Engine, toolchain: Toolchain, state: PlatformState, address: tuple[str, int], controller: str
    ) -> None:
        self._engine = engine
        self._toolchain = toolchain
        self._state = state
        self._address = address
        self._wanted = controller

    @property
    def url(self) -> str:
        """Where this machine and the nodes reach the registry."""
        return "http://{}:{}".format(*self._address)

    @property
    def access(self) -> OwnAccess:
        """What lets this machine push to the registry."""
        return OwnAccess(self.tokens)

    @property
    def registries(self) -> Mapping[str, RegistryAt]:
        """Where the nodes find the registry that images' names begin with, and what lets them pull what it has."""
        pushed = (repository_of(self._state.team, name) for name in MICROSERVICES)
        pulled = (Reference.of(name).repository for name in self.names.values())
        return {REGISTRY_NAME: RegistryAt(self.url, self.tokens.to_pull([*pulled, *pushed]))}

    @property
    def tokens(self) -> RegistryTokens:
        """What makes the registry's tokens."""
        return RegistryTokens(self._folder)

    @property
    def _folder(self) -> Path:
        return self._state.path("registry", "x").parent

    def node(self, say: Say) -> str:
        """Return the image of the nodes; it is built, or pulled, if it is not there."""
        return ensure_node(self._engine, self._toolchain, say).image

    def registry(self) -> ProcessSpec:
        """Return the spec of the registry's process; what it stores is kept in the cache for the next platform."""
        program = Toolchain(self._toolchain.cache, tools=IMAGE_TOOLS).ensure(REGISTRY.name)
        storage = self._toolchain.cache / "images" / "registry"
        settings = registry_settings(self._folder, storage, *self._address, self.tokens)
        return ProcessSpec(PROCESS, *registry_command(program, settings))

    def push(self, say: Say) -> None:
        """Put every image that can be had into the registry, and record what each name stands for."""
        if self._state.read(_RECORD) is not None:
            return
        eventually(self._answers, equal_to(True), within=_ANSWERS_WITHIN)
        supply = self._supply(say)
        controllers = list(dict.fromkeys((self._wanted, *FALL_BACKS)))
        selections = {name: supply.select(name) for name in controllers}
        had = {name: one for name, one in selections.items() if one.controller == name}
        chosen = selections[self._wanted]
        with held(self._toolchain.cache / "locks" / "registry.lock"), Registry(self.url, self.access) as registry:
            names = {name: ref for one in (chosen, *had.values()) for name, ref in supply.push(one, registry).items()}
        self._state.write(
            _RECORD,
            {
                "names": names,
                "controller": chosen.controller,
                "controllers": sorted(had),
                "sources": {choice.name: choice.source for choice in chosen.choices.values()},
                "reasons": {choice.name: choice.reason for choice in chosen.choices.values()},
                "components": list(chosen.components),
                "left_out": list(chosen.left_out),
            },
        )

    @property
    def names(self) -> Mapping[str, str]:
        """The full name of each image in the registry, by its name in the manifests."""
        return dict(self._record["names"])

    @property
    def controllers(self) -> list[str]:
        """Name the ingress controllers whose image can be had."""
        return list(self._record["controllers"])

    @property
    def controller(self) -> str:
        """The ingress controller that was chosen when the platform was stood up."""
        return str(self._record["controller"])

    @property
    def left_out(self) -> tuple[str, ...]:
        """Name what cannot be had."""
        return tuple(self._record["left_out"])

    @property
    def components(self) -> tuple[str, ...]:
        """Name what the manifests change for stand-ins."""
        return tuple(self._record["components"])

    @property
    def had(self) -> dict[str, Fidelity | Absent]:
        """How each image was had: the real one or our own, a stand-in, or not at all and why."""
        found: dict[str, Fidelity | Absent] = {}
        for name, source in self._record["sources"].items():
            if source == "none":
                found[name] = Absent(name, f"image {name} cannot be had")
            else:
                found[name] = Fidelity.SIMULATED if source == "stand-in" else Fidelity.REAL
        return found

    @staticmethod
    def prepare(engine: Engine, toolchain: Toolchain, say: Say) -> None:
        """Have everything that takes long to be built: the image of the nodes and those of the workloads."""
        ensure_node(engine, toolchain, say)
        Supply(toolchain.cache, _pulling(engine), say).build_all()

    def _supply(self, say: Say) -> Supply:
        return Supply(self._toolchain.cache, _pulling(self._engine), say)

    def _answers(self) -> bool:
        try:
            answer = httpx2.get(f"{self.url}/v2/", auth=self.access, timeout=2.0, trust_env=False)
        except httpx2.HTTPError:
            return False
        return answer.status_code == httpx2.codes.OK

    @property
    def _record(self) -> dict[str, Any]:
        return self._state.read(_RECORD) or {}


def _pulling(engine: Engine) -> pulling.Engine:
    return pulling.Engine((engine.program,), engine.environ())
