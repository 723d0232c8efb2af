"""A server of pipelines is asked for where there can be one, and what belongs to it is kept to its owner."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any, cast

import pytest

from provision.delivery.access import HOST, SESSION, WORKER, Access, ensure_keys
from provision.delivery.pipelines import PipelineError, filled
from provision.provisioning import Provisioning
from provision.reporting import diagnosis
from seatrial.errors import UsageError
from seatrial.provisioning import loading
from seatrial.provisioning.contract import Provisioning as AnyProvisioning
from seatrial.provisioning.state import PlatformState

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("target", ["local", "aws"])
def test_there_is_none_on_other_targets(target: str) -> None:
    """The message says where there is one."""
    with pytest.raises(
        UsageError, match=f"--with-delivery: {target} has no server of pipelines; expected --target kind"
    ):
        loading.deliver(Provisioning(ROOT), target)


def test_a_project_may_have_none() -> None:
    """A provisioning that knows of none says so."""
    with pytest.raises(UsageError, match="this project's provisioning has no server of pipelines"):
        loading.deliver(cast(AnyProvisioning, object()), "kind")


def test_passwords_and_keys_are_new_for_each_platform_and_for_its_owner_alone(tmp_path: Path) -> None:
    """They are made once, nobody else can read them, and no report shows them."""

    class NoSecrets:
        def list(self, *_: object, **__: object) -> list[Any]:
            return []

    state, other = PlatformState(tmp_path, "t1"), PlatformState(tmp_path, "t2")
    access = Access.ensure(state)
    assert Access.ensure(state) == access
    mine, theirs = ({getattr(one, f.name) for f in fields(one)} for one in (access, Access.ensure(other)))
    assert not mine & theirs
    assert not any(secret in repr(access) for secret in mine)
    keys = ensure_keys(state.path("delivery", "keys", "x").parent)
    kept = {file.name: file.read_bytes() for file in keys.iterdir()}
    assert set(kept) == {f"{name}.{half}" for name in (HOST, SESSION, WORKER) for half in ("key", "pub")}
    ensure_keys(keys)
    assert {file.name: file.read_bytes() for file in keys.iterdir()} == kept
    files = [file for file in state.dir.rglob("*") if file.is_file()]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    masked = diagnosis.secrets(lambda: cast(Any, NoSecrets()), state.dir)
    assert mine <= set(masked)
    assert kept[f"{WORKER}.key"].decode().splitlines()[1] in masked


def test_a_pipeline_is_set_with_every_value_that_it_asks_for(tmp_path: Path) -> None:
    """What is filled in stays what it is, whatever it has in it; what nobody gives is named with the file."""
    file = tmp_path / "one.yml"
    file.write_text("resources: [{name: a, source: {uri: ((uri)), tag: v((tag))}}]\n", encoding="utf-8")
    told = json.loads(filled(file, {"uri": 'http://x/"y": {z}', "tag": "1"}))
    assert told == {"resources": [{"name": "a", "source": {"uri": 'http://x/"y": {z}', "tag": "v1"}}]}
    with pytest.raises(PipelineError, match=r"one\.yml: \(\(tag\)\): nobody gives it; expected one of uri"):
        filled(file, {"uri": "x"})
    with pytest.raises(PipelineError, match=r"two\.yml"):
        filled(tmp_path / "two.yml", {})
