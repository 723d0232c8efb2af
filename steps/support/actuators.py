"""What the words act with beside the APIs of the cluster and of the cloud, each a protocol of its own.

A platform gives all of them as its `Capabilities`; in the place of one that its target lacks stands an `Absent`, which
makes the scenarios that use it "not provable here".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from seatrial.checks.observer import Absent
from steps.support.instruments import Reply


class HttpSender(Protocol):
    """Programs that send to the platform."""

    def post(self, host: str, path: str, body: Mapping[str, object]) -> Reply:
        """Send *body* as JSON."""


class Clerk(Protocol):
    """Who stores the numbered documents of one history."""

    @property
    def stream(self) -> str:
        """The history's name."""

    def store(self, value: str) -> None:
        """Store a document, acknowledged by a majority of the members; safe to call from several threads.

        Raises:
            ConnectionError: If it is surely not stored; any other error says nothing.
        """

    def close(self) -> None:
        """Let go of the connection to the database."""


class MongoDbWriter(Protocol):
    """Clients of the database that store in it."""

    def insert(self, collection: str, document: Mapping[str, object]) -> str:
        """Store a document, acknowledged by a majority of the members, and give its id."""

    def clerk(self, collection: str, stream: str) -> Clerk:
        """Return who stores the numbered documents of the history *stream*."""


class ImageTags(Protocol):
    """The tags of the registry that images are pulled from."""

    def tag(self, name: str, content: str) -> str:
        """Make the registry's tag *name* lead to an image with *content*; give the image's digest."""


class StandupRunner(Protocol):
    """A way to run the standup again."""

    def again(self) -> int:
        """Stand the platform up again; give the number of things that this changed.

        Raises:
            StandupError: If a gate is not met.
        """

    def raised(self, minors: int) -> int:
        """Stand it up with Kubernetes so many minor versions later; give the number of things that this changed.

        Raises:
            SeatrialError: If that is refused, or fails.
        """


class Applier(Protocol):
    """A way to apply what Git says."""

    def apply_again(self) -> int:
        """Apply what Git says; give the number of objects that this changed."""


class SecondPlatform(Protocol):
    """A second platform, beside the one under trial."""

    def up(self) -> None:
        """Stand it up."""

    def down(self) -> None:
        """Take it down."""


class GroupSize(Protocol):
    """The number of machines in a group."""

    def group_of(self, machine: str) -> tuple[str, list[str]]:
        """Return the name of a machine's group, and the ids of all of the group's machines."""

    def resize(self, group: str, size: int) -> None:
        """Have a group start machines until it has *size*, which is also the most that it may have."""

    def shrink(self, group: str, kept: Sequence[str]) -> None:
        """End all machines of a group but those that are *kept*, and have it keep so many."""

    def beyond(self, group: str, kept: Sequence[str]) -> list[str]:
        """Return the ids of a group's machines that are none of those that are *kept*."""


class EtcdSize(Protocol):
    """The number of etcd's members."""

    def grow(self, by: int) -> None:
        """Add so many."""

    def shrink(self, to: int) -> None:
        """Take away those that were added until *to* are left."""


class EtcdContent(Protocol):
    """What etcd holds, past the API."""

    def put(self, key: str, value: str) -> None:
        """Write *value* under *key*."""

    def remove(self, key: str) -> None:
        """Remove what is under *key*."""


class NodeNetwork(Protocol):
    """The network of nodes."""

    def cut_off(self, node: str) -> None:
        """Cut *node* off, its machine running on."""

    def reconnect(self, node: str) -> None:
        """Connect it again."""


class PodKiller(Protocol):
    """A way to end what a pod runs."""

    def crash(self, namespace: str, name: str) -> None:
        """Kill the first container of a pod, as a failure of its program would."""


class MachineShell(Protocol):
    """A way to work on machines by hand."""

    def run(self, machine: str, *command: str) -> None:
        """Run *command* on *machine* as its administrator."""


class ToolsImage(Protocol):
    """The image of tools, damaged and mended."""

    def lose(self, program: str) -> None:
        """Have the image be one without the file of *program*."""

    def restore(self) -> None:
        """Have the image be what was made."""


class Pusher(Protocol):
    """Somebody who pushes changes of microservices."""

    def push(self, service: str, version: str, *, breaks_a_test: bool) -> None:
        """Push a microservice as another *version*, with a mistake that a test finds if asked for."""

    def pushed(self, service: str) -> str:
        """Return the last commit that was pushed."""

    def image(self, service: str) -> str:
        """Return the image that a microservice is to run."""

    def withdraw(self, service: str, image: str) -> None:
        """Have nothing of its pipeline go on, and Git and the cluster say an *image* again."""

    def begin_by_nothing(self, service: str, job: str) -> None:
        """Have a job of a pipeline begin by nothing."""

    def pass_whatever(self, service: str, job: str) -> None:
        """Have the tasks of a job do nothing, and pass."""

    def lead_back(self) -> None:
        """Have every pipeline be as Git says again."""


class Controllers(Protocol):
    """Ingress controllers, each maker's by its name."""

    def running(self) -> str:
        """Name those that run."""

    def known(self) -> Sequence[str]:
        """Name those whose images can be had."""

    def swap(self, to: str) -> None:
        """Put others in the place of those that run."""


class NamesKeeper(Protocol):
    """Who keeps the names."""

    def hold(self) -> None:
        """Have nobody keep them."""

    def let_go(self) -> None:
        """Have them kept again."""

    def at_work(self) -> bool:
        """Return whether somebody keeps them."""


class Versions(Protocol):
    """Versions of images."""

    def another(self, image: str) -> str:
        """Name another version of *image*, which can be pulled where images are."""


class Capabilities(Protocol):
    """What a platform can do, and what it cannot."""

    @property
    def http_sender(self) -> HttpSender | Absent:
        """What sends over HTTP."""

    @property
    def mongodb_writer(self) -> MongoDbWriter | Absent:
        """What stores documents in the database."""

    @property
    def image_tags(self) -> ImageTags | Absent:
        """What moves tags of the registry."""

    @property
    def standup_runner(self) -> StandupRunner | Absent:
        """What runs the standup again."""

    @property
    def applier(self) -> Applier | Absent:
        """What applies what Git says."""

    @property
    def second_platform(self) -> SecondPlatform | Absent:
        """The platform beside this one."""

    @property
    def group_size(self) -> GroupSize | Absent:
        """What makes groups of machines larger and smaller."""

    @property
    def etcd_size(self) -> EtcdSize | Absent:
        """What makes etcd larger and smaller."""

    @property
    def etcd_content(self) -> EtcdContent | Absent:
        """What writes into etcd past the API."""

    @property
    def node_network(self) -> NodeNetwork | Absent:
        """What cuts nodes off."""

    @property
    def machine_shell(self) -> MachineShell | Absent:
        """What works on machines by hand."""

    @property
    def tools_image(self) -> ToolsImage | Absent:
        """The image of tools."""

    @property
    def pusher(self) -> Pusher | Absent:
        """Who pushes changes of microservices."""

    @property
    def pod_killer(self) -> PodKiller | Absent:
        """What ends what pods run."""

    @property
    def controllers(self) -> Controllers | Absent:
        """What swaps ingress controllers."""

    @property
    def names_keeper(self) -> NamesKeeper | Absent:
        """Who keeps the names."""

    @property
    def versions(self) -> Versions | Absent:
        """What gives other versions of images."""
