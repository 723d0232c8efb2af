"""The rehearsal of the target aws: from nothing to nothing, within the rights that are in the repository."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from provision import spec_file
from provision.estate.account.policy import PLATFORM, SWEEP, TRIAL, UPDATER, Policy, document
from provision.estate.calls import Call
from provision.estate.names import Names
from provision.targets.aws.rehearsal import CALLS, FAULTS, MOTOS_ACCOUNT

from .rehearsing import UNREHEARSED, measure, unrehearsed
from .sandbox import Sandbox

TEAM = "rehearsal"
ON_AWS_ALONE = {
    "ec2:AuthorizeSecurityGroupEgress": "kops finds the rule that moto has made, most of the time",
    "autoscaling:UpdateAutoScalingGroup": "a group is changed by another platform.yaml",
    "autoscaling:DetachInstances": "an upgrade, which tests/system/test_upgrade.py makes",
    "ec2:CreateLaunchTemplateVersion": "as above",
    "ec2:ModifyLaunchTemplate": "as above",
    "ec2:DeleteNetworkInterface": "moto's interfaces go with their instances",
    "ec2:DisassociateRouteTable": "moto's subnets take their associations along",
    "ec2:TerminateInstances": "moto's instances go with their group",
    "s3:GetBucketLocation": "kops is told the region of a bucket that is played",
    "iam:DetachRolePolicy": "nobody has attached a policy by hand",
    "s3:DeleteBucketPolicy": "nobody has given the bucket a policy by hand",
    "ssm:GetParameter": "kops looks up AWS's newest machine image; moto has one by name",
}
"""Rights that no rehearsal asks for, with the reason: any other is one too many."""
PLAYED = {
    "ec2:AttachVolume": "whoever plays the EBS driver attaches; on AWS its own role does",
    "ec2:DetachVolume": "as above, where a member has moved to another machine",
}
"""What is asked for with the platform's keys by what plays a part of the cluster, with the reason."""

_EXPIRED = {"how": "refuse", "action": "autoscaling:CreateAutoScalingGroup", "code": "ExpiredToken", "status": 403}
_FULL = {"how": "capacity", "zone": "eu-west-1b", "group": "nodes-*"}

pytestmark = pytest.mark.slow
On = tuple["Sandbox", Path]


@pytest.fixture(scope="module")
def rehearsed(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[On]:
    """A rehearsal that stands, and the file of all that it asks AWS for; it is taken down at the end.

    It stands in spite of faults: its first standup is cut short by credentials that expire in the middle of kops's
    work, the second meets a zone that has no machines for a node.
    """
    folder = tmp_path_factory.mktemp("calls")
    calls, faults = folder / "calls", folder / "faults.json"
    sandbox.environ |= {CALLS: str(calls), FAULTS: str(faults), "AWS_EC2_METADATA_DISABLED": "true"}
    sandbox.environ |= {"AWS_PROFILE": "nobody"} | measure(folder, sandbox.root)
    up = ("up", "--target", "aws", "--rehearse", "--team", TEAM)
    faults.write_text(json.dumps([_EXPIRED]))
    code, said = sandbox.run(*up)
    assert 3 == code, said
    assert "the AWS credentials have expired: get new ones" in said
    assert "Traceback" not in said
    assert (TEAM, False) == tuple(sandbox.state(TEAM, "platform")[name] for name in ("team", "up"))
    faults.write_text(json.dumps([_FULL]))
    going = sandbox.start(*up)
    sandbox.wait(going, lambda: "autoscaling:DescribeScalingActivities" in calls.read_text("utf-8"))
    faults.unlink()
    said = going.communicate()[0]
    assert 0 == going.returncode, said
    yield sandbox, calls
    sandbox.run("down", "--team", TEAM)


def test_a_second_run_changes_nothing(rehearsed: On) -> None:
    """Said again, `up` finds everything made; without ``--rehearse`` it does not take a rehearsal for the platform."""
    sandbox, _ = rehearsed
    code, said = sandbox.run("up", "--target", "aws", "--rehearse", "--team", TEAM)
    assert (0, True) == (code, "nothing had to be changed" in said), said
    code, said = sandbox.run("up", "--plan", "--target", "aws", "--rehearse", "--team", TEAM)
    assert (0, True) == (code, "nothing was made: 0 to make, 0 to change, 0 to remove\n" in said), said
    code, said = sandbox.run("up", "--target", "aws", "--team", TEAM)
    assert (4, True) == (code, f"{TEAM} is a rehearsal of aws" in said), said
    shown = json.loads(sandbox.run("status", "--team", TEAM, "--json")[1])
    assert (True, True, "aws") == (shown["rehearsed"], shown["up"], shown["target"])


def test_what_is_judged(rehearsed: On, tmp_path: Path) -> None:
    """What an API can answer is simulated, however real its server is; nothing is proven, and nothing fails."""
    sandbox, _ = rehearsed
    where = ("features/cluster", "features/access", "features/standup", "features/dns/records.feature")
    base = f"--basetemp={tmp_path / 'base'}"
    code, said = sandbox.run("verify", "--target", "aws", "--rehearse", "--team", TEAM, base, *where)
    assert 0 == code, said
    verdicts = sandbox.verdicts(target="aws")
    assert {"simulated", "not provable"} == set(verdicts.values())
    assert "simulated" == verdicts["features/cluster/machines.feature::One version of Kubernetes"]


def test_nothing_is_left_and_no_right_is_exceeded(rehearsed: On) -> None:
    """Taken down, nothing is left; all that was asked for is in the policies, and all that is in them was asked for."""
    sandbox, file = rehearsed
    assert 0 == sandbox.run("drift", "--target", "aws", "--team", TEAM)[0]
    assert 0 == sandbox.run("sweep", "--expired", "--target", "aws", "--rehearse", "--team", TEAM)[0]
    code, said = sandbox.run("down", "--team", TEAM)
    assert (0, True) == (code, "nothing of it is left" in said), said
    assert not (sandbox.root / ".seatrial").exists()
    spec = spec_file.read()
    names = Names(spec, TEAM)
    platform, updater, *others = (
        Policy(document(name, names, account=MOTOS_ACCOUNT, region=spec.region))
        for name in (PLATFORM, UPDATER, TRIAL, SWEEP)
    )
    by_user, by_updater = _asked(file, "SEATRIAL"), _asked(file, "AKIA")
    beyond = {f"{c.action} {c.resource}" for c in by_user if not any(p.allows(c) for p in (platform, *others))}
    assert "ec2:AttachVolume *" in beyond
    assert set() == beyond - {f"{action} *" for action in PLAYED}
    assert [] == sorted(str(c) for c in by_updater if not updater.allows(c))
    asked_for = {call.action for call in by_user}
    assert set() == set(platform.actions()) - asked_for - set(ON_AWS_ALONE)
    assert set(updater.actions()) - {call.action for call in by_updater} <= {"route53:UpdateHealthCheck"}


def test_which_lines_no_rehearsal_runs(rehearsed: On) -> None:
    """None of the target's but those that are listed, with the reason: what AWS alone can do, or which test runs it."""
    assert {name: count for name, (count, _) in UNREHEARSED.items()} == unrehearsed(rehearsed[1].parent)


def _asked(file: Path, whose: str) -> set[Call]:
    """Return all that was asked for with keys that begin with *whose*."""
    lines = [line.split(" ", 2) for line in file.read_text("utf-8").splitlines()]
    calls = [Call(action, resource) for key, action, resource in lines if key.startswith(whose)]
    return {one for call in calls for one in call.implied()}
