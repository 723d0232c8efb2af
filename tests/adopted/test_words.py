"""Each ready word holds of a shop that is whole, and names what is wrong once it is broken, at a real API server."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from lightkube import Client
from lightkube.resources.core_v1 import Event, Pod
from pytest_bdd.parsers import parse

from seatrial.checks.convergence import UnmetError
from seatrial.checks.limits import TIME
from seatrial.checks.observer import RECORDER, Fidelity
from seatrial.faults.journal import Journal
from seatrial.observers.cluster import Cluster
from seatrial.provisioning.contract import Actuators
from seatrial.provisioning.state import PlatformState
from seatrial.words import changes
from seatrial.words.rows import workloads
from tests.dns_updater.waiting import wait_for

from .conftest import Project, Standing
from .shop import SAID, put

OTHERS = (
    "the cluster's API answers within 10 seconds",
    'the cluster runs Kubernetes "1.36"',
    'the name "localhost" leads to "127.0.0.1"',
)

REMOVED = 'one ready pod of "web" is removed in the namespace "yard"'


@pytest.fixture
def page() -> Iterator[tuple[str, list[int]]]:
    """A page, and the status that it answers with."""
    status = [200]

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status[0])
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", status
    server.shutdown()
    server.server_close()


def test_whole_and_broken(project: Project, standing: Standing, page: tuple[str, list[int]]) -> None:
    """Every word is said here, of one shop: all hold; then all fail, and each says what was broken."""
    client, (url, status) = standing.kubernetes.client, page
    said = SAID | {
        f'"{url}" answers with 200': f"last seen  {url}  status 503",
        f'"{url}" answers with 200 within 5 seconds': f"last seen  {url}  status 503",
    }
    put(client, "whole")
    client.deletecollection(Event, namespace="shop")  # the server warns of addresses that it has not yet written down
    project.scenarios({text: f"Then {text}" for text in (*said, *OTHERS)})
    ended = project.seatrial("verify", "-q")
    assert dict.fromkeys((*said, *OTHERS), "proven") == project.verdicts, ended.stdout

    put(client, "broken")
    status[0] = 503
    never = {
        "the cluster's API answers within 0.00001 seconds": "the cluster's API  seconds",
        'the cluster runs Kubernetes "1.3"': "the cluster's API  version v1.36",
        'the name "localhost" leads to "127.0.0.9"': "localhost  addresses",
    }
    project.scenarios({text: f"Then {text}" for text in (*said, *never)})
    ended = project.seatrial("verify", "-q", "--patience=0.01")
    found = project.results
    assert dict.fromkeys((*said, *never), "failed") == project.verdicts, ended.stdout
    unnamed = {
        text: found[text]["reason"] for text, what in (said | never).items() if what not in found[text]["reason"]
    }
    assert not unnamed


def test_nothing_at_all(project: Project, standing: Standing) -> None:
    """Where there is nothing of the kind that a word is about, it does not hold."""
    nothing = [text for text in SAID if 'in the namespace "shop"' in text and "no warning" not in text]
    texts = [text.replace('"shop"', '"empty"') for text in nothing if "ServiceAccount" not in text]
    project.scenarios({text: f"Then {text}" for text in texts})
    project.seatrial("verify", "-q", "--patience=0.01")
    assert dict.fromkeys(texts, "failed") == project.verdicts
    assert len(texts) > 25


def test_a_pod_is_removed(standing: Standing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where changes are allowed, the word removes one ready pod, sees it gone, and the journal puts it back."""
    client = standing.kubernetes.client
    put(client, "whole", "yard")
    kube: Actuators[None] = Actuators(kube=lambda: client, aws=lambda _: None)
    journal = Journal(PlatformState(tmp_path, "trial"), kube, owned=lambda: "")
    cluster = Cluster(lambda: standing.kubernetes.client, Fidelity.REAL)
    before = workloads.ready_pods(cluster, "web", "yard")
    try:
        kubelet = threading.Thread(target=_end, args=(standing.kubernetes.client, "web-1", "yard"), daemon=True)
        kubelet.start()
        vars(changes)["_"](cluster, journal, "web", "yard")
        kubelet.join()
        assert {"web-1", "web-2"} == set(before)
        assert ["web-2"] == list(workloads.ready_pods(cluster, "web", "yard"))
        journal.undo()
        there = {pod.metadata.name for pod in client.list(Pod, namespace="yard") if pod.metadata}
        assert {"web-1", "web-2"} <= there
        monkeypatch.setattr(TIME, "patience", 0.01)
        with pytest.raises(UnmetError, match="ready pods"):
            vars(changes)["_"](cluster, journal, "nobody", "yard")
    finally:
        cluster.close()
        RECORDER.clear()


def _end(client: Client, pod: str, namespace: str) -> None:
    """Do what a kubelet does once a pod is to go."""
    wait_for(lambda: (meta := client.get(Pod, pod, namespace=namespace).metadata) and meta.deletionTimestamp, 60)
    client.delete(Pod, pod, namespace=namespace, grace_period=0)


def test_every_word_is_said(project: Project) -> None:
    """No ready word is left out above, each has an explanation, and one that reads settings says so in its sentence."""
    project.scenarios({"One": "Then every pod is ready"})
    listed = json.loads(project.seatrial("words", "--json").stdout)
    said = [*SAID, *OTHERS, REMOVED, '"http://x/" answers with 200', '"http://x/" answers with 200 within 5 seconds']
    unsaid = [w["texts"][0] for w in listed if not any(parse(text).is_matching(s) for text in w["texts"] for s in said)]
    assert not unsaid
    assert len(listed) > 40
    for word in listed:
        assert word["explanation"], word
        assert word["where"].startswith("seatrial/words/"), word
        assert word["looks_at"], word
        assert word["declares"] == any(" set to " in f" {text} " for text in word["texts"]), word
