"""An upgrade of Kubernetes: which version may follow which, the order of machines, the time without a write."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import httpx2
import pytest
from lightkube import ApiError

from provision import spec_file
from provision.targets.base.upgrade import Writer
from provision.targets.kind.target import KindTarget
from provision.targets.local.rolling import Rolling
from provision.targets.local.target import LocalTarget
from provision.toolchain import Toolchain
from provision.versions import see_step
from seatrial.errors import UsageError
from seatrial.provisioning.progress import Quiet
from seatrial.provisioning.state import PlatformState

TEAM = "risen"


@pytest.mark.parametrize(
    ("running", "wanted", "goes"),
    [
        ("1.36.1", "1.36.1", False),
        ("1.36.0", "1.36.1", True),
        ("1.36.9", "1.36.10", True),
        ("1.36.4", "1.37.0", True),
        ("1.9.0", "1.10.0", True),
    ],
)
def test_a_version_that_may_follow(running: str, wanted: str, goes: bool) -> None:
    """A later patch, or the next minor version, by their numbers; the same one asks for nothing."""
    assert goes is see_step(TEAM, running, wanted)


@pytest.mark.parametrize(
    ("running", "wanted", "why"),
    [
        ("1.36.1", "1.38.0", "no minor version is skipped: upgrade to 1.37 first"),
        ("1.36.1", "1.36.0", "a version is never lowered"),
        ("1.37.0", "1.36.9", "a version is never lowered"),
    ],
)
def test_a_version_that_may_not(running: str, wanted: str, why: str) -> None:
    """One message: the file with its line, the field, what was expected and why, what was found."""
    minor = int(running.split(".")[1])
    with pytest.raises(UsageError) as refusal:
        see_step(TEAM, running, wanted)
    said = str(refusal.value)
    assert "platform.yaml:4: kubernetes: " in said
    assert f"expected {running} to 1.{minor + 1}.x, as {TEAM} runs {running}, got {wanted}; {why}" in said
    assert "\n" not in said


@pytest.mark.parametrize("running", ["1.34.9", "1.37.0"])
def test_nothing_is_made_for_a_version_that_is_refused(tmp_path: Path, running: str) -> None:
    """`up` looks at the version first: no process is started, no record is changed."""
    state = PlatformState(tmp_path, TEAM)
    record = {"target": "local", "team": TEAM, "kubernetes": running, "up": True}
    state.write("platform", record)
    there = sorted(tmp_path.rglob("*"))
    with pytest.raises(UsageError, match=f"as {TEAM} runs {running}, got 1.36.1; "):
        LocalTarget(tmp_path).up(TEAM, Quiet())
    assert (record, there) == (state.read("platform"), sorted(tmp_path.rglob("*")))


@pytest.mark.parametrize(
    ("target", "why"),
    [
        (LocalTarget, "expected 1.36.1 or 1.36.0, of which there are programs, got 1.35.7"),
        (KindTarget, "expected 1.36.1, of which the image of kind's nodes is made, got 1.35.7"),
    ],
)
def test_a_version_that_nobody_has(target: Any, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A version that a target cannot run is refused, instead of another being run under its name."""
    other = spec_file.read().model_copy(update={"kubernetes": "1.35.7"})
    monkeypatch.setattr(spec_file, "read", lambda *_: other)
    with pytest.raises(UsageError, match=why):
        target(tmp_path).up(TEAM, Quiet())
    assert [] == list(tmp_path.rglob("*"))


def test_the_programs_are_of_the_version_that_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Doctor, standup and report mean the same: the control plane of platform.yaml, and the kubectl that there is."""
    earlier = spec_file.read().model_copy(update={"kubernetes": "1.36.0"})
    monkeypatch.setattr(spec_file, "read", lambda *_: earlier)
    target = LocalTarget(tmp_path)
    assert "1.36.0" == target.toolchain().look("kube-apiserver").tool.version
    versions = target.parts(TEAM, Toolchain()).versions
    assert ("1.36.0", "1.36.1") == (versions["kube-scheduler"], versions["kubectl"])


def _node(name: str, zone: str, version: str, *, master: bool) -> Any:
    labels = {"topology.kubernetes.io/zone": zone} | ({"node-role.kubernetes.io/control-plane": ""} if master else {})
    info = SimpleNamespace(kubeletVersion=f"v{version}")
    return SimpleNamespace(metadata=SimpleNamespace(name=name, labels=labels), status=SimpleNamespace(nodeInfo=info))


def test_masters_are_replaced_first_then_nodes_zone_by_zone() -> None:
    """What runs the version already, after an upgrade that was cut short, is left as it is."""
    parts = MagicMock()
    parts.spec.kubernetes = "1.36.1"
    nodes = [
        _node("n-c", "c", "1.36.0", master=False),
        _node("n-a", "a", "1.36.0", master=False),
        _node("m-c", "c", "1.36.0", master=True),
        _node("m-b", "b", "1.36.0", master=True),
        _node("m-a", "a", "1.36.1", master=True),
    ]
    parts.client.return_value.list.return_value = nodes
    rolling = Rolling(parts, MagicMock(), lambda _text: None)
    assert ["m-b", "m-c", "n-a", "n-c"] == [node.metadata.name for node in rolling.outdated()]  # type: ignore[union-attr]


class _Api:
    """An API that takes writes but while it is away, and a clock that each write moves on by a second."""

    def __init__(self, away: range) -> None:
        self._away, self._writes = away, itertools.count()
        self.ended = threading.Event()
        self.deleted: list[str] = []

    def create(self, _lease: object) -> None:
        raise ApiError(response=_answer(409))

    def patch(self, *_: object, **_more: object) -> None:
        number = next(self._writes)
        if number > 8:
            self.ended.set()
        if number in self._away:
            raise httpx2.ConnectError("away")

    def delete(self, _kind: object, name: str, **_more: object) -> None:
        self.deleted.append(name)


def _answer(code: int) -> httpx2.Response:
    body = {"code": code, "message": "", "kind": "Status", "apiVersion": "v1", "status": "Failure"}
    return httpx2.Response(code, json=body, request=httpx2.Request("GET", "http://api"))


@contextmanager
def _ticking(monkeypatch: pytest.MonkeyPatch, api: _Api) -> Iterator[None]:
    passed = api._writes  # each look at the clock is later by what was written meanwhile
    monkeypatch.setattr("time.monotonic", lambda: float(passed.__reduce__()[1][0]))
    yield


@pytest.mark.parametrize(("away", "gap"), [(range(0), 1), (range(3, 6), 4)])
def test_the_longest_time_without_a_write(monkeypatch: pytest.MonkeyPatch, away: range, gap: int) -> None:
    """It is measured from a write that was taken to the next that was; what is written is taken back."""
    api = _Api(away)
    writer = Writer(lambda: api)  # type: ignore[arg-type, return-value]
    monkeypatch.setattr(Writer, "period", 0.0)
    with _ticking(monkeypatch, api), writer.at_work():
        assert api.ended.wait(30)
    assert (["seatrial-upgrade"], gap) == (api.deleted, writer.gap)
