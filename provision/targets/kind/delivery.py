"""The server of pipelines beside a platform on ``kind``: containers of the same engine, in its network."""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from provision.delivery import Access, Atc, AtcError, PipelinesServer, Places
from provision.delivery.access import USER
from provision.delivery.git_server import HOOK, PASSWORD
from provision.delivery.pipelines import filled
from provision.delivery.repositories import BRANCH, PLATFORM, Repositories, files_of
from provision.engine import Engine
from provision.targets.base.environment import python_environment
from provision.targets.kind.network import LABEL, Network
from provision.toolchain import Toolchain
from seatrial.provisioning.processes import ProcessSpec
from seatrial.provisioning.state import PlatformState

GIT_PROCESS: Final = "git"
GIT_PORT: Final = 3000  # at the gateway of the platform's own network
MICROSERVICES: Final = ("msvc1", "msvc2")
"""Those that have a repository and a pipeline of their own."""
_RECORD = "delivery"
_DATABASE, _WEB, _WORKER = 241, 242, 243  # places in the network, behind those that the engine gives by itself
_OF_PLATFORM = ("ci", "manifests")
_OF_MICROSERVICE = "images/microservice"
_PIPELINE = "ci/kind/microservice.yml"
_NO_WORKER = "no worker is ready to work"


class KindDelivery:
    """The server of one platform.

    Args:
        team: The platform's ``$TEAMID``.
        state: The platform's state.
        engine: Gives the container engine.
        network: Gives the platform's network.
        toolchain: Its cache keeps what images are made of.
        root: The checkout.
        image: Gives the image that microservices run in: where it is, its digest, and the token that lets one pull it.
        say: Told how it goes.
    """

    def __init__(
        self,
        team: str,
        state: PlatformState,
        engine: Callable[[], Engine],
        *,
        network: Callable[[], Network],
        toolchain: Toolchain,
        root: Path,
        image: Callable[[], tuple[str, str, str]],
        say: Callable[[str], None],
    ) -> None:
        self._team = team
        self._state = state
        self._engine = engine
        self._network = network
        self._toolchain = toolchain
        self._root = root
        self._image = image
        self._say = say

    @property
    def wanted(self) -> bool:
        """Whether one stands beside the platform, or is to."""
        return self._state.read(_RECORD) is not None

    def want(self) -> None:
        """Write down that one is to stand beside the platform, before anything of it is made."""
        if not self.wanted:
            self._state.write(
                _RECORD, {"containers": [self._server.name(role) for role in ("database", "web", "worker")]}
            )

    def prepare(self) -> None:
        """Have what takes long to be built: its images."""
        self._server.prepare()

    def git_process(self) -> ProcessSpec:
        """Return the spec of the process that serves the repositories, which are made first."""
        self.repositories.ensure(PLATFORM, files_of(self._root, _OF_PLATFORM))
        microservice = files_of(self._root / _OF_MICROSERVICE, (".",))
        for name in MICROSERVICES:
            self.repositories.ensure(name, microservice)
        hook = (
            f"{self.places.url}/api/v1/teams/main/pipelines/{{repository}}/resources/source/check/webhook"
            f"?webhook_token={self.access.hook}"
        )
        listen = f"--listen={self._network().gateway}:{GIT_PORT}"
        folder = f"--folder={self.repositories.folder}"
        argv = [sys.executable, "-m", "provision.delivery.git_server", listen, folder]
        own = python_environment() | {"TMPDIR": str(self._state.path("temporary", "x").parent)}
        return ProcessSpec(GIT_PROCESS, argv, own | {PASSWORD: self.access.git, HOOK: hook})

    def ensure(self) -> int:
        """Have its containers run; return how many did not."""
        return self._server.ensure(self.places, self.access)

    @property
    def access(self) -> Access:
        """Its users' passwords."""
        return Access.ensure(self._state)

    @property
    def places(self) -> Places:
        """Where its containers are."""
        network = self._network()
        base = ipaddress.IPv4Network(network.subnet).network_address
        return Places(network.name, *(str(base + place) for place in (_DATABASE, _WEB, _WORKER)))

    @property
    def repositories(self) -> Repositories:
        """What the pipelines work on."""
        return Repositories(self._state.path("delivery", "git", "x").parent)

    @cached_property
    def atc(self) -> Atc:
        """Its API."""
        return Atc(self.places.url, self.access.server)

    def git_url(self, name: str) -> str:
        """Return where the pipelines find a repository."""
        return f"http://{self._network().gateway}:{GIT_PORT}/{name}.git"

    def unanswering(self) -> Sequence[str]:
        """Look whether the server's API answers."""
        try:
            self.atc.version()
        except AtcError as error:
            return [str(error)]
        return ()

    def idle(self) -> Sequence[str]:
        """Look whether its worker is ready to work."""
        try:
            workers = self.atc.workers()
        except AtcError as error:
            return [str(error)]
        states = [f"{name} is {state}" for name, state in workers.items()]
        return () if "running" in workers.values() else states or [_NO_WORKER]

    def set_pipelines(self) -> int:
        """Have a pipeline for each microservice, as this checkout says; return how many there were not."""
        before = self.atc.pipelines()
        image, digest, token = self._image()
        given = {
            "branch": BRANCH,
            "git-user": USER,
            "git-password": self.access.git,
            "hook": self.access.hook,
            "image": image,
            "image-digest": digest,
            "image-token": token,
        }
        for name in MICROSERVICES:
            self.atc.set_pipeline(name, filled(self._root / _PIPELINE, given | {"repository": self.git_url(name)}))
        return len(set(MICROSERVICES) - set(before))

    def unwatched(self) -> Sequence[str]:
        """Look whether every microservice has a pipeline that is not paused."""
        there = self.atc.pipelines()
        return [
            f"{name} has no pipeline that runs" for name in MICROSERVICES if there.get(name, {}).get("paused", True)
        ]

    def endpoints(self) -> Mapping[str, Any]:
        """Name its endpoints and its containers, for the platform's status; nothing where none is wanted."""
        if not self.wanted:
            return {}
        containers = {role: "running" if runs else "stopped" for role, runs in self._server.running().items()}
        git = {name: self.git_url(name) for name in (PLATFORM, *MICROSERVICES)}
        return {"delivery": {"api": self.places.url, "containers": containers, "git": git}}

    @cached_property
    def _server(self) -> PipelinesServer:
        return PipelinesServer(
            self._team,
            f"{LABEL}={self._team}",
            self._engine,
            toolchain=self._toolchain,
            folder=self._state.path("delivery", "x").parent,
            say=self._say,
        )
