"""Takes everything that a platform has in the cloud down, and nothing else."""

from __future__ import annotations

import time
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, WaiterError

from provision.estate.access import AwsAccess
from provision.estate.kops import Kops, KopsError
from provision.estate.names import Names
from provision.estate.resources import KINDS, Kind, inventory
from provision.estate.scope import Scope
from seatrial.checks.convergence import UnmetError, eventually
from seatrial.checks.expectations import Judgement, Mismatch
from seatrial.errors import SeatrialError

_GROUPS, _INSTANCES = KINDS[0], KINDS[1]


class TeardownError(SeatrialError):
    """Something of the platform is still in the cloud; its text names each resource and what kept it."""


def destroy(access: AwsAccess, names: Names, kops: Kops, *, within: float) -> None:
    """Delete everything of the platform, found by its tags and names; nothing there is fine.

    The groups go first, so that nothing replaces an instance that ends. Then kops deletes its cluster; what it
    leaves, or cannot delete because its state is gone, is deleted kind by kind.

    Args:
        access: The cloud.
        names: What marks the platform's own.
        kops: The platform's kops.
        within: The limit in seconds.

    Raises:
        TeardownError: If something is left.
    """
    started = time.monotonic()
    scope = Scope(access, names)
    trouble: dict[str, str] = {}
    for group in _GROUPS.find(scope):
        _try(_GROUPS, scope, group, trouble)
    _end_instances(scope, within)
    if kops.exists():
        try:
            kops.delete()
        except KopsError as error:
            trouble["kops"] = str(error)
    left = max(within - (time.monotonic() - started), 1.0)
    try:
        eventually(lambda: _sweep(access, names, trouble), _nothing, within=left)
    except UnmetError as error:
        reasons = "".join(f"\n{subject}: {reason}" for subject, reason in trouble.items())
        raise TeardownError(f"the estate of {names.team} is not gone after {within:.0f} s\n{error}{reasons}") from error


def _end_instances(scope: Scope, within: float) -> None:
    instances = _INSTANCES.find(scope)
    if not instances:
        return
    scope.ec2.terminate_instances(InstanceIds=instances)
    waiting: Any = {"Delay": 5, "MaxAttempts": max(int(within / 5), 1)}
    try:
        scope.ec2.get_waiter("instance_terminated").wait(InstanceIds=instances, WaiterConfig=waiting)
    except WaiterError as error:
        raise TeardownError(f"instances of {scope.names.team} do not end: {', '.join(instances)} ({error})") from error


def _sweep(access: AwsAccess, names: Names, trouble: dict[str, str]) -> dict[str, list[str]]:
    """Delete what is there, kind by kind, and look what is left."""
    scope = Scope(access, names)
    for kind in KINDS:
        for found in kind.find(scope):
            _try(kind, scope, found, trouble)
    return inventory(access, names)


def _try(kind: Kind, scope: Scope, subject: str, trouble: dict[str, str]) -> None:
    """Delete one; one that cannot go yet is tried again in the next round, with its reason kept."""
    try:
        kind.delete(scope, subject)
        trouble.pop(subject, None)
    except (ClientError, BotoCoreError) as error:
        trouble[subject] = str(error)


def _nothing(left: dict[str, list[str]]) -> Judgement:
    return Judgement(tuple(Mismatch(kind, "none", " ".join(ids)) for kind, ids in left.items() if ids))
