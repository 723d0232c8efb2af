"""What is no whole run is refused when shards are put together: each time with one message that says why."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable

import pytest

from seatrial.errors import UsageError
from seatrial.report import about, manifest, shards
from seatrial.scenarios.sharding import digest

from .parts import FILE, NAMES, Shards
from .runs import WAIVER, run, scenario


def _same_number(three: Shards) -> None:
    three.write(three.homes[2], 2, scenario("Three", line=6))


def _other_number(three: Shards) -> None:
    three.write(three.homes[2], 3, scenario("Three", line=6), shard={"of": 4})


def _beyond(three: Shards) -> None:
    three.write(three.homes[2], 7, scenario("Three", line=6))


def _other_commit(three: Shards) -> None:
    three.write(three.homes[2], 3, scenario("Three", line=6), git={"commit": "c" * 40, "dirty": False})


def _other_target(three: Shards) -> None:
    shutil.rmtree(three.homes[2] / "local")
    three.write(three.homes[2], 3, scenario("Three", line=6), target="kind")


def _two_targets(three: Shards) -> None:
    three.write(three.homes[2], 3, scenario("Three", line=6), target="kind")


def _other_specification(three: Shards) -> None:
    three.write(three.homes[2], 3, scenario("Three", line=6), specification={"sha256": "d" * 64, "files": 1})


def _other_harness(three: Shards) -> None:
    three.write(three.homes[2], 3, scenario("Three", line=6), seatrial="0.0.9")


def _other_plan(three: Shards) -> None:
    three.write(three.homes[2], 3, scenario("Three", line=6), shard={"plan": {"scenarios": 3, "sha256": "e" * 64}})


def _no_plan(three: Shards) -> None:
    three.write(three.homes[2], 3, scenario("Three", line=6), shard={"plan": None, "ended": False})


def _twice(three: Shards) -> None:
    three.write(three.homes[2], 3, scenario("Three", line=6), scenario("One", line=2))


def _one_less(three: Shards) -> None:
    three.write(three.homes[2], 3)


def _whole_run(three: Shards) -> None:
    (three.homes[2] / "local" / "verdict.json").write_text(json.dumps(run(scenario("Three", line=6))))
    three.seal(three.homes[2])


def _changed(three: Shards) -> None:
    (three.homes[2] / "local" / "verdict.json").write_text(json.dumps(run()))


def _cut_short(three: Shards) -> None:
    (three.homes[2] / manifest.NAME).write_text(manifest.UNFINISHED)


def _linked(three: Shards) -> None:
    (three.homes[2] / "local").rename(three.root / "elsewhere")
    (three.homes[2] / "local").symlink_to(three.root / "elsewhere")


def _unknown(three: Shards) -> None:
    three.write(three.homes[2], 3, scenario("Three", line=7))


def _outside(three: Shards) -> None:
    other = scenario("Three", line=6, nodeid=f"../{FILE}::Three")
    plan = {"scenarios": 3, "sha256": digest([*(f"{FILE}::{name}" for name in NAMES[:2]), other["nodeid"]])}
    for number, (home, one) in enumerate(zip(three.homes, (*map(scenario, NAMES[:2]), other), strict=True), 1):
        three.write(home, number, one, shard={"plan": plan})


def _waived(three: Shards) -> None:
    three.write(three.homes[2], 3, scenario("Three", "waived", line=6, waiver=WAIVER))


def _their_features(three: Shards) -> None:
    (three.root / FILE).write_text("Feature: Names\n  Scenario: One\n    Then it stands\n")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda three: three.homes.pop(), r"shard 3/3 is missing; 2 of 3 are there"),
        (_same_number, r"both are shard 2/3; leave one out"),
        (lambda three: three.homes.append(three.homes[0]), r"both are shard 1/3"),
        (_other_number, r"the number of shards differs: 3, 4"),
        (_beyond, r"expected one of 3 shards, got shard 7"),
        (_other_commit, r"b and .*c: expected shards of one run, and the commit differs: a{40}, c{40}"),
        (_other_target, r"the target differs: local, kind"),
        (_two_targets, r"of one target, as --report named it; found kind, local"),
        (_other_specification, r"the specification differs"),
        (_other_harness, r"the version of Seatrial differs: 0\.1\.0, 0\.0\.9"),
        (_other_plan, r"the plan differs"),
        (_no_plan, r"ended before it was known what it is a part of; run that shard again"),
        (_twice, r"names\.feature::One: two shards have it"),
        (_one_less, r"the shards have 2 scenarios, which are not the 3 that were planned"),
        (_whole_run, r"the report of a whole run; expected one of `seatrial verify --shard`"),
        (_changed, r"not as the shard has left it: changed: local/verdict\.json; fetch it again"),
        (_cut_short, r"the last run has not come to its end"),
        (_linked, r"of one target, as --report named it; found none"),
        (_unknown, r"names\.feature::Three: no scenario at line 7 of this project's is called so"),
        (_outside, r"expected the id of a scenario"),
        (_waived, r"its shard has it waived, and this project's gate waives it not"),
        (_their_features, r"the shards are of another specification than features/ of this project"),
    ],
)
def test_what_is_no_run(three: Shards, change: Callable[[Shards], object], said: str) -> None:
    """Each is refused with one message that says which shard, and what is amiss."""
    change(three)
    with pytest.raises(UsageError, match=said) as refused:
        three.whole()
    assert 1 == len(str(refused.value).splitlines())


def test_another_commit_of_the_project(three: Shards) -> None:
    """The gate of the project judges the whole, so that the shards have to be of its commit."""
    parts = shards.read(three.homes)
    own = about.look(three.root)
    shards.see_of_project(parts, own)  # in no repository, it is its specification that says so
    with pytest.raises(UsageError, match=r"the shards are of the commit a{40}, and this project is at f{40}"):
        shards.see_of_project(parts, about.About(commit="f" * 40, sha256=own.sha256))
