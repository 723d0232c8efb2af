"""Which cloud is meant: AWS itself, or one that is played; a platform of the one is never taken for the other."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import MagicMock

import pytest

from provision.provisioning import Provisioning
from seatrial.errors import UsageError
from seatrial.provisioning.loading import rehearse
from seatrial.provisioning.progress import Quiet
from seatrial.provisioning.state import PlatformState

TEAM = "meant"


@pytest.fixture
def provisioning(tmp_path: Path) -> Provisioning:
    """The provisioning of a project that has no platform."""
    return Provisioning(tmp_path)


def _record(root: Path, *, rehearsed: bool) -> None:
    PlatformState(root, TEAM).write("platform", {"target": "aws", "rehearsed": rehearsed, "up": True})


def test_only_a_cloud_that_is_not_played_anyway_is_rehearsed(provisioning: Provisioning) -> None:
    """On the other targets there is nothing to rehearse, and a project may have nothing to play a cloud with."""
    with pytest.raises(UsageError, match="--rehearse: the cloud of local is played anyway; expected --target aws"):
        provisioning.rehearse("local")
    with pytest.raises(UsageError, match="this project's provisioning plays no cloud"):
        rehearse(MagicMock(spec=["targets", "up"]), "aws")


def test_a_rehearsal_is_not_gone_on_with_as_the_platform(provisioning: Provisioning, tmp_path: Path) -> None:
    """What was begun as a rehearsal would be made anew on AWS: that is refused, and said."""
    _record(tmp_path, rehearsed=True)
    with pytest.raises(UsageError, match=f"{TEAM} is a rehearsal of aws: go on with it by --rehearse"):
        provisioning.up(TEAM, "aws", Quiet())


def test_the_platform_is_not_taken_for_a_rehearsal(provisioning: Provisioning, tmp_path: Path) -> None:
    """What stands on AWS itself is neither judged nor disturbed by whoever means to rehearse."""
    _record(tmp_path, rehearsed=False)
    provisioning.rehearse("aws")
    for asked in (provisioning.is_up, provisioning.differences, provisioning.open):
        with pytest.raises(UsageError, match=f"{TEAM} is up on aws itself; rehearse under another"):
            asked(TEAM, "aws")


def test_a_record_says_what_a_platform_is(provisioning: Provisioning, tmp_path: Path) -> None:
    """Commands that are not told go by the record: a rehearsal is known by its parts, which are those of `local`."""
    _record(tmp_path, rehearsed=True)
    assert provisioning._on(TEAM, "aws").rehearsal
    assert provisioning._of(PlatformState(tmp_path, TEAM)).rehearsal
    _record(tmp_path, rehearsed=False)
    assert not provisioning._on(TEAM, "aws").rehearsal
