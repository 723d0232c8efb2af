"""What kops says of a cluster: it is read as kops writes it, and has to be nothing several times in a row."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from unittest.mock import MagicMock

import pytest

from provision.estate import AwsAccess, Kops, KopsError
from provision.spec import PlatformSpec
from provision.targets.aws.gates import VALIDATIONS, AwsGates

FAILURE = {"type": "Node", "name": "ip-1", "message": 'node "ip-1" is not ready'}


@pytest.fixture
def saying(tmp_path: Path, spec: PlatformSpec) -> Callable[[str, int], Kops]:
    """Makes a kops that says a text and ends with a code."""

    def make(said: str, code: int) -> Kops:
        (tmp_path / "said").write_text(said)
        program = tmp_path / "kops"
        program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {tmp_path}/asked\ncat {tmp_path}/said\nexit {code}\n')
        program.chmod(0o755)
        folder = tmp_path / "work"
        folder.mkdir(mode=0o700)
        return Kops(program, AwsAccess({"AWS_REGION": "eu-west-1"}), spec, "red", folder)

    return make


def test_what_is_wrong(saying: Callable[[str, int], Kops], tmp_path: Path) -> None:
    """Each failure is named; a cluster without any is valid, and where its API is may be told."""
    kops = saying(json.dumps({"failures": [FAILURE], "nodes": []}), 2)
    assert ['Node ip-1: node "ip-1" is not ready'] == kops.validate("https://127.0.0.1:6443")
    asked = (tmp_path / "asked").read_text().split()
    assert ["validate", "cluster"] == asked[:2]
    assert "https://127.0.0.1:6443" == asked[asked.index("--api-server") + 1]


def test_nothing_is_wrong(saying: Callable[[str, int], Kops], tmp_path: Path) -> None:
    """A valid cluster has no failures, and kops finds its API by itself where it is not told."""
    assert [] == saying('{"nodes": [{"name": "ip-1"}]}', 0).validate()
    assert "--api-server" not in (tmp_path / "asked").read_text()


@pytest.mark.parametrize(
    ("code", "said"), [(1, "failed with code 1:\n  no such cluster"), (0, "says nothing that can be read")]
)
def test_no_look(saying: Callable[[str, int], Kops], code: int, said: str) -> None:
    """A kops that cannot look is not taken for one that finds nothing."""
    with pytest.raises(KopsError, match=said):
        saying("no such cluster", code).validate()


def test_several_times_in_a_row() -> None:
    """One good look is not enough, and one that finds something begins the count anew."""
    parts = MagicMock()
    parts.kops.validate.side_effect = [[], [], ["Node ip-1: gone"], [], [], []]
    (gate,) = AwsGates(parts).own()
    looks = [list(gate.unmet()) for _ in range(6)]
    assert 3 == VALIDATIONS
    counted = [f"valid {n} of 3 times in a row" for n in (1, 2)]
    assert [[counted[0]], [counted[1]], ["Node ip-1: gone"], [counted[0]], [counted[1]], []] == looks
