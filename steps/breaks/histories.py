"""Breaks of histories: what was acknowledged is taken away, put in another's place or made anew while clients write."""

from __future__ import annotations

from collections.abc import Callable, Collection

from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import ConfigMap

from seatrial.sabotage import Round, Sabotage, Site
from steps.support.capabilities import have
from steps.support.histories import FOLDER, STREAM
from steps.support.manifests import ROOM

_LOSING, _GROWING = "features/quorum/losing_masters.feature", "features/quorum/growing.feature"
_REPLACED = "features/cluster/replacement.feature"

_HISTORIES = Round("histories", patience=1.0, targets=("local",))
"""Of scenarios that undo what they do: whoever breaks something beside them leaves the platform whole."""

_DELETED = ("no note that is not as it was written", "is lost: not found, though it was acknowledged")
_STRANGE = ("no note that is not as it was written", "is written by nobody: found at revision")
_OLDER = ("no note that is not as it was written", "is there more than once: found 2 times, though it was written once")
_ANEW = ("no note that is not as it was written", "is written again: found at revision", "it was acknowledged")


def note_deleted(site: Site) -> tuple[str, ...]:
    """Delete a note of each history past the API, once it was acknowledged."""
    content = have(site.actuators.own.etcd_content)
    _once(site, ("a-1", "a-2"), lambda stream: content.remove(f"{FOLDER}{stream}-a-1"))
    return ()


def note_of_a_stranger(site: Site) -> tuple[str, ...]:
    """Write a note into each history that none of its clients has written."""
    _once(site, ("b-1",), lambda stream: _make(site, stream, "stranger"))
    return ()


def note_rolled_back(site: Site) -> tuple[str, ...]:
    """Put what an earlier note of each history says in the place of a later one."""

    def roll_back(stream: str) -> None:
        site.kube.patch(ConfigMap, f"{stream}-b-3", {"data": {"text": "b-2"}}, namespace=ROOM)

    _once(site, ("b-2", "b-3"), roll_back)
    return ()


def note_made_anew(site: Site) -> tuple[str, ...]:
    """Delete a note of each history and make it anew: it says the same, and its place in the order is another."""

    def make_anew(stream: str) -> None:
        site.kube.delete(ConfigMap, f"{stream}-c-1", namespace=ROOM)
        _make(site, stream, "c-1")

    _once(site, ("c-1", "c-2"), make_anew)
    return ()


def _make(site: Site, stream: str, value: str) -> None:
    meta = ObjectMeta(name=f"{stream}-{value}", namespace=ROOM, labels={STREAM: stream})
    site.kube.create(ConfigMap(metadata=meta, data={"text": value}))


def _once(site: Site, needs: Collection[str], act: Callable[[str], None]) -> None:
    """Act on each history, once, as soon as it has the notes that are needed."""
    known: set[str] = set()

    def look() -> None:
        written: dict[str, set[str]] = {}
        for note in site.kube.list(ConfigMap, namespace=ROOM, labels={STREAM: None}):
            stream = note.metadata.labels[STREAM]
            written.setdefault(stream, set()).add(note.metadata.name.removeprefix(f"{stream}-"))
        for stream, values in written.items():
            if stream not in known and set(needs) <= values:
                act(stream)
                known.add(stream)

    site.beside(look)


SABOTAGES = (
    Sabotage(
        "a note deleted as etcd grows",
        note_deleted,
        f"{_GROWING}::From three members to five",
        _HISTORIES,
        _DELETED,
    ),
    Sabotage(
        "a note rolled back as masters restart",
        note_rolled_back,
        f"{_GROWING}::All masters are restarted in turn",
        _HISTORIES,
        _OLDER,
    ),
    Sabotage(
        "a stranger's note as a master is lost",
        note_of_a_stranger,
        f"{_LOSING}::One master is lost",
        _HISTORIES,
        _STRANGE,
    ),
    Sabotage(
        "a note deleted as the leader is lost",
        note_deleted,
        f"{_LOSING}::The master that leads is lost",
        _HISTORIES,
        _DELETED,
    ),
    Sabotage(
        "a note made anew as a zone is lost",
        note_made_anew,
        f"{_LOSING}::A whole zone is lost",
        _HISTORIES,
        _ANEW,
    ),
    Sabotage(
        "a note rolled back as the quorum is lost",
        note_rolled_back,
        f"{_LOSING}::Two masters are lost",
        _HISTORIES,
        _OLDER,
    ),
    Sabotage(
        "a stranger's note as a master is replaced",
        note_of_a_stranger,
        f"{_REPLACED}::A master is lost for good",
        _HISTORIES,
        _STRANGE,
    ),
)
