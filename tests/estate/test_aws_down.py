"""Taking a platform on aws down: by its own account alone, and nothing of it is left."""

from __future__ import annotations

from pathlib import Path

import pytest

from provision import spec_file
from provision.estate import AwsAccess, inventory
from provision.estate.ingress_rules import closed_ports
from provision.estate.names import Names
from provision.estate.store import ensure_store
from provision.estate.updater_access import ensure_updater
from provision.estate.volumes import ensure_volumes
from provision.spec import PlatformSpec
from provision.targets.aws.parts import AwsParts
from provision.targets.aws.target import AwsTarget
from seatrial.errors import StandupError, UsageError
from seatrial.provisioning.progress import Quiet
from seatrial.provisioning.state import PlatformState

TEAM, ACCOUNT = "going", "123456789012"


@pytest.fixture
def state(
    access: AwsAccess, spec: PlatformSpec, kops_binary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> PlatformState:
    """The record of a platform whose standup was cut short after its bucket, volumes and updater were made."""
    monkeypatch.setattr(AwsParts, "access", access)
    monkeypatch.setattr(AwsParts, "tools", {"kops": kops_binary})
    made = PlatformState(tmp_path, TEAM)
    made.write("platform", {"target": "aws", "team": TEAM, "mark": "m", "began": 0.0, "rehearsed": False, "up": False})
    names = Names(spec, TEAM)
    ensure_store(access, names)
    ensure_volumes(access, spec, names)
    ensure_updater(access, names, "Z1", None)
    with pytest.raises(StandupError, match="the cluster's step has not been done"):
        closed_ports(access, spec, names)
    return made


def _allow(spec: PlatformSpec, *accounts: str, monkeypatch: pytest.MonkeyPatch) -> None:
    allowed = spec.model_copy(update={"aws": spec.aws.model_copy(update={"accounts": list(accounts)})})
    monkeypatch.setattr(spec_file, "read", lambda *_: allowed)


def test_down(access: AwsAccess, spec: PlatformSpec, state: PlatformState, monkeypatch: pytest.MonkeyPatch) -> None:
    """With another account's credentials nothing is deleted, and the record stays; with its own all of it goes."""
    names = Names(spec, TEAM)
    before = inventory(access, names)
    assert {"buckets", "users", "volumes"} == {kind for kind, ids in before.items() if ids}
    target = AwsTarget(state.dir.parents[1])

    _allow(spec, "111122223333", monkeypatch=monkeypatch)
    with pytest.raises(UsageError, match=f"account {ACCOUNT} .*aws.accounts allows one of 111122223333"):
        target.down(TEAM, Quiet())
    assert before == inventory(access, names)
    assert state.read("platform") is not None

    _allow(spec, ACCOUNT, monkeypatch=monkeypatch)
    target.down(TEAM, Quiet())
    assert {} == {kind: ids for kind, ids in inventory(access, names).items() if ids}
    assert not state.dir.exists()
