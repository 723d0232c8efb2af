"""The Kubernetes API, read through one list and watch a kind into a cache that assertions share."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any, TypeVar

from lightkube import Client
from lightkube.core.resource import NamespacedResource, Resource
from lightkube.resources.core_v1 import Event

from seatrial.checks.limits import TIME
from seatrial.checks.observer import Fidelity, Observer, reading_of_part, reading_of_settings
from seatrial.errors import StaleError
from seatrial.observers.consistent import Question, Reader
from seatrial.observers.declared import traced
from seatrial.observers.informer import Informer

R = TypeVar("R", bound=Resource)

_EVENTS = 100  # how many of the last events are kept as evidence


class Cluster(Observer):
    """The objects of a cluster.

    Args:
        connect: Makes a client of the cluster's API; each kind's watch has a connection of its own.
        fidelity: How true the API itself is.
        parts: The fidelity of kinds that differ from it: on a target with simulated nodes, what Pods and Nodes say.

    Example:
        >>> cluster.all(Deployment, namespace="microservices", name="msvc1")
        [Deployment(...)]
    """

    watched = True

    def __init__(
        self, connect: Callable[[], Client], fidelity: Fidelity, parts: Mapping[str, Fidelity] | None = None
    ) -> None:
        super().__init__("cluster", fidelity)
        self._connect = connect
        self._parts = dict(parts or {})
        self._informers: dict[type[Resource], Informer[Any]] = {}
        self._reader = Reader(connect)

    @reading_of_part
    def all(
        self,
        kind: type[R],
        *,
        namespace: str | None = None,
        name: str | None = None,
        labels: Mapping[str, str] | None = None,
        confirmed: bool = True,
    ) -> list[R]:
        """Return the objects of *kind*, by namespace, name and labels where given, sorted by namespace and name.

        Within a look of a convergence they come from the cache, and are confirmed before anything rests on them;
        elsewhere they are confirmed before they are given. Whoever looks many times a second for what is soon over
        takes them as the watch has brought them (*confirmed* false), and has some of the looks confirmed.

        Raises:
            TimeoutError: If the first list of the kind does not come.
            StaleError: If what is in the cache cannot be confirmed.
        """
        part = kind.__name__
        self.touch(part if part in self._parts else None, self._parts.get(part), declared=True)
        question = Question(kind, namespace, name, tuple(sorted((labels or {}).items())))
        informer = self._informer(kind)
        if confirmed and not self.recorder.rests_on(self, question, informer.changes):
            self.confirm({question: informer.changes})
        found: list[Any] = informer.objects()
        selected: list[R] = sorted((item for item in found if question.selects(item)), key=_place)
        return traced(kind, selected, self.recorder.observe)

    @reading_of_part
    def one(self, kind: type[R], name: str, *, namespace: str | None = None) -> R | None:
        """Return the object of *kind* with this name, or None."""
        return next(iter(self.all(kind, namespace=namespace, name=name)), None)

    def confirm(self, asked: Mapping[Hashable, int]) -> bool:
        """See that the cache has everything that was asked for as the API server has it now.

        Raises:
            StaleError: If it has not, or the API server does not answer; a watch that fell silent is begun anew.
        """
        moved = False
        for question, changes in _together(asked).items():
            informer = self._informer(question.kind)
            informer.objects()
            now = self._reader.read(question, TIME.fresh)
            if not informer.catch_up(question, now, TIME.fresh):
                informer.begin_anew()
                raise StaleError(
                    f"the watch of {question.kind.__name__} has fallen silent: {TIME.fresh:g} s ago the API server had "
                    f"of {question} what has not come since; the watch is begun anew"
                )
            moved |= informer.changes != changes
        return moved

    @reading_of_settings
    def fresh(self, kind: type[R], name: str, *, namespace: str | None = None) -> R:
        """Read one object from the API server itself, past the cache.

        Raises:
            lightkube.ApiError: If it is not there, or the server refuses.
        """
        client: Any = self._connect()
        if issubclass(kind, NamespacedResource):
            found: R = client.get(kind, name, namespace=namespace)
        else:
            found = client.get(kind, name)
        return traced(kind, [found], self.recorder.observe)[0]

    def evidence(self) -> object:
        """Return every object that is in the cache, and the last events; never the content of a Secret."""
        kept = {
            kind.__name__: [_shown(item) for item in informer.objects()]
            for kind, informer in self._informers.items()
            if kind.__name__ != "Secret"
        }
        client: Any = self._connect()
        events = [e.to_dict() for e in client.list(Event, namespace="*")]
        last = sorted(events, key=lambda e: e.get("lastTimestamp") or e.get("eventTime") or "")[-_EVENTS:]
        return kept | {"Event": [_event(e) for e in last]}

    def close(self) -> None:
        """End every watch."""
        for informer in self._informers.values():
            informer.stop()
        self._reader.close()

    def _informer(self, kind: type[R]) -> Informer[R]:
        if kind not in self._informers:
            self._informers[kind] = Informer(kind, self._connect)
        return self._informers[kind]


def _shown(item: Any) -> dict[str, Any]:
    shown: dict[str, Any] = item.to_dict()
    shown["metadata"].pop("managedFields", None)
    return shown


def _event(event: dict[str, Any]) -> dict[str, Any]:
    about = event.get("involvedObject", {})
    where = f"{about.get('kind')} {about.get('namespace', '')}/{about.get('name')}"
    return {"about": where, **{k: event[k] for k in ("type", "reason", "message", "lastTimestamp") if k in event}}


def _place(item: Any) -> tuple[str, str]:
    return item.metadata.namespace or "", item.metadata.name or ""


def _together(asked: Mapping[Hashable, int]) -> dict[Question, int]:
    """Put several questions about one kind together: one read answers them all."""
    kinds: dict[type[Resource], list[Question]] = {}
    for question in asked:
        if isinstance(question, Question):
            kinds.setdefault(question.kind, []).append(question)
    together = {}
    for kind, questions in kinds.items():
        namespaces = {question.namespace for question in questions}
        common = next(iter(namespaces)) if len(namespaces) == 1 else None
        whole = questions[0] if len(questions) == 1 else Question(kind, common)
        together[whole] = min(asked[question] for question in questions)
    return together
