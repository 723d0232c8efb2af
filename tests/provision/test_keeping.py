"""Who keeps the names stands still while held, and goes on afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from provision.actuators import NamesKeeper, NamesKeepersProcess


@pytest.fixture
def process() -> Iterator[subprocess.Popen[bytes]]:
    """A process that does nothing."""
    made = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    yield made
    made.kill()
    made.communicate()


def test_a_process_stands_still(process: subprocess.Popen[bytes]) -> None:
    """It is at work before and afterwards, and not meanwhile."""
    table: Any = SimpleNamespace(pid=lambda name: process.pid if name == "dns-updater" else None)
    keeper = NamesKeepersProcess(table, "dns-updater")
    assert keeper.at_work()
    keeper.hold()
    os.waitpid(process.pid, os.WUNTRACED)  # it stands still a moment later
    assert not keeper.at_work()
    keeper.let_go()
    os.waitpid(process.pid, os.WCONTINUED)
    assert keeper.at_work()


def test_a_process_that_does_not_run() -> None:
    """Nobody is held who is not there, and that is said."""
    keeper = NamesKeepersProcess(SimpleNamespace(pid=lambda _name: None), "dns-updater")  # type: ignore[arg-type]
    keeper.let_go()
    assert not keeper.at_work()
    with pytest.raises(LookupError, match="the process dns-updater does not run"):
        keeper.hold()


def test_a_workload_is_made_small() -> None:
    """It has no pod while held, and one afterwards; it is at work while any pod is there."""
    pods: list[str] = ["leaving"]
    asked: list[int] = []
    kube: Any = SimpleNamespace(
        list=lambda *_, **__: iter(pods), patch=lambda *words, **__: asked.append(words[2]["spec"]["replicas"])
    )
    keeper = NamesKeeper(lambda: kube)
    keeper.hold()
    assert keeper.at_work()
    pods.clear()
    assert not keeper.at_work()
    keeper.let_go()
    assert [0, 1] == asked
