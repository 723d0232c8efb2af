"""What is asked of etcd's members, one of which is down."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from provision.targets.base.pki import Pki
from seatrial.observers.etcd import Etcd, Member
from seatrial.provisioning.state import PlatformState

SILENT, WELL = "https://127.0.0.1:1", "https://127.0.0.1:2"
HANGS = 60.0  # seconds


class HalfSilent(Etcd):
    """One of its two endpoints does not answer before it is released."""

    released: threading.Event

    def _listed_by(self, endpoint: str) -> list[Member]:
        if endpoint == SILENT:
            self.released.wait(HANGS)
            return []
        return [Member("b", "2", WELL, learner=False), Member("a", "1", SILENT, learner=False)]


@pytest.fixture
def etcd(tmp_path: Path) -> Iterator[Etcd]:
    pki = Pki(PlatformState(tmp_path, "trial"))
    pair = pki.etcd_client()
    with_one_down = HalfSilent({"a": SILENT, "b": WELL}, pki.etcd.pair.cert, pair.cert, pair.key)
    with_one_down.released = threading.Event()
    yield with_one_down
    with_one_down.released.set()
    with_one_down.close()


def test_a_member_that_is_down_is_not_waited_for(etcd: Etcd) -> None:
    """The members are those that the first one that answers knows, by name, whatever the others do."""
    began = time.monotonic()
    assert ["a", "b"] == [member.name for member in etcd.members()]
    assert time.monotonic() - began < HANGS / 2


def test_copies_are_each_members_own(etcd: Etcd, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each member is asked alone, and what lies beside the folder is not its; who does not answer is left out."""
    asked = []

    def answer(endpoint: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        if endpoint == SILENT:
            raise httpx2.ConnectError("refused")
        asked.append({**body, "path": path})
        return {"kvs": [{"key": base64.b64encode(b"/notes/a-1").decode(), "mod_revision": "17"}]}

    monkeypatch.setattr(etcd, "_ask", answer)
    assert {"b": {"/notes/a-1": 17}} == etcd.copies("/notes/")
    key, end = base64.b64encode(b"/notes/").decode(), base64.b64encode(b"/notes0").decode()
    assert [{"path": "/v3/kv/range", "key": key, "range_end": end, "serializable": True, "keys_only": True}] == asked
