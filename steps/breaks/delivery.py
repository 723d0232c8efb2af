"""Breaks of the pipelines: another checkout, in which somebody has changed them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

from seatrial import contained
from seatrial.faults import Fault
from seatrial.faults.base import Memory
from seatrial.provisioning.state import PlatformState
from seatrial.sabotage import Sabotage, Site
from steps.breaks import rounds
from steps.support.capabilities import Actuators, have

_PIPELINES = "features/delivery/pipelines.feature"
_CHECKOUT = "checkout"
_READ = ("ci/*.yml", "ci/tasks/*.yml", "images/tools/Dockerfile")
_EDITS = (
    ("images/tools/Dockerfile", " git jq make", " git make"),
    ("ci/tools-image.yml", "{get: source, trigger: true}", "{get: source}"),
    ("ci/platform.yml", "timeout: 14m", "timeout: 40m"),
    ("ci/platform.yml", "{get: every-hour, trigger: true}", "{get: every-hour}"),
    ("ci/tasks/find-drift.yml", "seatrial drift", "seatrial verify"),
    ("ci/platform.yml", "((aws-region))", "((aws-zone))"),
    ("ci/microservice.yml", "{get: source, trigger: true, passed: [test]}", "{get: source, trigger: true}"),
    ("ci/start.yml", "set_pipeline: msvc2", "set_pipeline: msvc3"),
    ("ci/microservice.yml", "on_failure:", "on_abort:"),
    ("ci/microservice.yml", "{put: platform-head, params: {repository: rel", "{put: image, params: {repository: rel"),
)


@dataclass(frozen=True)
class AnotherCheckout(Fault):
    """Have what is in Git read from a copy, changed by hand; undone by removing it. Git itself is left alone.

    Attributes:
        folder: That of the platform's state.
        edits: A file, what stands in it, and what is to stand there.
    """

    kind: ClassVar[str] = "another-checkout"
    folder: str
    edits: tuple[tuple[str, str, str], ...]

    def apply(self, actuators: Actuators) -> None:  # noqa: ARG002
        """Copy it, changed."""
        state = self._state()
        root = state.dir.parent.parent
        texts = {f.relative_to(root): f.read_text("utf-8") for pattern in _READ for f in root.glob(pattern)}
        for file, old, new in self.edits:
            if old not in texts[Path(file)]:
                raise LookupError(f"{file}: expected {old!r}")
            texts[Path(file)] = texts[Path(file)].replace(old, new)
        for path, text in texts.items():
            contained.write(state.path(_CHECKOUT, *path.parts), text)
        state.write(_CHECKOUT, {"folder": _CHECKOUT})

    def undo(self, actuators: Actuators, memory: Memory) -> None:  # noqa: ARG002
        """Remove it."""
        state = self._state()
        state.forget(_CHECKOUT)
        contained.remove(state.dir / _CHECKOUT)

    def __str__(self) -> str:
        return "change a copy of the pipelines"

    def _state(self) -> PlatformState:
        folder = Path(self.folder)
        return PlatformState(folder.parent.parent, folder.name)


@dataclass(frozen=True)
class LoseTool(Fault):
    """Have the image of tools be one without a program; undone by the image that was made.

    Attributes:
        program: The path of its file.
    """

    kind: ClassVar[str] = "lose-tool"
    program: str

    def apply(self, actuators: Actuators) -> None:
        """Lose it."""
        have(actuators.own.tools_image).lose(self.program)

    def undo(self, actuators: Actuators, memory: Memory) -> None:  # noqa: ARG002
        """Have it there again."""
        have(actuators.own.tools_image).restore()

    def __str__(self) -> str:
        return f"take {self.program} out of the image of tools"


@dataclass(frozen=True)
class ChangePipeline(Fault):
    """Change a job of a pipeline on its server by hand; undone by setting every pipeline as Git says.

    Attributes:
        service: The microservice whose pipeline it is.
        job: The job.
        how: What is done to it: a name of what whoever pushes can do.
    """

    kind: ClassVar[str] = "change-pipeline"
    service: str
    job: str
    how: Literal["begin_by_nothing", "pass_whatever"]

    def apply(self, actuators: Actuators) -> None:
        """Change it."""
        getattr(have(actuators.own.pusher), self.how)(self.service, self.job)

    def undo(self, actuators: Actuators, memory: Memory) -> None:  # noqa: ARG002
        """Set them as Git says."""
        have(actuators.own.pusher).lead_back()


def nothing_is_built(site: Site) -> tuple[str, ...]:
    """Have what was tested be built by nothing."""
    site.inject(ChangePipeline("msvc1", "build", "begin_by_nothing"))
    return ()


def nothing_is_tested(site: Site) -> tuple[str, ...]:
    """Have the test do nothing, and pass."""
    site.inject(ChangePipeline("msvc1", "test", "pass_whatever"))
    return ()


def tool_lost(site: Site) -> tuple[str, ...]:
    """Have an image of tools in which jq is not there any more."""
    site.inject(LoseTool("/usr/bin/jq"))
    return ("jq",)


def pipelines_changed(site: Site) -> tuple[str, ...]:
    """Leave a tool out, have jobs begin by nothing, take what nobody has tested, forget a microservice, and more."""
    site.inject(AnotherCheckout(str(site.platform.state.dir), _EDITS))
    return ()


SABOTAGES = (
    Sabotage(
        "a program is not in the image of tools",
        tool_lost,
        f"{_PIPELINES}::The tools run",
        rounds.INSIDE,
        ("answers no",),
    ),
    Sabotage(
        "what was tested is built by nothing",
        nothing_is_built,
        f"{_PIPELINES}::A push is rolled out",
        rounds.UNBUILT,
        ("build", "missing"),
    ),
    Sabotage(
        "a test that passes whatever is pushed",
        nothing_is_tested,
        f"{_PIPELINES}::A push that breaks a test",
        rounds.UNTESTED,
        ("test", "status failed", "status succeeded"),
    ),
    *(
        Sabotage(what, pipelines_changed, f"{_PIPELINES}::{scenario}", rounds.ASTRAY, words)
        for what, scenario, words in (
            ("a tool is left out", "What the image holds", ("jq", "missing")),
            (
                "an image is built by nothing",
                "A pipeline builds the image",
                ("build-tools-image", "watches at least git"),
            ),
            (
                "a standup may take for ever",
                "A pipeline stands the platform up and judges it",
                ("stand-up", "minutes 14", "minutes 40"),
            ),
            ("nobody looks for drift", "A pipeline looks for changes by hand", ("find-drift", "watches at least time")),
            ("nobody writes the version down", "What is rolled out stands in Git", ("roll-out", "platform-head")),
            (
                "nobody takes a version back",
                "A version that does not come to run is taken back",
                ("roll-out", "if it fails withdraw platform-head"),
            ),
            ("what was not tested is built", "Every push is tested, built and rolled out", ("build", "taken past it")),
            ("a microservice has no pipeline", "One pipeline sets all the others", ("msvc2", "missing")),
            ("a variable that nobody gives", "No pipeline asks for more than the default variables", ("aws-zone",)),
        )
    ),
)

UNCHALLENGED = {
    f"{_PIPELINES}::One server starts it all": "the pipeline of the platform is set on no server yet: it would stand "
    "a second platform up, on AWS, so that there is nothing that can be broken"
}
