"""Faults of AWS, injected in front of moto: what passes is survived, what does not is one message, and then resumed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from provision.estate import AwsAccess, Estate, Kops, KopsError
from provision.estate.account.trouble import remedy
from provision.estate.capacity import short
from provision.estate.kops_process import Hope, run
from provision.targets.base.standup import _explained
from seatrial.errors import SeatrialError

Break = Callable[..., None]


@pytest.fixture
def amiss(faults: Path) -> Iterator[Break]:
    """Has the cloud do some things amiss."""

    def play(*these: dict[str, Any]) -> None:
        kept = faults.with_suffix(".new")
        kept.write_text(json.dumps(these))
        kept.replace(faults)  # at once: it is read all the time

    yield play
    faults.unlink(missing_ok=True)


def _refuse(action: str, code: str, status: int = 400, **more: Any) -> dict[str, Any]:
    return {"action": action, "how": "refuse", "code": code, "status": status, **more}


PASSING = {
    "throttling": (
        _refuse("ec2:*", "RequestLimitExceeded", 503, times=2),
        _refuse("iam:*", "Throttling", times=1),
        _refuse("route53:*", "Throttling", times=1),
        _refuse("s3:*", "SlowDown", 503, times=1),
    ),
    "late": (
        _refuse("ec2:ModifyVpcAttribute", "InvalidVpcID.NotFound", after="ec2:CreateVpc", seconds=2.0),
        _refuse("iam:PutRolePolicy", "NoSuchEntity", 404, after="iam:CreateRole", seconds=1.0),
    ),
    "broken": (
        {"action": "ec2:CreateSubnet", "how": "lose", "times": 1},
        {"action": "autoscaling:CreateAutoScalingGroup", "how": "break", "times": 2},
        {"action": "s3:PutObject", "how": "break", "times": 1, "skip": 3},
    ),
}
"""What passes by itself: too many requests, what was just made and is not there yet, a connection that breaks."""


@pytest.mark.long
@pytest.mark.parametrize("which", PASSING)
def test_what_passes(
    which: str,
    amiss: Break,
    stood_up: Callable[[str], Estate],
    kops: Callable[[str], Kops],
    faults: Path,
) -> None:
    """The same run gets through, and what it has made is whole: a second one would change nothing."""
    amiss(*PASSING[which])
    made = stood_up(which)
    assert 6 == len(made.instances())
    faults.unlink()
    assert [] == kops(which).changes()
    assert [] == made.differences()


@pytest.mark.long
@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (_refuse("iam:CreateRole", "ExpiredToken", 403), "credentials have expired: get new ones"),
        (_refuse("ec2:CreateRoute", "UnauthorizedOperation", 403), "a right is missing: .*platform.json"),
    ],
    ids=["expired", "denied"],
)
def test_what_does_not_pass(
    fault: dict[str, Any],
    said: str,
    amiss: Break,
    estate: Callable[[str], Estate],
    kops: Callable[[str], Kops],
    ca: tuple[Path, Path],
    encryption: Path,
    faults: Path,
) -> None:
    """Kops is ended long before its ten minutes, with one message that says what to do; then it is taken up again."""
    team = fault["code"].lower()[:8]
    made = estate(team)
    made.ensure_store()
    amiss(fault)
    with pytest.raises(KopsError, match=f"kops update cluster was ended.*{said}"):
        made.ensure_cluster(*ca, encryption)
    assert made.inventory()["networks"]  # half of it is there, in the names by which it is found again
    faults.unlink()
    made.ensure_cluster(*ca, encryption)
    assert 6 == len(made.instances())
    assert [] == kops(team).changes()


def test_a_zone_without_machines(amiss: Break, stood_up: Callable[[str], Estate], access: AwsAccess) -> None:
    """Groups of a zone that has no machines to give stand without, with AWS's reason; they get theirs when it has."""
    amiss({"how": "capacity", "zone": "eu-west-1b"})
    made = stood_up("full")
    assert 4 == len(made.instances())
    missing = short(access, made.names)
    assert [
        f"{name}.full.example.com has 0 of 1 machines"
        for name in ("control-plane-eu-west-1b.masters", "nodes-eu-west-1b")
    ] == sorted(one.partition(":")[0] for one in missing)
    assert all("InsufficientInstanceCapacity" in one and "(eu-west-1b)" in one for one in missing)
    amiss()
    assert [] == short(access, made.names)
    assert 6 == len(made.instances())


def test_an_error_of_our_own_calls(amiss: Break, access: AwsAccess) -> None:
    """What boto3 raises in a step of the standup says what to do."""
    amiss(_refuse("ec2:DescribeVpcs", "RequestExpired"))
    with pytest.raises(ClientError):
        access.client("ec2").describe_vpcs()
    with pytest.raises(SeatrialError, match=r"RequestExpired.*credentials have expired: get new ones"):
        _explained(lambda: access.client("ec2").describe_vpcs() and None)()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("api error RequestLimitExceeded: Request limit exceeded.", "AWS takes no more requests"),
        ("InsufficientInstanceCapacity - We currently do not have", "no machines of that type"),
        ("InvalidClientTokenId", "does not know the credentials"),
        ("the cat", ""),
    ],
)
def test_remedies(text: str, said: str) -> None:
    """Each known code has its remedy; what is not known has none."""
    assert said in remedy(text)
    assert bool(said) is bool(remedy(text))


def test_hope() -> None:
    """A right that is missing once may have been given just now; one that is missing twice is missing."""
    line = 'W1 executor.go:1] error running task "Role/x" (9m left): operation error: api error AccessDenied: no'
    hope = Hope()
    assert [False, False, True] == [hope.lost(one) for one in ("AccessDenied", line, line)]
    assert Hope().lost(line.replace("AccessDenied", "ExpiredToken"))
    assert not Hope().lost(line.replace("AccessDenied", "Throttling"))


def test_a_run_is_ended() -> None:
    """A program that says that there is no hope is ended at once, with all that it wrote."""
    line = 'error running task "a/b" (9m): api error ExpiredToken: over'
    done = run(["sh", "-c", f"echo begun; echo '{line}' >&2; exec sleep 60"], {"PATH": "/usr/bin:/bin"}, 30.0)
    assert (-15, "begun\n", f"{line}\n") == (done.code, done.out, done.err)
