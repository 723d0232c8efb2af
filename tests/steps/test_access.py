"""For how long access is good, and what has it outlast its time."""

from __future__ import annotations

import math
import os
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from provision.targets.base.pki import Pki
from seatrial.provisioning.state import PlatformState
from steps.breaks.access import kept_for_good
from steps.support import access

_DAY = 86400.0  # seconds


@pytest.fixture
def state(tmp_path: Path) -> PlatformState:
    """The state of a platform with an administrator's kubeconfig."""
    made = PlatformState(tmp_path, "team1")
    pki = Pki(made)
    pki.kubeconfig(made.path("kubeconfig"), "https://127.0.0.1:6443", pki.user("admin", "admin"), name="platform")
    return made


def test_seconds_left(state: PlatformState, tmp_path: Path) -> None:
    """A certificate has an end; whatever else lets somebody in has none."""
    kubeconfig = state.path("kubeconfig")
    assert 364 * _DAY < access.seconds_left(kubeconfig) <= 366 * _DAY
    assert math.inf == access.seconds_left(access.without_credentials(kubeconfig, tmp_path / "other"))


def test_access_that_does_not_end(state: PlatformState) -> None:
    """What a member was given is replaced by what lasts, though not before she has looked at it."""
    given = {age: state.path("members", f"member-{age}", "kubeconfig") for age in (0, 60)}
    for age, file in given.items():
        file.write_text("users: []\n")
        os.utime(file, (time.time() - age,) * 2)
    acts: list[Any] = []
    site: Any = SimpleNamespace(platform=SimpleNamespace(state=state), beside=acts.append)

    kept_for_good(site)
    acts[0]()

    assert 0 == access.seconds_left(given[0])
    assert access.seconds_left(given[60]) > _DAY
