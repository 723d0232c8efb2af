"""What a platform can do is known before there is anything of it, and what it cannot has a reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from provision import spec_file
from provision.targets.kind.parts import KindParts
from provision.targets.kind.platform import KindPlatform
from provision.targets.local.parts import LocalParts
from provision.targets.local.platform import LocalPlatform
from provision.toolchain import Toolchain
from seatrial.checks.observer import Absent, Fidelity, Observer
from steps.support.actuators import Capabilities

Make = Callable[[Path], Capabilities]


def _local(root: Path) -> Capabilities:
    return LocalPlatform(
        LocalParts(root, "trial", spec_file.read(), Toolchain()), lambda minors: 7 + minors
    ).capabilities


def _kind(root: Path) -> Capabilities:
    return KindPlatform(KindParts(root, "trial", spec_file.read(), Toolchain()), lambda minors: 7 + minors).capabilities


@pytest.mark.parametrize("make", [_local, _kind])
def test_nothing_is_looked_at_before_it_is_asked_for(make: Make, tmp_path: Path) -> None:
    """A standup asks for the journal's actuators before there is a network, a cluster or an image."""
    own = make(tmp_path)
    assert not isinstance(own.standup_runner, Absent)
    assert (7, 9) == (own.standup_runner.again(), own.standup_runner.raised(2))


def test_what_is_absent_is_neither_observed_nor_acted_on(tmp_path: Path) -> None:
    """On local there are no containers: what would act on them gives the reason that their observers give."""
    own = _local(tmp_path)
    absent = {"http": own.http_sender, "mongodb": own.mongodb_writer, "containers": own.image_tags}
    for name, found in {**absent, "second": own.second_platform}.items():
        assert isinstance(found, Absent)
        assert name == found.name
    assert not isinstance(own.versions, Absent)
    assert "msvc1:1.0-next" == own.versions.another("msvc1:1.0")


def test_what_acts_is_as_true_as_what_observes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On kind an actuator has the fidelity of the observer of its part, and is absent with it."""
    observed: dict[str, Any] = {
        "http": Observer("http", Fidelity.SIMULATED),
        "mongodb": Absent("mongodb", "image mongodb cannot be had"),
    }
    monkeypatch.setattr(KindPlatform, "instruments", lambda _: observed)
    platform = KindPlatform(KindParts(tmp_path, "trial", spec_file.read(), Toolchain()), lambda _minors: 0)
    monkeypatch.setitem(vars(platform), "_ways", type("Ways", (), {"visits": None}))
    sender = platform.capabilities.http_sender
    assert not isinstance(sender, Absent)
    assert ("http", Fidelity.SIMULATED) == (sender.name, sender.fidelity)
    assert observed["mongodb"] is platform.capabilities.mongodb_writer
