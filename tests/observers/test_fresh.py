"""No verdict rests on a cache that may be stale: watches of a real API server are cut without being closed."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from lightkube import Client, KubeConfig
from lightkube.config.kubeconfig import SingleConfig
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import ConfigMap, Namespace

from seatrial.checks.convergence import UnmetError, always, eventually
from seatrial.checks.expectations import Matcher, equal_to, none
from seatrial.checks.limits import TIME
from seatrial.checks.observer import RECORDER, Fidelity
from seatrial.errors import StaleError
from seatrial.observers.cluster import Cluster
from tests.observers.conftest import program
from tests.observers.frozen import HOST, Way
from tests.workloads.control_plane import Tools, control_plane

ROOM = "default"
QUICK = 0.5  # seconds: much longer than an idle API server takes to confirm a cache


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SingleConfig]:
    """Run an API server, and give the way to it."""
    tools = Tools(*(Path(program(name)) for name in ("etcd", "kube-apiserver", "kube-controller-manager")))
    folder = tmp_path_factory.mktemp("control-plane")
    with control_plane(tools, folder) as client:
        found = KubeConfig.from_file(folder / "kubeconfig").get()
        assert found is not None
        _until_there(client)
        yield found


@pytest.fixture
def kube(server: SingleConfig) -> Iterator[Client]:
    """A client that reaches the API server directly, as an operator does."""
    with Client(config=server, trust_env=False) as client:
        yield client


@pytest.fixture
def way(server: SingleConfig) -> Iterator[Way]:
    """The way by which the observer reaches the API server."""
    way = Way(int(server.cluster.server.rpartition(":")[2]))
    yield way
    way.close()


@pytest.fixture
def cluster(server: SingleConfig, way: Way) -> Iterator[Cluster]:
    """An observer behind the way."""
    config = KubeConfig.from_one(
        cluster=type(server.cluster)(f"https://{HOST}:{way.port}", insecure=True), user=server.user
    ).get()
    cluster = Cluster(lambda: Client(config=config, trust_env=False), Fidelity.REAL)
    yield cluster
    cluster.close()
    RECORDER.clear()


@pytest.fixture
def cut(way: Way, note: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Cuts the way, and has what is silent noticed soon; the note is known by then."""
    assert note

    def cut(*, for_good: bool = False) -> None:
        monkeypatch.setattr(TIME, "fresh", QUICK)
        way.cut(for_good=for_good)

    return cut


@pytest.fixture
def note(kube: Client, cluster: Cluster) -> str:
    """An object that says "old", and that the observer knows of."""
    name = f"note-{uuid.uuid4().hex[:8]}"
    kube.create(ConfigMap(metadata=ObjectMeta(name=name, namespace=ROOM, labels={"a": name}), data={"says": "old"}))
    eventually(lambda: said(cluster, name), equal_to("old"), within=30)
    return name


def said(cluster: Cluster, name: str) -> object:
    found: Any = cluster.one(ConfigMap, name, namespace=ROOM)
    return found and found.data["says"]


def say_new(kube: Client, name: str) -> None:
    kube.patch(ConfigMap, name, {"data": {"says": "new"}}, namespace=ROOM)


def test_a_change_of_ones_own_is_seen(kube: Client, cluster: Cluster, note: str) -> None:
    """What held before a change does not hold after it, however soon it is looked at."""
    for text in map(str, range(20)):
        kube.patch(ConfigMap, note, {"data": {"says": text}}, namespace=ROOM)
        always(lambda: said(cluster, note), equal_to(text), during=0)


@pytest.mark.parametrize("for_good", [False, True], ids=["connections", "the network"])
def test_eventually_does_not_hold_on_stale_data(
    kube: Client, cut: Callable[..., None], cluster: Cluster, note: str, for_good: bool
) -> None:
    """A watch that was cut without being closed makes nothing hold that no longer is."""
    cut(for_good=for_good)
    say_new(kube, note)
    with pytest.raises(UnmetError):
        eventually(lambda: said(cluster, note), equal_to("old"), within=4 * QUICK)


@pytest.mark.parametrize("for_good", [False, True], ids=["connections", "the network"])
def test_always_does_not_hold_on_stale_data(
    kube: Client, cut: Callable[..., None], cluster: Cluster, note: str, for_good: bool
) -> None:
    """The first look at a stale cache ends it, and says why."""
    cut(for_good=for_good)
    say_new(kube, note)
    with pytest.raises(UnmetError, match=r"could not look: .*(fallen silent|could not be confirmed)"):
        always(lambda: said(cluster, note), equal_to("old"), during=20)


@pytest.mark.parametrize("change", ["delete", "relabel", "create"])
def test_whole_sets_are_confirmed(
    kube: Client, cut: Callable[..., None], cluster: Cluster, note: str, change: str
) -> None:
    """An object that is gone, that left a selection, or that is one too many, is missed as well."""
    other = note + "-too"
    names = lambda: sorted(str(o.metadata.name) for o in cluster.all(ConfigMap, labels={"a": note}) if o.metadata)  # noqa: E731
    eventually(names, equal_to([note]), within=30)
    cut()
    if change == "delete":
        kube.delete(ConfigMap, note, namespace=ROOM)
    elif change == "relabel":
        kube.patch(ConfigMap, note, {"metadata": {"labels": {"a": "b"}}}, namespace=ROOM)
    else:
        kube.create(ConfigMap(metadata=ObjectMeta(name=other, namespace=ROOM, labels={"a": note})))
    with pytest.raises(UnmetError):
        always(names, equal_to([note]), during=20)
    eventually(names, equal_to([note, other] if change == "create" else []), within=30)


def test_a_silent_watch_is_begun_anew(kube: Client, cut: Callable[..., None], cluster: Cluster, note: str) -> None:
    """Once new connections get through, what is new is seen."""
    cut()
    say_new(kube, note)
    eventually(lambda: said(cluster, note), equal_to("new"), within=30)


def test_nothing_is_confirmed_while_nothing_answers(cut: Callable[..., None], cluster: Cluster, note: str) -> None:
    """Even what has not changed does not hold while nobody can know that."""
    cut(for_good=True)
    with pytest.raises(UnmetError, match="could not be confirmed by the API server"):
        eventually(lambda: said(cluster, note), equal_to("old"), within=0)


def test_a_reading_without_waiting_is_confirmed(
    kube: Client, cut: Callable[..., None], cluster: Cluster, note: str
) -> None:
    """A step that only reads gets nothing stale either: it is told."""
    cut(for_good=True)
    say_new(kube, note)
    with pytest.raises(StaleError, match=f"ConfigMap {ROOM}/{note} could not be confirmed"):
        said(cluster, note)


def test_a_failure_is_fresh_too(cut: Callable[..., None], cluster: Cluster, note: str) -> None:
    """What a failure says was last seen was either confirmed, or it says that it could not be."""
    cut(for_good=True)
    with pytest.raises(UnmetError, match="could not be confirmed"):
        eventually(lambda: said(cluster, note), equal_to("new"), within=0)


def test_what_another_look_reads_is_confirmed_too(kube: Client, cluster: Cluster, note: str) -> None:
    """An observation that asks on, for what it has just found, is fresh as a whole."""
    kube.patch(ConfigMap, note, {"data": {"next": ROOM}}, namespace=ROOM)

    def follow() -> object:
        found: Any = cluster.one(ConfigMap, note, namespace=ROOM)
        place: Any = cluster.one(Namespace, found.data.get("next", ""))
        return place and place.metadata.name

    eventually(follow, equal_to(ROOM), within=30)
    always(follow, equal_to(ROOM), during=0.3)


def test_nothing_there_is_confirmed(cluster: Cluster) -> None:
    """What is not there can be confirmed as well."""
    always(lambda: {str(o): {} for o in cluster.all(ConfigMap, labels={"no": "such"})}, none("objects"), during=0.1)


def test_looks_stay_short(cluster: Cluster, note: str) -> None:
    """A hundred looks that hold take no longer than a person notices."""
    started = time.monotonic()
    for _ in range(100):
        eventually(lambda: said(cluster, note), equal_to("old"), within=30)
    taken = time.monotonic() - started
    assert taken < 10, f"{taken:.1f} s for 100 looks"


def _until_there(client: Client) -> None:
    def defaulted() -> object:
        return client.get(Namespace, ROOM) and True

    look: Callable[[], object] = defaulted
    eventually(look, equal_to(Matcher("there", bool)), within=30)
