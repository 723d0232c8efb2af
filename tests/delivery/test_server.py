"""The server of pipelines for real: its containers stand up, run what a push asks for, and leave nothing."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from provision.delivery import Access, Atc, AtcError, PipelinesServer, Places
from provision.delivery.repositories import Repositories, git
from provision.engine import find
from provision.images.build import Builds
from provision.images.recipes_delivery import CONCOURSE_HOME
from provision.images.registry_program import registry_command, registry_settings
from provision.registry import Registry
from provision.registry_tokens import OwnAccess, RegistryTokens
from provision.targets.kind.cluster_config import PODS, SERVICES
from provision.targets.kind.network import LABEL, KindNetwork, Network
from provision.toolchain import Toolchain
from provision.toolchain.catalogue_delivery import CONCOURSE
from provision.toolchain.catalogue_images import IMAGE_TOOLS, REGISTRY
from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import equal_to
from seatrial.provisioning.state import PlatformState
from tests.delivery.conftest import PASSWORD, served
from tests.images.conftest import answers, running

pytestmark = [pytest.mark.kind, pytest.mark.slow]

_STANDS = 300.0  # seconds; on an idle machine it takes ten
_RUNS = 300.0
_REGISTRY_PORT = 5000


@dataclass(frozen=True)
class Beside:
    """A server of pipelines in a network of its own, with what it works on.

    Attributes:
        atc: Its API.
        server: Its containers.
        places: Where they are.
        access: Its passwords.
        network: The network.
        repositories: What is watched.
        git: Where that is served.
        image: The repository of an image with a shell, in the platform's registry.
        token: What lets a pipeline pull it.
    """

    atc: Atc
    server: PipelinesServer
    places: Places
    access: Access
    network: Network
    repositories: Repositories
    git: str
    image: str
    token: str

    def pipeline(self, command: str) -> str:
        """Return a pipeline with one job, which runs *command* on what was pushed."""
        shell = {"repository": self.image, "tag": "1.35.0", "username": "<token>", "password": self.token}
        source = {"uri": f"{self.git}/msvc1.git", "branch": "main", "username": "seatrial", "password": PASSWORD}
        task = {
            "platform": "linux",
            "image_resource": {"type": "registry-image", "source": shell},
            "inputs": [{"name": "source"}],
            "run": {"path": "sh", "args": ["-euc", command]},
        }
        get = {"get": "source", "trigger": True}
        document = {
            "resources": [{"name": "source", "type": "git", "webhook_token": self.access.hook, "source": source}],
            "jobs": [{"name": "test", "plan": [get, {"task": "test", "config": task}]}],
        }
        return yaml.safe_dump(document)

    def ends(self, number: int) -> dict[str, Any]:
        """Wait until build *number* of the job has ended, and return it."""
        done = ("succeeded", "failed", "errored", "aborted")

        def ended() -> list[dict[str, Any]]:  # a look for new versions is a build as well, without a number
            builds = self.atc.builds("msvc1")
            return [one for one in builds if one["name"] == str(number) and one["status"] in done]

        eventually(lambda: len(ended()), equal_to(1), within=_RUNS)
        return ended()[0]


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Beside]:
    engine = find()
    if engine is None:
        pytest.skip("no container engine answers")
    team, root = f"d{os.getpid()}", tmp_path_factory.mktemp("platform")
    own = KindNetwork(team, engine, [PODS, SERVICES])
    state = PlatformState(root, team)
    toolchain = Toolchain()
    with ExitStack() as stack:
        network = own.ensure()
        stack.callback(own.remove)
        access = Access.ensure(state)
        folder = state.path("delivery", "x").parent
        label = f"{LABEL}={team}"
        server = PipelinesServer(team, label, lambda: engine, toolchain=toolchain, folder=folder, say=lambda _: None)
        stack.callback(server.remove)
        base = ipaddress.IPv4Network(network.subnet).network_address
        places = Places(network.name, *(str(base + place) for place in (241, 242, 243)))
        repositories = Repositories(root / "git")
        first = root / "state"
        first.write_text("good\n", encoding="utf-8")
        repositories.ensure("msvc1", {"state": first})
        hook = f"{places.url}/api/v1/teams/main/pipelines/{{repository}}/resources/source/check/webhook"
        git_url = stack.enter_context(
            served(repositories.folder, f"{hook}?webhook_token={access.hook}", network.gateway)
        )
        tokens = stack.enter_context(registry(toolchain, state.path("registry", "x").parent, network.gateway))
        server.ensure(places, access)
        atc = Atc(places.url, access.server)
        stack.callback(atc.close)
        eventually(lambda: idle(atc), equal_to("running"), within=_STANDS)
        image = f"{network.gateway}:{_REGISTRY_PORT}/tools"
        yield Beside(atc, server, places, access, network, repositories, git_url, image, tokens.to_pull(["tools"]))


@contextmanager
def registry(toolchain: Toolchain, folder: Path, address: str) -> Iterator[RegistryTokens]:
    """Have a registry with an image that has a shell."""
    program = Toolchain(toolchain.cache, tools=IMAGE_TOOLS).ensure(REGISTRY.name)
    tokens = RegistryTokens(folder)
    settings = registry_settings(folder, folder / "storage", address, _REGISTRY_PORT, tokens)
    argv, environment = registry_command(program, settings)
    with running(argv, folder / "registry.log", **environment):
        answers(f"http://{address}:{_REGISTRY_PORT}/v2/")
        builds = Builds(toolchain.cache)
        built = builds.make("tools")
        layers = [(digest, builds.layer(digest)) for digest in built.layers]
        with Registry(f"http://{address}:{_REGISTRY_PORT}", OwnAccess(tokens)) as own:
            own.put("tools", built.version, built.config.encode(), layers)
        yield tokens


def idle(atc: Atc) -> str:
    """Return the state of the worker; why there is none otherwise."""
    try:
        return next(iter(atc.workers().values()), "there is none")
    except AtcError as error:
        return str(error)


def test_a_push_is_tested_and_one_that_breaks_the_test_is_told(beside: Beside, tmp_path: Path) -> None:
    """The job runs by itself at each push, in containers of the worker's own, and says what it said."""
    beside.atc.set_pipeline("msvc1", beside.pipeline("grep good source/state; id; ls /dev"))
    first = beside.ends(1)
    said = beside.atc.log(int(first["id"]))
    assert first["status"] == "succeeded", said
    assert "good" in said
    assert not re.search(r"^(sd|vd|nvme|loop)", said, re.MULTILINE)  # no disk of the machine's
    broken = push(beside, "bad\n", tmp_path)
    second = beside.ends(2)
    assert second["status"] == "failed", beside.atc.log(int(second["id"]))
    assert beside.atc.resources(int(second["id"])) == {"source": {"ref": broken}}


def test_what_is_kept_outlives_a_stop_of_the_server(beside: Beside) -> None:
    """A container that was killed is started again by the next standup, and nothing that it kept is lost."""
    before = beside.atc.pipelines()
    engine = find()
    assert engine is not None
    engine.run("kill", beside.server.name("web"))
    assert beside.server.running() == {"database": True, "web": False, "worker": True}
    assert beside.server.ensure(beside.places, beside.access) == 1
    eventually(lambda: idle(beside.atc), equal_to("running"), within=_STANDS)
    assert beside.atc.pipelines().keys() == before.keys()
    assert beside.server.ensure(beside.places, beside.access) == 0


def test_its_programs_say_their_version(beside: Beside) -> None:
    """Server and client are of one version, which is the one that the server tells."""
    engine = find()
    assert engine is not None
    said = [
        engine.run("exec", beside.server.name("web"), f"{CONCOURSE_HOME}/bin/{name}", "--version").strip()
        for name in ("concourse", "fly")
    ]
    assert said == [CONCOURSE.version] * 2
    assert beside.atc.version() == CONCOURSE.version


def test_nobody_else_is_let_in(beside: Beside) -> None:
    """Another password opens nothing, no port of the machine leads in, and no secret is in a command line."""
    stranger = Atc(beside.places.url, "another")
    with closing(stranger), pytest.raises(AtcError, match="refuses POST /sky/issuer/token: 401"):
        stranger.workers()
    engine = find()
    assert engine is not None
    found = engine.inspect("container", [beside.server.name(role) for role in ("database", "web", "worker")])
    assert [one["HostConfig"]["PortBindings"] for one in found] == [{}, {}, {}]
    assert [one["HostConfig"]["Privileged"] for one in found] == [False, False, False]
    secrets = vars(beside.access).values()
    assert not [one for one in found if any(secret in " ".join(one["Args"]) for secret in secrets)]


def test_nothing_is_left(beside: Beside) -> None:
    """Containers and volumes go, found by their label alone."""
    engine = find()
    assert engine is not None
    names = [beside.server.name(role) for role in ("database", "web", "worker")]
    mounts = [one for found in engine.inspect("container", names) for one in found["Mounts"]]
    volumes = [one["Name"] for one in mounts if one["Type"] == "volume"]
    assert len(volumes) == 2
    assert beside.server.remove() == sorted(names)
    assert (engine.inspect("container", names), engine.inspect("volume", volumes)) == ([], [])


def push(beside: Beside, text: str, scratch: Path) -> str:
    """Push a change of the file ``state`` to the server; return the commit."""
    work = scratch / "work"
    remote = beside.git.replace("//", f"//seatrial:{PASSWORD}@") + "/msvc1.git"
    git("clone", "--quiet", remote, str(work), at=scratch)
    (work / "state").write_text(text, encoding="utf-8")
    git("commit", "--quiet", "--all", "--message=Change it", at=work)
    git("push", "--quiet", "origin", "HEAD:main", at=work)
    return git("rev-parse", "HEAD", at=work).strip()
