"""The server of pipelines beside a platform on ``kind``: containers of the same engine, in its network."""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from provision.delivery import Access, Atc, AtcError, PipelinesServer, Places, releases
from provision.delivery.access import USER
from provision.delivery.append_sources import recipe_digest
from provision.delivery.git_server import HOOK, PASSWORD
from provision.delivery.pipelines import filled
from provision.delivery.repositories import BRANCH, PASSED_BY, PLATFORM, Repositories, files_of
from provision.engine import Engine
from provision.targets.base.environment import python_environment
from provision.targets.kind.delivery_images import DeliveryImages
from provision.targets.kind.network import LABEL, Network
from provision.targets.kind.pushed import MICROSERVICES
from provision.targets.kind.rolling_out import RollingOut
from provision.toolchain import Toolchain
from seatrial.provisioning.processes import ProcessSpec
from seatrial.provisioning.state import PlatformState

GIT_PROCESS: Final = "git"
GIT_PORT: Final = 3000  # at the gateway of the platform's own network
_RECORD = "delivery"
_DATABASE, _WEB, _WORKER = 241, 242, 243  # places in the network, behind those that the engine gives by itself
_OF_PLATFORM = ("ci", "manifests", "provision/delivery/append_sources.py")
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
        images: What pipelines pull and push.
        rolling_out: Gives how pipelines reach the cluster.
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
        images: DeliveryImages,
        rolling_out: Callable[[], RollingOut],
        say: Callable[[str], None],
    ) -> None:
        self._team = team
        self._state = state
        self._engine = engine
        self._network = network
        self._toolchain = toolchain
        self._root = root
        self._images = images
        self._rolling_out = rolling_out
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
        began = {releases.path_of(name): releases.said(name, self._images.began) for name in MICROSERVICES}
        self.repositories.ensure(PLATFORM, {**files_of(self._root, _OF_PLATFORM), **began})
        for name in MICROSERVICES:
            self.repositories.ensure(name, self.sources(), PASSED_BY)
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
        given = self._given()
        for name in MICROSERVICES:
            self.atc.set_pipeline(name, filled(self._root / _PIPELINE, given | self._own(name)))
        return len(set(MICROSERVICES) - set(before))

    def released(self) -> dict[str, str]:
        """Return the image that Git says of each microservice; nothing where no server of pipelines is wanted.

        Raises:
            ReleaseError: Git says something else there than the image that its pipeline pushes.
        """
        if not self.wanted or not self.repositories.head(PLATFORM):
            return {}
        said = {name: self.repositories.read(PLATFORM, releases.path_of(name)) for name in MICROSERVICES}
        known = {name: (self._images.began, self._images.name_of(name)) for name in MICROSERVICES}
        return {name: releases.image(text, name, *known[name]) for name, text in said.items()}

    def sources(self) -> dict[str, Path | str]:
        """Return what a microservice's repository begins with."""
        return dict(files_of(self._root / _OF_MICROSERVICE, (".",)))

    def _given(self) -> dict[str, str]:
        """Return what every pipeline is set with."""
        image, tools, cluster = self._images.microservice(), self._images.tools(), self._rolling_out()
        return {
            "branch": BRANCH,
            "git-user": USER,
            "git-password": self.access.git,
            "hook": self.access.hook,
            "platform-repository": self.git_url(PLATFORM),
            "image": image.repository,
            "image-tag": image.tag,
            "image-digest": image.digest,
            "image-token": image.token,
            "tools-image": tools.repository,
            "tools-tag": tools.tag,
            "tools-token": tools.token,
            "recipe-digest": recipe_digest(self._root / _OF_MICROSERVICE),
            "api": cluster.api,
            "api-name": cluster.name,
            "api-authority": cluster.authority,
            "roll-out-token": cluster.token,
        }

    def _own(self, microservice: str) -> dict[str, str]:
        """Return what the pipeline of one microservice is set with beside."""
        repository, token = self._images.pushed(microservice)
        return {
            "microservice": microservice,
            "repository": self.git_url(microservice),
            "microservice-image": repository,
            "microservice-token": token,
            "microservice-name": self._images.name_of(microservice),
        }

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
