"""Changes of microservices that are pushed, and what comes of them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import ClassVar

from seatrial.checks.expectations import Rows
from seatrial.faults import Fault, Journal
from seatrial.faults.base import Memory
from steps.support.capabilities import Actuators, Platform, have
from steps.support.instruments import Concourse


@dataclass(frozen=True)
class Push(Fault):
    """Push a change of a microservice; undone by taking back what its pipeline made of it.

    Attributes:
        service: The microservice's name.
        version: What it says of itself once it is changed.
        breaks_a_test: Whether one of its tests finds a mistake.
    """

    kind: ClassVar[str] = "push"
    service: str
    version: str
    breaks_a_test: bool

    def before(self, actuators: Actuators) -> Memory:
        """Keep the image that runs."""
        return {"image": have(actuators.own.pusher).image(self.service)}

    def apply(self, actuators: Actuators) -> None:
        """Push it."""
        have(actuators.own.pusher).push(self.service, self.version, breaks_a_test=self.breaks_a_test)

    def undo(self, actuators: Actuators, memory: Memory) -> None:
        """Have the image that ran before run again."""
        have(actuators.own.pusher).withdraw(self.service, memory["image"])

    def remaining(self, actuators: Actuators, memory: Memory) -> list[str]:
        """Name the image that is to run as long as it is another."""
        now = have(actuators.own.pusher).image(self.service)
        return [] if now == memory["image"] else [f"{self.service} is to run {now}, not {memory['image']}"]


@dataclass(frozen=True)
class Pushed:
    """A change of a microservice that was pushed.

    Attributes:
        service: The microservice's name.
        version: What it says of itself since.
        commit: The commit.
        image: The image that ran before.
    """

    service: str
    version: str
    commit: str
    image: str


def push(platform: Platform, faults: Journal, service: str, *, breaks_a_test: bool = False) -> Pushed:
    """Push a change of a microservice."""
    pusher = have(platform.actuators().own.pusher)
    image, version = pusher.image(service), f"0.1.0+{uuid.uuid4().hex[:8]}"
    faults.inject(Push(service, version, breaks_a_test))
    return Pushed(service, version, pusher.pushed(service), image)


def going_on(concourse: Concourse, platform: Platform, pushed: Pushed) -> Rows:
    """Return which jobs have begun with what was pushed, and the image that the microservice is to run."""
    jobs = concourse.builds(pushed.service, pushed.commit)
    image = have(platform.actuators().own.pusher).image(pushed.service)
    return {"jobs": {"begun": tuple(jobs)}, "image": {"is": image}}
