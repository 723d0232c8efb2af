"""Documents are stored and found through the member that takes writes."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from provision.actuators import MongoDbWriter
from provision.observers import Forward, Members, MongoDb
from provision.observers.forward import ForwardError
from provision.observers.members import Open
from provision.toolchain import Toolchain
from provision.toolchain.catalogue_images import IMAGE_TOOLS
from seatrial.checks.history import Found, History, Kind, Outcome, judge, reach
from seatrial.checks.observer import Absent, Fidelity, NotProvableError, Recorder
from tests.observers.conftest import free_port, until_listening

NO_SET = Absent("replica set", "image mongodb cannot be had")


@contextmanager
def _served(folder: Path, port: int) -> Iterator[None]:
    server = Toolchain(tools=IMAGE_TOOLS).look("ferretdb").path
    if server is None:
        pytest.skip("ferretdb is not built yet; `seatrial images build` builds it")
    argv = [str(server), f"-listen-addr=127.0.0.1:{port}", f"-data={folder}"]
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            until_listening(port)
            yield
        finally:
            process.kill()


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a server that speaks MongoDB's protocol and has no replica set."""
    port = free_port()
    with _served(tmp_path_factory.mktemp("ferretdb"), port):
        yield port


def _reach(port: int, lost: Sequence[str] = ()) -> Open:
    @contextmanager
    def reach(pod: str) -> Iterator[int]:
        if pod in lost:
            raise ConnectionError(f"no way to {pod}")
        yield port

    return reach


def test_a_document_is_found_again(port: int, recorder: Recorder) -> None:
    """What was stored is found by its fields, in whichever database it is; what was not is not."""
    members = Members(lambda: ["mongodb-0"], _reach(port), NO_SET)
    mongodb = MongoDb(members, fidelity=Fidelity.SIMULATED, recorder=recorder)
    writer = MongoDbWriter(members, fidelity=Fidelity.SIMULATED, recorder=recorder)
    number = writer.insert("entries", {"text": "hello"})
    assert {f"trial/{number}": {"text": "hello"}} == mongodb.find("entries", {"text": "hello"})
    assert {} == mongodb.find("entries", {"text": "nobody stored this"})
    assert {"mongodb": Fidelity.SIMULATED} == recorder.touched
    kept: Any = mongodb.evidence()
    assert "insert into trial.entries: {'text': 'hello'}" == kept[0]["asked"]


def test_another_member_is_asked(port: int, recorder: Recorder) -> None:
    """A member that cannot be reached is passed over."""
    members = Members(lambda: ["mongodb-0", "mongodb-1"], _reach(port, lost=["mongodb-0"]), NO_SET)
    writer = MongoDbWriter(members, fidelity=Fidelity.SIMULATED, recorder=recorder)
    assert writer.insert("entries", {"text": "hello"})


def test_no_member_can_be_reached(recorder: Recorder) -> None:
    """The message has every member and what became of asking it."""
    members = ["mongodb-0", "mongodb-1"]
    mongodb = MongoDb(Members(lambda: members, _reach(0, lost=members)), fidelity=Fidelity.REAL, recorder=recorder)
    with pytest.raises(ConnectionError, match=r"takes writes: mongodb-0: .*; mongodb-1: .*no way to mongodb-1"):
        mongodb.find("entries", {"text": "hello"})


def test_a_stand_in_has_no_replica_set(recorder: Recorder) -> None:
    """What needs a replica set is not provable with a stand-in, and touches nothing."""
    mongodb = MongoDb(Members(list, _reach(0), NO_SET), fidelity=Fidelity.SIMULATED, recorder=recorder)
    with pytest.raises(NotProvableError, match="image mongodb cannot be had"):
        mongodb.members()
    assert {} == recorder.touched


def test_a_way_that_cannot_be_opened(tmp_path: Path) -> None:
    """The message names the pod and has what the program said."""
    program = tmp_path / "kubectl"
    program.write_text("#!/bin/sh\necho 'Error from server (NotFound): pods \"mongodb-9\" not found'\nexit 1\n")
    program.chmod(0o700)
    forward = Forward(program, tmp_path / "kubeconfig", {})
    with (
        pytest.raises(ForwardError, match=re.escape("no way to backing/mongodb-9") + ".*not found"),
        forward.open("backing", "mongodb-9", 27017),
    ):
        pass


def test_a_way_ends_with_its_use(tmp_path: Path) -> None:
    """The port is the one that the program names, and the program is ended afterwards."""
    program = tmp_path / "kubectl"
    file = tmp_path / "arguments"
    program.write_text(
        f'#!/bin/sh\necho "$$ $*" > {file}\necho "Forwarding from 127.0.0.1:40123 -> 27017"\nexec sleep 600\n'
    )
    program.chmod(0o700)
    with Forward(program, tmp_path / "kubeconfig", {"PATH": "/usr/bin:/bin"}).open(
        "backing", "mongodb-0", 27017
    ) as port:
        assert 40123 == port
        pid, _, arguments = file.read_text().partition(" ")
    assert arguments.endswith("--namespace=backing port-forward --address=127.0.0.1 pod/mongodb-0 :27017\n")
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid), 0)


def test_a_history_outlives_the_member(tmp_path: Path, recorder: Recorder) -> None:
    """Clients store documents while their member is killed and comes back: each acknowledged one is there, in order."""
    port = free_port()
    members = Members(lambda: ["mongodb-0"], _reach(port), NO_SET)
    mongodb = MongoDb(members, fidelity=Fidelity.SIMULATED, recorder=recorder)
    clerk = MongoDbWriter(members, fidelity=Fidelity.SIMULATED, recorder=recorder).clerk("trial", "document-1")
    refused = lambda error: isinstance(error, ConnectionError)  # noqa: E731
    with closing(clerk), History(clerk.store, surely_refused=refused, rate=50) as history:
        with _served(tmp_path, port):
            _until(lambda: all(count > 5 for count in history.acknowledged().values()))
        gone = history.seconds
        _until(lambda: any(one.trouble for one in history.operations))
        _until(lambda: history.seconds > gone + 1)  # its timestamps count anew within a second
        with _served(tmp_path, port):
            _until(lambda: all(count > 5 for count in history.acknowledged(gone).values()))
            operations = history.end()
            there = [Found(value, place) for value, place in mongodb.numbered("trial", "document-1")]
            copies = mongodb.copies("trial", "document-1")
    assert [] == judge(operations, there)
    assert {"mongodb-0": [(one.value, one.revision) for one in there]} == copies
    assert len({one.revision for one in there}) == len(there) >= reach(operations).acknowledged
    lost = next(one for one in operations if one.outcome is Outcome.ACKNOWLEDGED)
    (finding,) = judge(operations, [one for one in there if one.value != lost.value])
    assert (Kind.LOST, lost.value) == (finding.kind, finding.value)


def test_what_strangers_store_is_numbered_too(port: int, recorder: Recorder) -> None:
    """A document that bears a history's name is shown, whatever else it has; those of other histories are not."""
    members = Members(lambda: ["mongodb-0"], _reach(port), NO_SET)
    writer = MongoDbWriter(members, fidelity=Fidelity.SIMULATED, recorder=recorder)
    stranger = writer.insert("trial", {"history": "document-2"})
    writer.insert("trial", {"history": "document-3", "value": "a-1"})
    with closing(writer.clerk("trial", "document-2")) as clerk:
        clerk.store("a-1")
    mongodb = MongoDb(members, fidelity=Fidelity.SIMULATED, recorder=recorder)
    found = dict(mongodb.numbered("trial", "document-2"))
    assert {stranger, "a-1"} == set(found)
    assert 0 == found[stranger] < found["a-1"]


def _until(met: Callable[[], bool]) -> None:
    limit = time.monotonic() + 60
    while not met():
        assert time.monotonic() < limit
        time.sleep(0.02)
