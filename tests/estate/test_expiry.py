"""Platforms that are over are found by tags that anybody may write, and nothing else is ever touched."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from provision import spec_file
from provision.estate import AwsAccess, Estate, Kops, inventory
from provision.estate.account.identity import identity
from provision.estate.account.policy import SWEEP, Policy, document
from provision.estate.calls import RIGHTS_OF_S3
from provision.estate.expiry import overdue
from provision.estate.names import CLUSTER_TAG, EXPIRES_TAG, RUN_TAG, TEAM_TAG, Names, items_of
from provision.estate.store import ensure_store
from provision.estate.tagged import tagged
from provision.estate.volumes import ensure_volumes
from provision.spec import PlatformSpec
from provision.targets.aws.parts import AwsParts
from provision.targets.aws.target import AwsTarget
from seatrial.errors import UsageError
from seatrial.provisioning.overdue import Overdue
from seatrial.provisioning.progress import Quiet
from seatrial.provisioning.state import PlatformState

ACCOUNT = "123456789012"
PAST, FUTURE = "2026-01-08T00:00:00Z", "2126-01-08T00:00:00Z"
NOW = dt.datetime(2026, 2, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def two(
    access: AwsAccess,
    spec: PlatformSpec,
    kops_binary: Path,
    ca: tuple[Path, Path],
    encryption: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """A whole platform that is over, and a part of one that is not."""
    tags = {RUN_TAG: "run-1", EXPIRES_TAG: PAST}
    kops = Kops(kops_binary, access, spec, "stale", tmp_path_factory.mktemp("stale", numbered=False), labels=tags)
    estate = Estate(spec, "stale", access, kops, labels=tags)
    estate.ensure_store()
    estate.ensure_zone()
    estate.ensure_cluster(*ca, encryption)
    estate.ensure_volumes()
    estate.ensure_updater(None)
    fresh = Names(spec, "fresh", {RUN_TAG: "run-2", EXPIRES_TAG: FUTURE})
    ensure_store(access, fresh)
    ensure_volumes(access, spec, fresh)
    yield
    for team in ("stale", "fresh"):
        folder = tmp_path_factory.mktemp(f"end-{team}")
        Estate(spec, team, access, Kops(kops_binary, access, spec, team, folder)).destroy(within=120)


def _look(access: AwsAccess, spec: PlatformSpec) -> Overdue:
    return overdue(access, spec, NOW, where="here")


@pytest.fixture
def volume(access: AwsAccess) -> Iterator[Callable[[dict[str, str]], str]]:
    """Makes a volume that bears some tags."""
    made: list[str] = []

    def make(tags: dict[str, str]) -> str:
        specified: Any = [{"ResourceType": "volume", "Tags": items_of(tags)}]
        one = access.client("ec2").create_volume(AvailabilityZone="eu-west-1b", Size=1, TagSpecifications=specified)
        made.append(one["VolumeId"])
        return made[-1]

    yield make
    for one in made:
        access.client("ec2").delete_volume(VolumeId=one)


def _tags(team: str, expires: str, cluster: str = "") -> dict[str, str]:
    return {TEAM_TAG: team, RUN_TAG: "r", EXPIRES_TAG: expires, CLUSTER_TAG: cluster or f"{team}.example.com"}


@pytest.mark.usefixtures("two")
def test_what_is_over(access: AwsAccess, spec: PlatformSpec) -> None:
    """The one that is over is shown with all that it has, in every zone; the other is not."""
    found = _look(access, spec)
    (stale,) = found.leftovers
    assert ("stale", PAST, ["fresh"], []) == (stale.team, stale.since, list(found.current), list(found.alone))
    ids = inventory(access, Names(spec, "stale"))
    assert {f"{kind} {one}" for kind, some in ids.items() for one in some} == set(stale.things)
    kinds = {thing.rpartition(" ")[0] for thing in stale.things}
    assert {"instances", "volumes", "networks", "buckets", "hosted zones", "roles", "users"} <= kinds
    assert overdue(access, spec, dt.datetime(2026, 1, 7, tzinfo=dt.UTC), where="here").leftovers == []


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(
    ("team", "expires", "cluster", "said"),
    [
        ("broken", "soon", "", "seatrial.dev/expires is 'soon', expected a time"),
        ("broken", "2026-13-01T00:00:00Z", "", "expected a time"),
        ("broken", f"{PAST}\u202e", "", "expected a time"),
        ("../../etc", PAST, "", "no team is called so"),
        ("A" * 200, PAST, "", "no team is called so"),
        ("stale", PAST, "stale.another.org", "KubernetesCluster is 'stale.another.org', expected stale.example.com"),
    ],
)
def test_a_forged_tag(
    access: AwsAccess,
    spec: PlatformSpec,
    volume: Callable[[dict[str, str]], str],
    team: str,
    expires: str,
    cluster: str,
    said: str,
) -> None:
    """What has a name or a time that is none, or is of another project, is named and left alone."""
    one = volume(_tags(team, expires, cluster))
    found = _look(access, spec)
    assert any(said in reason and one in reason for reason in found.alone), found.alone
    assert ["stale"] == [leftover.team for leftover in found.leftovers]
    assert not any(one in thing for leftover in found.leftovers for thing in leftover.things)


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("expires", [FUTURE, "soon", None])
def test_one_thing_that_is_not_over(
    access: AwsAccess, spec: PlatformSpec, volume: Callable[[dict[str, str]], str], expires: str | None
) -> None:
    """A platform of which one thing does not say that it is over is not over, however many others do."""
    tags = _tags("stale", expires or "")
    one = volume(tags if expires else {CLUSTER_TAG: tags[CLUSTER_TAG]})
    found = _look(access, spec)
    assert [] == list(found.leftovers)
    assert ("stale" in found.current) is (expires == FUTURE)
    assert expires == FUTURE or any(one in reason for reason in found.alone)


@pytest.mark.usefixtures("two")
def test_one_past_time_ends_nothing(access: AwsAccess, spec: PlatformSpec) -> None:
    """A past time that somebody wrote on a thing of a platform that is not over ends nothing."""
    ids = inventory(access, Names(spec, "fresh"))["volumes"]
    access.client("ec2").create_tags(Resources=ids[:1], Tags=items_of({EXPIRES_TAG: PAST}))
    found = _look(access, spec)
    assert (["stale"], ["fresh"]) == ([one.team for one in found.leftovers], list(found.current))
    access.client("ec2").create_tags(Resources=ids[:1], Tags=items_of({EXPIRES_TAG: FUTURE}))


@pytest.mark.usefixtures("two")
def test_the_rights_to_look(access: AwsAccess, spec: PlatformSpec) -> None:
    """Whoever looks is asked for the rights of the policy for it, and for no other."""
    asked: set[str] = set()

    def note(model: Any, **_: object) -> None:
        service = model.service_model.service_name
        asked.add(f"{service}:{RIGHTS_OF_S3.get(model.name, model.name)}")

    clients = [access.client(name) for name in ("autoscaling", "ec2", "iam", "route53", "s3", "sts")]
    for client in clients:
        client.meta.events.register("before-call", note)
    try:
        identity(access)
        tagged(access, spec)
    finally:
        for client in clients:
            client.meta.events.unregister("before-call", note)
    policy = Policy(document(SWEEP, Names(spec, "any"), account=ACCOUNT, region=spec.region))
    assert set(policy.actions()) == asked


@pytest.fixture
def target(
    access: AwsAccess, spec: PlatformSpec, kops_binary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AwsTarget:
    """The target, whose account is the one on moto."""
    monkeypatch.setattr(AwsParts, "access", access)
    monkeypatch.setattr(AwsParts, "tools", {"kops": kops_binary})
    _allow(spec, ACCOUNT, monkeypatch)
    return AwsTarget(tmp_path)


def _allow(spec: PlatformSpec, account: str, monkeypatch: pytest.MonkeyPatch) -> None:
    allowed = spec.model_copy(update={"aws": spec.aws.model_copy(update={"accounts": [account]})})
    monkeypatch.setattr(spec_file, "read", lambda *_: allowed)


@pytest.mark.usefixtures("two")
def test_another_account(target: AwsTarget, spec: PlatformSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    """In an account that platform.yaml does not allow nothing is looked for."""
    _allow(spec, "111122223333", monkeypatch)
    with pytest.raises(UsageError, match=f"account {ACCOUNT} .*aws.accounts allows one of 111122223333"):
        target.overdue("asking")


@pytest.mark.usefixtures("two")
def test_removed(target: AwsTarget, access: AwsAccess, spec: PlatformSpec, tmp_path: Path) -> None:
    """What is over is removed to the last thing, and what is not stays to the last thing; nothing is left here."""
    before = inventory(access, Names(spec, "fresh"))
    found = target.overdue("asking")
    (stale,) = found.leftovers
    ids = inventory(access, Names(spec, "stale"))["volumes"]
    access.client("ec2").create_tags(Resources=ids[:1], Tags=items_of({EXPIRES_TAG: FUTURE}))
    with pytest.raises(UsageError, match="stale is not over any more"):  # somebody has renewed it meanwhile
        target.remove_overdue("asking", stale, Quiet())
    access.client("ec2").create_tags(Resources=ids[:1], Tags=items_of({EXPIRES_TAG: PAST}))
    state = PlatformState(tmp_path, "stale")
    state.write("platform", {"target": "aws", "rehearsed": True})
    with pytest.raises(UsageError, match="stale is a rehearsal here"):
        target.remove_overdue("asking", stale, Quiet())
    state.remove()
    removed = target.remove_overdue("asking", stale, Quiet())
    assert {f"{thing} of stale" for thing in stale.things} <= set(removed)
    assert {} == {kind: some for kind, some in inventory(access, Names(spec, "stale")).items() if some}
    assert before == inventory(access, Names(spec, "fresh"))
    assert [] == list(target.overdue("asking").leftovers)
    assert not (tmp_path / ".seatrial").exists()
