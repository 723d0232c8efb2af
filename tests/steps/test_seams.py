"""What the provisioning gives is what the harness and the words ask for: mypy holds it, here, pair by pair."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from pathlib import Path

from provision import observers, provisioning
from provision.observers.accounts import Accounts
from provision.observers.admission import Admission
from provision.observers.belongings import Belongings
from provision.observers.delegation import Delegation
from provision.observers.delivery import Delivery
from provision.observers.drift import Drift
from provision.observers.estate_drift import EstateDrift
from provision.observers.member import Member
from provision.observers.standup import Standup
from provision.observers.strangers import Strangers
from provision.observers.upgrade import Upgrade
from provision.targets.aws.platform import AwsPlatform
from provision.targets.aws.rehearsal import RehearsalPlatform
from provision.targets.base.platform import Platform
from provision.targets.kind.platform import KindPlatform
from provision.targets.local.guest import Second
from provision.targets.local.platform import LocalPlatform
from seatrial.checks.observer import Observer
from seatrial.observers.aws import Aws
from seatrial.observers.cluster import Cluster
from seatrial.observers.dns import Dns
from seatrial.observers.etcd import Etcd
from seatrial.provisioning import comparing, contract
from steps.support import capabilities, instruments

CONFTEST = Path(__file__).parents[2] / "conftest.py"


def platforms(
    local: LocalPlatform, kind: KindPlatform, aws: AwsPlatform, rehearsal: RehearsalPlatform
) -> list[capabilities.Platform]:
    """Return platforms as the words know them: facts and capabilities of every target have the types that are asked."""
    return [local, kind, aws, rehearsal]


def parts(made: provisioning.Provisioning) -> tuple[contract.Provisioning, contract.SupportsReporting]:
    """Return the provisioning as the harness asks for it."""
    return made, made


def more(
    made: provisioning.Provisioning,
) -> tuple[comparing.Compared, comparing.Pruned, contract.Stocked, contract.Billed, contract.Rehearsed]:
    """Return the provisioning as the commands `drift`, `up` and `images` ask for it, with their options."""
    return made, made, made, made, made


@dataclass(frozen=True)
class Asked:
    """Each observer of `conftest.py` by the name of its fixture, as the words ask for it."""

    accounts: type[instruments.Accounts]
    admission: type[instruments.Admission]
    aws: type[Aws]
    belongings: type[instruments.Belongings]
    cluster: type[Cluster]
    containers: type[instruments.Containers]
    delegation: type[instruments.Delegation]
    delivery: type[instruments.Delivery]
    dns: type[Dns]
    drift: type[instruments.Drift]
    estate_drift: type[instruments.EstateDrift]
    etcd: type[Etcd]
    hosts: type[instruments.Hosts]
    http: type[instruments.Http]
    logs: type[instruments.Logs]
    member: type[instruments.Member]
    metrics: type[instruments.Metrics]
    mongodb: type[instruments.MongoDb]
    second: type[instruments.Second]
    standup: type[instruments.Standup]
    strangers: type[instruments.Strangers]
    tools_image: type[instruments.Tools]
    upgrade: type[instruments.Upgrade]


GIVEN = Asked(
    accounts=Accounts,
    admission=Admission,
    aws=Aws,
    belongings=Belongings,
    cluster=Cluster,
    containers=observers.Containers,
    delegation=Delegation,
    delivery=Delivery,
    dns=Dns,
    drift=Drift,
    estate_drift=EstateDrift,
    etcd=Etcd,
    hosts=observers.Hosts,
    http=observers.Http,
    logs=observers.Logs,
    member=Member,
    metrics=observers.Metrics,
    mongodb=observers.MongoDb,
    second=Second,
    standup=Standup,
    strangers=Strangers,
    tools_image=observers.Tools,
    upgrade=Upgrade,
)


def test_every_observer_of_the_words_is_held_against_its_protocol() -> None:
    """Whoever adds an observer adds its pair here; on no target is a server of pipelines, or a network that refuses."""
    named = set(re.findall(r'instrument\("(\w+)"\)', CONFTEST.read_text()))
    assert named - {"concourse", "policies"} == {field.name for field in fields(Asked)}
    assert all(issubclass(getattr(GIVEN, field.name), Observer) for field in fields(Asked))


def test_no_target_is_left_out() -> None:
    """Whoever adds a target adds its platform to those above that are held against what the words ask for."""
    assert {LocalPlatform, KindPlatform, AwsPlatform} == set(Platform.__subclasses__())
