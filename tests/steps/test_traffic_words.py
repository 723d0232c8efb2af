"""The words about traffic count every request, and keep its course beside the scenario's evidence."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seatrial.provisioning.state import PlatformState
from tests.apart import WITHOUT

pytest_plugins = ["pytester"]

Verify = Callable[[str], tuple[dict[str, Any], str, dict[str, Any]]]

PROVISIONING = """
import itertools, os, threading
from types import SimpleNamespace
from seatrial.checks.observer import Fidelity, Observer
from seatrial.provisioning.contract import Actuators
from seatrial.provisioning.state import PlatformState
from provision.observers import Reply

class Http(Observer):
    before, after, steady, enough = itertools.count(), itertools.count(), threading.Event(), threading.Event()

    def get(self, host, path="/", **_):
        self.touch()
        if threading.current_thread() is threading.main_thread():
            self.steady.set()
            assert self.enough.wait(60)
            return self.reply(host, 200)
        when, turn = ("after", self.after) if self.steady.is_set() else ("before", self.before)
        number = next(turn)
        if (when, number) == ("after", 20):
            self.enough.set()
        return self.reply(host, 503 if os.environ["FAILS"] == f"{when} {number}" else 200)

    def reply(self, host, status):
        return Reply(status, f"the page of {host}", {"content-type": "text/html"})

class Platform:
    team, target, facts = "trial", "kind", SimpleNamespace(zone="trial.example.com")
    http = Http("http", Fidelity.REAL)

    def __init__(self, root):
        self.state = PlatformState(root, "trial")

    def instruments(self):
        return {"http": self.http}

    def actuators(self):
        return Actuators(lambda: None, lambda _: None)

    def owned(self):
        return ""

    def close(self):
        pass

class Provisioning:
    def __init__(self, root):
        self.root = root

    def targets(self):
        return ["kind"]

    def is_up(self, team, target):
        return True

    def open(self, team, target, **_):
        return Platform(self.root)

    def never(self, *_, **__):
        raise AssertionError("a platform that is up is only opened")

    up = down = sweep = status = doctor = lint = never
"""
FEATURE = """
Feature: Traffic
  Example: Requests go on
    Given a steady stream of requests to "msvc1"
    Then 30 requests to "msvc1" in a row are answered
    And requests were never unanswered for longer than 20 seconds
    And no more than 10 in 100 requests failed
    And no request failed
"""


@pytest.fixture
def verify(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Verify:
    """Runs the feature where one request fails, "before 3" or "after 3" of a steady stream; gives what is kept."""
    (pytester.path / "pyproject.toml").write_text('[tool.seatrial]\nprovisioning = "theirs_http:Provisioning"\n')
    (pytester.path / "theirs_http.py").write_text(textwrap.dedent(PROVISIONING))
    (pytester.path / "conftest.py").write_text(
        'from seatrial import instrument\npytest_plugins = ["steps.traffic"]\nhttp = instrument("http")\n'
    )
    (pytester.path / "features").mkdir()
    (pytester.path / "features" / "traffic.feature").write_text(FEATURE)
    PlatformState(pytester.path, "trial").path("any")

    def run(fails: str) -> tuple[dict[str, Any], str, dict[str, Any]]:
        monkeypatch.setenv("FAILS", fails)
        monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))  # `steps` is not installed
        pytester.runpytest_subprocess("--seatrial-target", "kind", "-p", "no:cacheprovider", *WITHOUT, timeout=120)
        (scenario,) = json.loads((pytester.path / "report" / "kind" / "verdict.json").read_text())["scenarios"]
        (kept,) = (pytester.path / "report" / "kind" / "evidence").glob("*/traffic-1.json")
        return scenario, kept.parent.name, json.loads(kept.read_text())

    return run


def test_a_stream_that_loses_nothing(verify: Verify) -> None:
    """Every request was answered; the sums and the course are kept, though nothing failed."""
    scenario, folder, kept = verify("")
    assert ("proven", "traffic-3") == (scenario["verdict"], folder), scenario["reason"]
    assert ("the page of msvc1", 0) == (kept["requests"], kept["failed"])
    assert kept["sent"] == sum(entry["sent"] for entry in kept["course"]) > 20


def test_one_request_is_lost(verify: Verify) -> None:
    """A single lost request of a stream is found, with its error and the second at which it was sent."""
    scenario, _, kept = verify("after 10")
    assert "failed" == scenario["verdict"], scenario["reason"]
    assert "expected no request to fail, got 1 of" in scenario["reason"]
    assert "ConnectionError: 503: the page of msvc1.trial.example.com" in scenario["reason"]
    assert 1 == kept["failed"]


def test_what_fails_before_the_stream_is_steady(verify: Verify) -> None:
    """A request that is lost before anything was done is not counted among those that it cost."""
    scenario, _, kept = verify("before 3")
    assert "proven" == scenario["verdict"], scenario["reason"]
    assert 0 == kept["failed"]
