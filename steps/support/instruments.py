"""What the words need of observers that only some targets have, and of the project's own.

A target that lacks one of them makes the scenarios that use it "not provable here".
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from seatrial.checks.expectations import Rows


class Reply(Protocol):
    """An answer over HTTP."""

    @property
    def status(self) -> int:
        """Its status."""

    @property
    def body(self) -> str:
        """Its body."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Its headers."""


class Http(Protocol):
    """Visitors of the platform: they resolve names in the team's zone, as anybody would."""

    def get(
        self, host: str, path: str = "/", *, node: str | None = None, tls: bool = False, port: int | None = None
    ) -> Reply:
        """Ask *host* for *path*, at any node or at one, by TLS verified against the platform's authority or without."""


class MongoDb(Protocol):
    """The database, asked as its clients ask it."""

    def find(self, collection: str, document: Mapping[str, object]) -> Rows:
        """Return every document that has the fields of *document*, by id."""

    def numbered(self, collection: str, stream: str) -> list[tuple[str, int]]:
        """Return the numbered documents of the history *stream*, each with its place in the database's order."""

    def copies(self, collection: str, stream: str) -> dict[str, list[tuple[str, int]]]:
        """Return the same as each member that answers has it, by its pod."""

    def members(self) -> Rows:
        """Return the members of the replica set by pod: ``state`` (``primary``, ``secondary``, ...), ``healthy``."""


class Logs(Protocol):
    """The search engine that all logs go to."""

    def find(self, text: str) -> Rows:
        """Return every line that contains *text*, by id: ``line``, ``pod``, ``namespace``, ``node``."""


class Metrics(Protocol):
    """The store of metrics, and its graphs."""

    def hosts(self, seconds: int, of: str = "the processor") -> Rows:
        """Return every host that has sent metrics of that in the last *seconds*: ``points``."""

    def services(self, seconds: int) -> Rows:
        """Return every microservice that has sent metrics of its own in the last *seconds*: ``points``."""

    def sources(self) -> Rows:
        """Return every source of the graphs by name: ``kind``, ``healthy``."""

    def graph(self, name: str, seconds: int) -> Rows:
        """Ask the graphs for the series of one of them: ``points`` in the last *seconds*, by series."""


class Containers(Protocol):
    """The containers of the nodes, and the images that they run."""

    def digest(self, namespace: str, name: str) -> str:
        """Return the digest of the image that a pod's container runs."""

    def image(self, name: str) -> str:
        """Return the full name of an image of the registry, by its tag."""


class Hosts(Protocol):
    """The inside of the machines."""

    def services(self, *names: str) -> Rows:
        """Return the services *names* of every machine, by ``machine/name``: ``runs``, ``starts_at_boot``."""

    def private_files(self) -> Rows:
        """Return every file with a private key or a token, by ``machine:path``: ``owner``, ``open_to``."""

    def swap(self) -> Rows:
        """Return what each machine swaps ``to``."""

    def clocks(self) -> Rows:
        """Return the seconds by which the clock of each machine is ``off_by``."""

    def mounted(self, path: str) -> Rows:
        """Return every pod, by its uid, in which something is mounted at *path*: ``folder``, the name of what is."""

    def ports(self, role: str) -> Rows:
        """Return the TCP ports at which each machine of *role* takes connections, by machine: ``ports``."""


class Accounts(Protocol):
    """What accounts may do, by the word of the API."""

    def may(self, deeds: Collection[tuple[str, str, str]]) -> Rows:
        """Return every account of a program, and an administrator, by name: ``may``, those of *deeds* that it may do.

        A deed is a verb, the API's group and a resource.
        """

    def readers_of_secrets(self) -> Rows:
        """Return whoever may read Secrets, by name: ``reads``, the Secrets or ``everything``."""


class Admission(Protocol):
    """What the API says to a pod that is asked for in a trial run, and never made."""

    def answer(self, pod: Mapping[str, Any]) -> str:
        """Return ``let in``, or the reason why not."""

    def token(self, pod: Mapping[str, Any]) -> bool:
        """Return whether it would be given a token of the API."""

    def workloads(self, namespace: str) -> Rows:
        """Return every workload by its name: ``answer``, what was said to one of its pods in *namespace*."""


class Strangers(Protocol):
    """Clients whom etcd does not know."""

    def at_etcd(self, kind: str) -> Rows:
        """Return what each member says at each of its doors to a stranger of *kind*: ``answer``."""


class Policies(Protocol):
    """Connections between pods, as a pod of nobody's has tried them."""

    def image(self) -> str:
        """Return the full name of an image in which a pod can try connections by Python."""

    def ports(self, *namespaces: str) -> Mapping[str, Mapping[str, object]]:
        """Return every port that pods open, by ``address:port``: ``pod`` and ``port``."""

    def tried(self, namespace: str, name: str) -> Mapping[str, str]:
        """Return what that pod was told at each ``address:port``."""


class Standup(Protocol):
    """The record of the standup."""

    def steps(self) -> Mapping[str, Mapping[str, Any]]:
        """Return the steps as they were begun, by name: ``number``, ``done``, ``in_turn``, ``seconds``, ``gates``."""

    def seconds(self) -> float:
        """Return how long the first whole standup took, in seconds."""


class Upgrade(Protocol):
    """The record of the last upgrade of Kubernetes."""

    def order(self) -> Sequence[str]:
        """Return the machines, each by its role and its zone, in the order in which they came back."""

    def away(self) -> Mapping[str, int]:
        """Return how many machines of a role were away at once, at most."""

    def gap(self) -> float:
        """Return for how long the API took no writes, in seconds, at most."""


class Export(Protocol):
    """What a team member was given: access as a file, or why not."""

    @property
    def ok(self) -> bool:
        """Whether access was given."""

    @property
    def output(self) -> str:
        """Why it was not."""

    @property
    def kubeconfig(self) -> Path | None:
        """The file."""


class Member(Protocol):
    """A member of the team at their own machine."""

    def export_kubeconfig(self, *, with_bucket: bool, lifetime: str = ...) -> Export:
        """Ask for access to the platform for a *lifetime*, with or without access to the team's bucket."""

    def stored(self) -> Rows:
        """Return everything in the team's bucket by name: whether somebody without it can read it (``open``)."""

    def operate(self, kubeconfig: Path) -> list[str]:
        """Use access to list the members of the cluster."""


class Drift(Protocol):
    """The difference between what there is and what was agreed on: by what Git says, or of the estate."""

    def found(self) -> Rows:
        """Return every difference by thing and field, ``<Kind> <namespace>/<name> <path>``: ``wanted``, ``found``."""


class EstateDrift(Drift, Protocol):
    """The same of the estate, with the word of the tool that makes it."""

    def kops_would_change(self) -> Rows:
        """Return every resource that kops would make, change or remove, by kind and name."""


class Delegation(Protocol):
    """How the world is led to the platform's names."""

    def zones(self) -> Rows:
        """Return every hosted zone that has the platform's name, with its ``kind``: public or private."""

    def servers(self) -> Rows:
        """Return every name server of the zone, or that its parent names: ``serves_it``, ``parent_names_it``."""


class Delivery(Protocol):
    """The pipelines, as they are written."""

    def pipelines(self) -> list[str]:
        """Name the pipelines."""

    def jobs(self, pipeline: str) -> Rows:
        """Return a pipeline's jobs by name: ``gets``, ``tasks``, ``puts``, ``minutes`` and the like."""

    def resources(self, pipeline: str) -> Rows:
        """Return a pipeline's resources by name: ``type``, ``source``."""

    def tools(self) -> Rows:
        """Return the programs that the recipe of the image of tools installs, by name."""

    def undefined_variables(self, pipeline: str) -> list[str]:
        """Name the variables of a pipeline that nobody gives."""

    def missing_tasks(self, pipeline: str) -> list[str]:
        """Name the task files that a pipeline refers to and that are not there."""

    def idle_jobs(self, pipeline: str) -> list[str]:
        """Name the jobs and tasks of a pipeline that do nothing, or pass whatever happens."""

    def commands(self, pipeline: str, task: str = "") -> dict[str, list[str]]:
        """Return the commands that each job of a pipeline runs in its tasks, or in one of them alone."""


class Tools(Protocol):
    """The programs of the image of tools, as they run in a container of it."""

    def versions(self) -> Rows:
        """Return every program by name: ``answers``, and its ``version`` or what it ``said`` instead."""

    def runs_as(self) -> str:
        """Return the numbers of the user and the group that its programs run as."""


class Concourse(Protocol):
    """A server that runs the pipelines."""

    def builds(self, pipeline: str, commit: str) -> Rows:
        """Return every job that has begun with a commit of its source: ``status``, and which it came ``after``."""

    def released(self) -> Rows:
        """Return the ``image`` that Git says of each microservice, by its name."""


class Belongings(Protocol):
    """All that is the platform's, in its account and in its cluster."""

    def found(self) -> Rows:
        """Return everything by its name, with what can be said of it."""


class Second(Protocol):
    """What there is of a second platform, beside the one under trial."""

    def left(self) -> Rows:
        """Return whatever there is of it: processes, files, resources in the account."""
