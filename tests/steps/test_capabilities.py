"""What a platform lacks makes a scenario not provable, and a stand-in makes it simulated."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from seatrial.checks.observer import RECORDER, Absent, Fidelity, NotProvableError
from seatrial.provisioning.contract import Actuators
from steps.support import capabilities, storage, visitors
from steps.support.instruments import Reply


def _platform(extra=None, **facts):
    return SimpleNamespace(
        facts=facts, target="kind", actuators=lambda: Actuators(lambda: None, lambda _: None, extra=extra or {})
    )


@pytest.fixture(autouse=True)
def _recorder():
    RECORDER.clear()
    yield
    RECORDER.clear()


def test_what_cannot_be_had_is_named():
    """Every component whose image cannot be had is a reason, by its name."""
    platform = _platform(cannot_be_had="kibana grafana")
    with pytest.raises(NotProvableError, match=r"^image kibana cannot be had; image grafana cannot be had$"):
        capabilities.need(platform, "kibana", "influxdb", "grafana")
    assert [True, False] == [capabilities.lacks(platform, name) for name in ("kibana", "influxdb")]


def test_a_stand_in_is_simulated():
    """A component that another program stands in for makes what is seen of it simulated; a real one does not."""
    capabilities.need(_platform(stand_ins="mongodb elasticsearch"), "mongodb", "influxdb")
    assert {"image mongodb": Fidelity.SIMULATED} == RECORDER.touched


def test_where_nothing_is_said_all_can_be_had():
    """A platform that says nothing of images has them all."""
    capabilities.need(_platform(), "kibana")
    assert {} == RECORDER.touched


def test_a_hand_that_a_target_lacks():
    """A hand that is not there is a reason in words; one that is absent gives its own."""
    with pytest.raises(NotProvableError, match=r"^nothing can cut off on kind$"):
        capabilities.hand(_platform(), "cut_off")
    absent = {"swap_controller": Absent("controllers", "image ingress-traefik cannot be had")}
    with pytest.raises(NotProvableError, match=r"^image ingress-traefik cannot be had$"):
        capabilities.hand(_platform(absent), "swap_controller")
    assert 7 == capabilities.hand(_platform({"seven": lambda: 7}), "seven")()


def test_whether_anything_answers():
    """A node at whose door nobody can be reached does not answer; any answer is one."""

    class Http:
        def get(self, _host, *, node):
            if node == "node-b":
                raise ConnectionError("refused")
            return Reply(503, "")

    seen = visitors.answering(Http(), "msvc1.team1.example.com", ["node-a", "node-b"])
    assert {"node-a": {"answers": True}, "node-b": {"answers": False}} == seen


def test_leading():
    """The members that lead are named, and the healthy ones counted."""
    members = {
        "mongodb-0": {"state": "primary", "healthy": True},
        "mongodb-1": {"state": "secondary", "healthy": True},
        "mongodb-2": {"state": "(not reachable/healthy)", "healthy": False},
    }
    expected = {"the database": {"healthy_members": 2, "leaders": {"mongodb-0"}}}
    assert expected == storage.leading(SimpleNamespace(members=lambda: members))
