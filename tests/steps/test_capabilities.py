"""What a platform lacks makes a scenario not provable, and a stand-in makes it simulated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from provision.observers import Reply
from provision.targets.base.facts import Facts
from provision.targets.local.capabilities import LocalCapabilities
from seatrial.checks.observer import RECORDER, Fidelity, NotProvableError
from steps.support import capabilities, names, storage, visitors

FACTS = Facts("team.example.com", "Z1", "team-store", "team.example.com", ())


def _platform(*, cannot_be_had: Iterable[str] = (), stand_ins: Iterable[str] = ()) -> Any:
    facts = replace(FACTS, cannot_be_had=frozenset(cannot_be_had), stand_ins=frozenset(stand_ins))
    return SimpleNamespace(facts=facts)


@pytest.fixture(autouse=True)
def _recorder() -> Iterator[None]:
    RECORDER.clear()
    yield
    RECORDER.clear()


def test_what_a_private_platform_gives_up() -> None:
    """Whatever comes from outside is not provable, and says which setting it is that gives it up."""
    names.need_public(_platform())
    with pytest.raises(NotProvableError, match=r"^dns\.zone is private in platform\.yaml: nothing leads to the zone"):
        names.need_public(SimpleNamespace(facts=replace(FACTS, public=False)))


def test_what_cannot_be_had_is_named() -> None:
    """Every component whose image cannot be had is a reason, by its name."""
    platform = _platform(cannot_be_had=["kibana", "grafana"])
    with pytest.raises(NotProvableError, match=r"^image kibana cannot be had; image grafana cannot be had$"):
        capabilities.need(platform, "kibana", "influxdb", "grafana")
    assert [True, False] == [capabilities.lacks(platform, name) for name in ("kibana", "influxdb")]


def test_a_stand_in_is_simulated() -> None:
    """A component that another program stands in for makes what is seen of it simulated; a real one does not."""
    capabilities.need(_platform(stand_ins=["mongodb", "elasticsearch"]), "mongodb", "influxdb")
    assert {"image mongodb": Fidelity.SIMULATED} == RECORDER.touched


def test_where_nothing_is_said_all_can_be_had() -> None:
    """A platform that says nothing of images has them all."""
    capabilities.need(_platform(), "kibana")
    assert {} == RECORDER.touched


def test_what_a_target_cannot_do() -> None:
    """What a target cannot do has a reason in words, and what it can is given as it is."""
    with pytest.raises(NotProvableError, match=r"^nothing can cut off on local$"):
        capabilities.have(LocalCapabilities.node_network)
    assert capabilities.have(FACTS) is FACTS


def test_whether_anything_answers() -> None:
    """A node at whose door nobody can be reached does not answer; any answer is one."""

    class Http:
        def get(self, _host: str, *, node: str) -> object:
            if node == "node-b":
                raise ConnectionError("refused")
            return Reply(503, "")

    http: Any = Http()
    seen = visitors.answering(http, "msvc1.team1.example.com", ["node-a", "node-b"])
    assert {"node-a": {"answers": True}, "node-b": {"answers": False}} == seen


def test_leading() -> None:
    """The members that lead are named, and the healthy ones counted."""
    members = {
        "mongodb-0": {"state": "primary", "healthy": True},
        "mongodb-1": {"state": "secondary", "healthy": True},
        "mongodb-2": {"state": "(not reachable/healthy)", "healthy": False},
    }
    expected = {"the database": {"healthy_members": 2, "leaders": {"mongodb-0"}}}
    mongodb: Any = SimpleNamespace(members=lambda: members)
    assert expected == storage.leading(mongodb)
