"""Histories of numbered notes: how they are written, read back from the API and from etcd's members, and judged."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, ClassVar

from lightkube import ApiError
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import ConfigMap

from seatrial.checks.expectations import Rows
from seatrial.checks.history import Finding, Found, History, apart, judge
from seatrial.faults import Fault
from seatrial.faults.base import Memory
from seatrial.observers.cluster import Cluster
from seatrial.observers.etcd import Etcd
from steps.support import masters
from steps.support.capabilities import Actuators
from steps.support.manifests import ROOM

STREAM = "seatrial.dev/history"
"""The label of a note that says to which history it belongs."""

FOLDER = f"/registry/configmaps/{ROOM}/"
"""Where etcd has the notes."""

_MISSING = 404
_AT_ONCE = 8  # notes that are deleted at the same time
_SHOWN = 12  # of what is wrong: where much is, no more helps


@dataclass(frozen=True)
class Notes:
    """Numbered notes, each an object of its own, so that each has its place in etcd's order of all changes.

    Attributes:
        stream: What the names of all of them begin with.
        history: Who wrote which, and what was said to it.
    """

    stream: str
    history: History


@dataclass(frozen=True)
class WriteNotes(Fault):
    """Let clients write numbered notes; undone by deleting all that are there, whoever wrote them."""

    kind: ClassVar[str] = "write-notes"
    stream: str

    def apply(self, actuators: Actuators) -> None:
        """Nothing to do: the clients write."""

    def undo(self, actuators: Actuators, memory: Memory) -> None:  # noqa: ARG002
        """Delete them."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(lambda name: _delete(actuators.kube(), name), self._names(actuators)))

    def remaining(self, actuators: Actuators, memory: Memory) -> list[str]:  # noqa: ARG002
        """Say how many are still there."""
        names = self._names(actuators)
        return [f"{len(names)} notes of {self.stream}, the first {names[0]}"] if names else []

    def _names(self, actuators: Actuators) -> list[str]:
        return [str(one.metadata.name) for one in _listed(actuators.kube(), self.stream)]


def write(kube: Any, stream: str, value: str) -> int:
    """Write the note *value* of a history; give the revision of etcd that it was made with."""
    meta = ObjectMeta(name=f"{stream}-{value}", namespace=ROOM, labels={STREAM: stream})
    made = kube.create(ConfigMap(metadata=meta, data={"text": value}))
    return _revision(made)


def at_work(history: History, since: float) -> Rows:
    """Return every client with the writes that were acknowledged of those that it began at *since* or later."""
    return {f"client {name}": {"acknowledged": count} for name, count in history.acknowledged(since).items()}


def shown(cluster: Cluster, kube: Any, stream: str) -> list[Any]:
    """Return the notes of a history as the API has them now."""
    cluster.touch(asked=f"the notes of {stream}")  # what comes back was kept
    return _listed(kube, stream)


def judged(history: History, notes: Sequence[Any]) -> Rows:
    """Return what is wrong with the *notes* that are there after all writes of *history*, by what was written."""
    found = [Found((one.data or {}).get("text", one.metadata.name), _revision(one)) for one in notes]
    return told(history, judge(history.operations, found))


def unlike(history: History, notes: Sequence[Any], etcd: Etcd, stream: str) -> Rows:
    """Return what a member of etcd that answers has otherwise than the API has just shown it, by what was written."""
    begin = f"{stream}-"
    copies = {
        member: [Found(key.removeprefix(FOLDER + begin), at) for key, at in keys.items()]
        for member, keys in etcd.copies(FOLDER + begin).items()
    }
    needed = masters.majority(masters.members(etcd))
    few = {"members of etcd": {"answer": len(copies), "needed": needed}} if len(copies) < needed else {}
    names = {note.metadata.name: _revision(note) for note in notes}
    ours = [Found(name.removeprefix(begin), at) for name, at in names.items() if name.startswith(begin)]
    return {**told(history, apart(ours, copies)), **few}


def told(history: History, findings: Sequence[Finding]) -> Rows:
    """Keep *findings* for the report of *history*, and return them by the value that each is about."""
    history.note(findings)
    about: dict[str, list[str]] = {}
    for finding in findings:
        about.setdefault(finding.value, []).append(f"{finding.kind}: {finding.says}")
    rows: dict[str, dict[str, object]] = {value: {"is": "; ".join(says)} for value, says in about.items()}
    left = len(rows) - _SHOWN
    return rows if left <= 0 else {**dict(list(rows.items())[:_SHOWN]), "…": {"more of them": left}}


def _listed(kube: Any, stream: str) -> list[Any]:
    return list(kube.list(ConfigMap, namespace=ROOM, labels={STREAM: stream}))


def _revision(note: Any) -> int:
    return int(note.metadata.resourceVersion)  # etcd's revision of the last change, and comparable as such


def _delete(kube: Any, name: str) -> None:
    try:
        kube.delete(ConfigMap, name, namespace=ROOM)
    except ApiError as error:
        if error.status.code != _MISSING:
            raise
