"""The server of pipelines as a part of a platform on ``kind``: recorded before it is made, and gone with it."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from provision.actuators import Pusher
from provision.delivery import Atc
from provision.delivery.repositories import git
from provision.engine import find
from provision.images.build import Builds
from provision.images.supply import REGISTRY_NAME
from provision.registry import Registry
from provision.targets.base.target import BESIDE
from provision.targets.kind.parts import KindParts
from provision.targets.kind.pushed import MICROSERVICES
from provision.targets.kind.rolling_out import RollingOut
from provision.targets.kind.target import KindTarget
from provision.toolchain import Toolchain
from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import equal_to
from seatrial.provisioning import standup
from seatrial.provisioning.progress import Quiet
from seatrial.provisioning.state import PlatformState
from tests.images.conftest import answers
from tests.kind.standing import standing
from tests.system.sandbox import Sandbox

pytestmark = [pytest.mark.kind, pytest.mark.slow]
_SEEN = 120.0  # seconds; the server misses its heartbeats after ten
_TESTED = 300.0  # seconds, on a machine that does much else; else it takes fifteen
_PATIENCE = 3.0
_ROLES = ("database", "web", "worker")
NOWHERE = "127.0.0.1:1"
"""Where a cluster would answer, if there were one."""


@dataclass(frozen=True)
class Begun:
    """A platform that was begun, without a cluster: all that its server of pipelines needs."""

    target: KindTarget
    parts: KindParts

    def stand(self) -> int:
        """Take the steps that `up` takes behind the seven; return how many things had to be changed."""
        builder = self.target.builder(self.parts, "mark", lambda _: None)
        standup.run(builder.own(), self.parts.state, Quiet(), patience=_PATIENCE, record=BESIDE)
        return builder.changed


@pytest.fixture(scope="module")
def begun() -> Iterator[Begun]:
    engine = find()
    if engine is None:
        pytest.skip("no container engine answers")
    before = standing(engine)
    with tempfile.TemporaryDirectory(prefix="seatrial-delivery-") as folder, pytest.MonkeyPatch.context() as patched:
        told = RollingOut(f"https://{NOWHERE}", "api.example.com", "nobody's", "a-token-of-nobody's")
        patched.setattr(KindParts, "rolling_out", lambda _: told)
        root = Sandbox(Path(folder)).root
        target, team = KindTarget(root), f"b{os.getpid()}"
        state = PlatformState(root, team)
        parts = target.parts(team, Toolchain())
        try:
            state.write("platform", {"target": "kind", "team": team, "mark": "mark", "began": 0.0})
            target.deliver()
            target.claim(parts)
            stock(parts)
            yield Begun(target, parts)
        finally:
            if state.exists():
                target.sweep(state)
        assert standing(engine) - before == set()


def test_it_is_written_down_before_it_is_made(begun: Begun) -> None:
    """A sweep would know where to look, whenever the standup is killed."""
    names = [f"{begun.parts.team}-delivery-{role}" for role in _ROLES]
    assert begun.parts.state.read("delivery") == {"containers": names}
    assert begun.parts.delivery.endpoints()["delivery"]["containers"] == {}
    assert begun.parts.engine.inspect("container", names) == []


def test_it_stands_once_its_gates_are_met(begun: Begun) -> None:
    """The server answers, its worker works, what it works on is served, and a second run changes nothing."""
    assert begun.stand() == 4 + len(MICROSERVICES)
    assert begun.stand() == 0
    steps = [(one["step"], one["done"]) for one in (begun.parts.state.read(BESIDE) or {})["steps"].values()]
    assert steps == [("delivery", True), ("pipelines", True)]
    told = begun.parts.delivery.endpoints()["delivery"]
    assert told["containers"] == dict.fromkeys(_ROLES, "running")
    with httpx2.Client(trust_env=False) as client:
        assert client.get(f"{told['api']}/api/v1/info").json()["version"] == "7.6.0"
    access = begun.parts.delivery.access
    for name, url in told["git"].items():
        remote = url.replace("//", f"//seatrial:{access.git}@")
        assert "refs/heads/main" in git("ls-remote", remote, at=begun.parts.state.dir), name


def test_what_runs_already_is_no_change(begun: Begun) -> None:
    """Nothing is tested, built or rolled out before anybody has pushed: Git says what the platform began with."""
    delivery = begun.parts.delivery
    delivery.atc.check("msvc1", "source")
    assert delivery.atc.builds("msvc1") == []
    assert delivery.released() == dict.fromkeys(MICROSERVICES, begun.parts.images.names["microservice"])


def test_a_push_that_breaks_a_test_is_told_with_its_words(begun: Begun) -> None:
    """It is tested in the image that it runs in, and nothing else begins."""
    delivery = begun.parts.delivery
    pusher(begun).push("msvc1", "0.1.0+broken", breaks_a_test=True)
    test = ended(delivery.atc, "msvc1", "test")
    said = delivery.atc.log(int(test["id"]))
    assert test["status"] == "failed", said
    assert "First differing element 0" in said
    secret = [value for value in vars(delivery.access).values() if value in said]
    assert not secret
    assert [build["job_name"] for build in delivery.atc.builds("msvc1")] == ["test"]


def test_a_push_is_tested_built_and_written_into_git(begun: Begun) -> None:
    """The image has what was pushed on top of what it had; that no cluster is there is told by the roll-out."""
    delivery = begun.parts.delivery
    pusher(begun).push("msvc1", "0.1.0+good", breaks_a_test=False)
    began = time.monotonic()
    for job in ("test", "build"):
        build = ended(delivery.atc, "msvc1", job, 2 if job == "test" else 1)
        assert build["status"] == "succeeded", delivery.atc.log(int(build["id"]))
    took = {"from push to image": round(time.monotonic() - began, 1)}
    assert took["from push to image"] < _TESTED, took
    rolled = ended(delivery.atc, "msvc1", "roll-out")
    said = delivery.atc.log(int(rolled["id"]))
    assert rolled["status"] == "failed", said
    assert "unable to load root certificates" in said
    released = f"{REGISTRY_NAME}/teams/{begun.parts.team}/msvc1:0.2.0"
    assert delivery.released()["msvc1"] == released, said
    with Registry(begun.parts.images.url, begun.parts.images.access) as registry:
        assert registry.digest(f"teams/{begun.parts.team}/msvc1", "0.2.0").startswith("sha256:")


def test_a_worker_that_is_lost_is_seen_and_comes_back(begun: Begun) -> None:
    """The gate names what is missing; the next standup has it run again."""
    delivery, worker = begun.parts.delivery, f"{begun.parts.team}-delivery-worker"
    begun.parts.engine.run("kill", worker)
    eventually(delivery.idle, equal_to([f"{worker} is stalled"]), within=_SEEN)
    assert delivery.endpoints()["delivery"]["containers"]["worker"] == "stopped"
    assert begun.stand() == 1
    assert not delivery.idle()


def test_a_server_that_is_lost_is_seen(begun: Begun) -> None:
    """The gate names its address, and status what is stopped."""
    delivery = begun.parts.delivery
    begun.parts.engine.run("kill", f"{begun.parts.team}-delivery-web")
    [unmet] = delivery.unanswering()
    assert unmet.startswith(f"the server of pipelines at {delivery.places.url} does not answer")
    assert delivery.endpoints()["delivery"]["containers"]["web"] == "stopped"


def test_it_goes_with_the_platform(begun: Begun) -> None:
    """A sweep names and removes it, with all that it kept."""
    state = begun.parts.state
    removed = begun.target.sweep(state)
    for role in _ROLES:
        assert f"container {state.team}-delivery-{role} of {state.team}" in removed
    assert f"process git of {state.team}" in removed
    assert not state.exists()


def stock(parts: KindParts) -> None:
    """Have the platform's registry run, with the one image that pipelines ask it for."""
    parts.processes.ensure(parts.images.registry())
    builds = Builds(parts.toolchain.cache)
    built = builds.make("microservice")
    with Registry(parts.images.url, parts.images.access) as registry:
        layers = [(digest, builds.layer(digest)) for digest in built.layers]
        answers(f"{parts.images.url}/v2/")
        digest = registry.put(built.recipe, built.version, built.config.encode(), layers)
    parts.state.write("images", {"names": {"microservice": f"{REGISTRY_NAME}/{built.recipe}@{digest}"}})


def pusher(begun: Begun) -> Pusher:
    """Return what pushes changes of microservices."""
    delivery = begun.parts.delivery
    again = delivery.set_pipelines
    return Pusher(
        lambda: delivery.repositories, lambda: delivery.atc, delivery.sources, kube=lambda: None, set_again=again
    )


def ended(atc: Atc, pipeline: str, job: str, number: int = 1) -> dict[str, Any]:
    """Wait until build *number* of a job has ended, and return it."""

    def found() -> list[dict[str, Any]]:
        done = ("succeeded", "failed", "errored", "aborted")
        of_job = [one for one in atc.builds(pipeline) if (one["job_name"], one["name"]) == (job, str(number))]
        return [one for one in of_job if one["status"] in done]

    eventually(lambda: len(found()), equal_to(1), within=_TESTED)
    return found()[0]
