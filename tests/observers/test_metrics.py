"""What was measured is counted, and graphs that a target lacks are not provable there."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from provision.observers import Metrics
from provision.observers.proxy import ServiceError
from seatrial.checks.observer import Absent, Fidelity, NotProvableError, Recorder
from tests.observers.conftest import Api, Sites, free_port, program, until_listening

Make = Callable[..., Metrics]
NO_GRAPHS = Absent("graphs", "image grafana cannot be had")


@pytest.fixture
def metrics(api: Api, sites: Sites, recorder: Recorder) -> Iterator[Make]:
    """Makes the observer over two services that answer as they are told."""
    made: list[Metrics] = []

    def make(influxdb: str = "", grafana: str = "", graphs: Absent | Fidelity = NO_GRAPHS) -> Metrics:
        connect = api({name: url for name, url in {"influxdb:8086": influxdb, "grafana:3000": grafana}.items() if url})
        made.append(Metrics(connect, fidelity=Fidelity.REAL, graphs=graphs, recorder=recorder))
        return made[-1]

    yield make
    for observer in made:
        observer.close()


@pytest.fixture
def influxdb(tmp_path: Path) -> Iterator[str]:
    """A real InfluxDB with an empty database."""
    influxd, ports = program("influxd"), [free_port(), free_port()]
    config = tmp_path / "influxdb.conf"
    config.write_text(
        f'reporting-disabled = true\nbind-address = "127.0.0.1:{ports[0]}"\n[meta]\ndir = "{tmp_path}/meta"\n'
        f'[data]\ndir = "{tmp_path}/data"\nwal-dir = "{tmp_path}/wal"\n[http]\nbind-address = "127.0.0.1:{ports[1]}"\n'
    )
    url = f"http://127.0.0.1:{ports[1]}"
    with subprocess.Popen(
        [influxd, "-config", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as run:
        try:
            until_listening(ports[1])
            httpx2.post(f"{url}/query", params={"q": "CREATE DATABASE metrics"})
            yield url
        finally:
            run.terminate()


def test_points_are_counted_by_host_and_by_service(metrics: Make, influxdb: str) -> None:
    """What has arrived within the time is counted; what is older is not."""
    now = time.time_ns()
    lines = [
        f"cpu,cpu=cpu-total,host=node-a usage_idle=98 {now}",
        f"cpu,cpu=cpu-total,host=node-a usage_idle=97 {now - 10**9}",
        f"cpu,cpu=cpu-total,host=node-b usage_idle=96 {now - 3600 * 10**9}",
        f"requests,service=msvc1,pod=msvc1-1 count=3i,seconds=0.2 {now}",
    ]
    httpx2.post(f"{influxdb}/write", params={"db": "metrics"}, content="\n".join(lines)).raise_for_status()
    observer = metrics(influxdb)
    assert {"node-a": {"points": 2}} == observer.hosts(60)
    assert {"msvc1": {"points": 1}} == observer.services(60)


def test_who_measures_one_thing_alone_is_missed_by_the_other(metrics: Make, influxdb: str) -> None:
    """A host whose collector sends how busy it is, and not how full its memory is, has sent nothing of that."""
    now = time.time_ns()
    lines = [
        f"cpu,cpu=cpu-total,host=node-a usage_idle=98 {now}",
        f"cpu,cpu=cpu-total,host=node-b usage_idle=97 {now}",
        f"mem,host=node-a used_percent=12.5,total=8i {now}",
    ]
    httpx2.post(f"{influxdb}/write", params={"db": "metrics"}, content="\n".join(lines)).raise_for_status()
    observer = metrics(influxdb)
    assert {"node-a", "node-b"} == set(observer.hosts(60, "the processor"))
    assert {"node-a": {"points": 1}} == observer.hosts(60, "the memory")


def test_a_database_that_is_not_there(metrics: Make, influxdb: str) -> None:
    """What the store refuses is an error with its own words, not an empty answer."""
    httpx2.post(f"{influxdb}/query", params={"q": "DROP DATABASE metrics"})
    with pytest.raises(ServiceError, match="database not found: metrics"):
        metrics(influxdb).hosts(60)


def test_graphs_that_cannot_be_had(metrics: Make) -> None:
    """Where there are no graphs, what asks for them is not provable, with the reason."""
    observer = metrics()
    with pytest.raises(NotProvableError, match="image grafana cannot be had"):
        observer.sources()
    with pytest.raises(NotProvableError, match="image grafana cannot be had"):
        observer.graph("nodes", 60)


def test_sources_and_a_graph(metrics: Make, sites: Sites, recorder: Recorder) -> None:
    """The sources that the graphs know are named, and the points of a board's first graph are counted."""
    panel = {"datasource": {"uid": "influxdb"}, "targets": [{"refId": "A", "query": "SELECT 1"}]}
    frame = {"schema": {"name": "node-a"}, "data": {"values": [[1, 2, 3], [90, None, 91]]}}
    answers = {
        "/api/frontend/settings": {
            "datasources": {"InfluxDB": {"type": "influxdb", "uid": "influxdb"}, "-- Mixed --": {"type": "datasource"}}
        },
        "/api/datasources/uid/influxdb/health": {"status": "OK"},
        "/api/dashboards/uid/nodes": {"dashboard": {"panels": [panel]}},
        "/api/ds/query": {"results": {"A": {"frames": [frame]}}},
    }
    grafana = f"http://127.0.0.1:{sites(lambda asked: (200, {}, json.dumps(answers[asked.path]).encode()))}"
    observer = metrics(grafana=grafana, graphs=Fidelity.REAL)
    assert {"InfluxDB": {"kind": "influxdb", "healthy": True}} == observer.sources()
    assert {"node-a": {"points": 2}} == observer.graph("nodes", 60)
    assert {"metrics: graphs": Fidelity.REAL} == recorder.touched
