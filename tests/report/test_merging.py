"""`seatrial report --merge`: shards are one run when all of it is there, once, and of one kind."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from seatrial.errors import UsageError
from seatrial.report import about, artefact, manifest, merging, shards
from seatrial.report.gating import Gating
from seatrial.report.grouping import Grouping
from seatrial.scenarios.gate import Gate
from seatrial.scenarios.sharding import digest
from seatrial.scenarios.verdict import Requirement
from tests.harness.project import Project

from .runs import WAIVER, run, scenario
from .test_formats import Written

pytest_plugins = ["pytester"]

FILE = "features/dns/names.feature"
NAMES = ("One", "Two", "Three")
HOLDS, FAILS = 'Given the shelf is filled; Then the apple is "red"', 'Then the apple is "green"'


class Shards:
    """Three shards of a scenario each, written by hand below a project's root."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "features" / "dns").mkdir(parents=True)
        lines = [f"  Scenario: {name}\n    Then it stands\n" for name in NAMES]
        (root / FILE).write_text("Feature: Names\n" + "".join(lines))
        self.homes = [root / "shards" / name for name in ("b", "a", "c")]
        for number, (home, name) in enumerate(zip(self.homes, NAMES, strict=True), 1):
            self.write(home, number, scenario(name, line=2 * number))

    def write(self, home: Path, number: int, *scenarios: dict[str, Any], **rest: Any) -> None:
        """Write a shard anew."""
        plan = {"scenarios": 3, "sha256": digest(f"{FILE}::{name}" for name in NAMES)}
        shard = {"number": number, "of": 3, "ended": True, "plan": plan} | rest.pop("shard", {})
        own = {"sha256": about.look(self.root).sha256, "files": 1}
        told = run(*scenarios, complete=False, shard=shard, specification=own) | rest
        folder = home / str(told["target"])
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "verdict.json").write_text(json.dumps(told))
        self.seal(home)

    @staticmethod
    def seal(home: Path) -> None:
        """Have the manifest say that all is as it is now."""
        (home / manifest.NAME).write_text(manifest.text(home))

    def keep(self, home: Path, path: str, text: str = "seen") -> None:
        """Add a file of evidence."""
        file = home / "local" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        self.seal(home)

    def whole(self, gate: Gate | None = None, homes: Sequence[Path] = ()) -> merging.Whole:
        """Put them together."""
        parts = shards.read(list(homes) or self.homes)
        shards.see_of_project(parts, about.look(self.root))
        return merging.put_together(self.root, parts, gate or Gate(), Grouping({"names": ["dns"]}))


@pytest.fixture
def three(tmp_path: Path) -> Shards:
    """The three shards."""
    return Shards(tmp_path)


def test_all_of_a_run(three: Shards, tmp_path: Path) -> None:
    """Every planned scenario is there once, in the order of the specification, in a run that is whole."""
    three.write(three.homes[2], 3, scenario("Three", "failed", line=6), began="2026-01-02T03:05:05Z", team="other")
    found = three.whole(homes=[three.homes[2], *three.homes[:2]]).run
    assert list(NAMES) == [one["scenario"] for one in found["scenarios"]]
    assert (True, "other, trial", 72.5) == (found["complete"], found["team"], found["seconds"])
    assert {"planned": 3, "proven": 2, "failed": 1} == {key: n for key, n in found["summary"].items() if n}
    assert {"names": found["summary"]} == found["profiles"]
    assert "shard" not in found
    file = tmp_path / "verdict.json"
    file.write_text(json.dumps(found))
    assert found == artefact.read(file, "verdict")


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


def test_as_the_project_has_it(three: Shards) -> None:
    """Tags, profiles and waivers of the whole are the project's own, whatever a shard says that they are."""
    forged = scenario("One", "simulated", line=2, tags=["quick"], profiles=["easy"], waiver=WAIVER)
    three.write(three.homes[0], 1, forged)
    found = three.whole()
    one = found.run["scenarios"][0]
    assert ([], ["names"], None) == (one["tags"], one["profiles"], one["waiver"])
    required = {"names": Requirement.PROVEN}
    assert Gating(Gate(profiles=required), Grouping({"names": ["dns"]})).red(found.results)
    assert not Gating(Gate(tags={"quick": Requirement.PROVEN})).red(found.results)


def test_a_shard_that_was_cut_short(three: Shards) -> None:
    """The whole did not come to its end either."""
    three.write(three.homes[1], 2, scenario("Two", "error", line=4, ran=False), shard={"ended": False})
    assert not three.whole().run["complete"]


def test_evidence(three: Shards) -> None:
    """It is kept, as it was; that of shards without a platform stands apart for each."""
    path = "evidence/dns-names-4/pods/web.log"
    three.write(three.homes[1], 2, scenario("Two", "failed", line=4, evidence="evidence/dns-names-4", files=[path]))
    three.keep(three.homes[1], path)
    three.keep(three.homes[0], "evidence/provisioning/failure.txt", "no nails")
    three.keep(three.homes[2], "evidence/provisioning/failure.txt", "no wood")
    home = three.root / "report"
    merging.write(three.whole(), three.root, home, ())
    assert "seen" == (home / "local" / path).read_text()
    kept = {f.parent.name: f.read_text() for f in (home / "local" / "evidence").glob("provisioning-*/failure.txt")}
    assert {"provisioning-1": "no nails", "provisioning-3": "no wood"} == kept
    count, problems = manifest.check(home)
    assert [] == problems
    assert count == sum(file.is_file() for file in home.rglob("*")) - 1


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("verdict.json", "expected a file below evidence/dns-names-4"),
        ("evidence/dns-names-2/x", "expected a file below evidence/dns-names-4"),
        ("evidence/dns-names-4/x", "is not there; fetch the shard's report again"),
        ("evidence/dns-names-4/link/passwd", "without links"),
        ("evidence/dns-names-4/passwd", "without links"),
    ],
)
def test_evidence_of_others(three: Shards, path: str, said: str) -> None:
    """A file that a shard names and has not, or that is none of that scenario's, is refused."""
    three.write(three.homes[1], 2, scenario("Two", "failed", line=4, evidence="evidence/dns-names-4", files=[path]))
    whole = three.whole()
    own = three.homes[1] / "local" / "evidence" / "dns-names-4"
    own.mkdir(parents=True)
    (own / "link").symlink_to("/etc")
    (own / "passwd").symlink_to("/etc/passwd")
    with pytest.raises(UsageError, match=said):
        merging.write(whole, three.root, three.root / "report", ())
    assert not (three.root / "report").exists()


def test_apart_from_the_shards(three: Shards) -> None:
    """What is written goes into no shard's folder, and around none."""
    parts = shards.read(three.homes)
    for place in (three.homes[0], three.homes[0] / "local", three.homes[0].parent):
        with pytest.raises(UsageError, match="is a shard's; name a folder apart from it"):
            merging.see_apart(parts, place)
    merging.see_apart(parts, three.root / "report")


def test_as_a_run_of_its_own(project: Project) -> None:
    """Two shards put together are what one run of all would have left, and end with its exit code."""
    project.scenarios(One=HOLDS, Two=FAILS, Three=HOLDS)
    for number in (1, 2):
        project.run("features", f"--seatrial-shard={number}/2", f"--seatrial-report=shards/{number}")
    project.run("features")
    whole, kept = project.verdict, "report/local/evidence/shelf-5/failure.txt"
    told = (project.path / kept).read_text()
    shutil.rmtree(project.path / "report")
    ended = project.seatrial("report", "--merge", "shards/2", "shards/1")
    assert (1, "") == (ended.returncode, ended.stderr)
    assert (
        "3 planned = 2 proven + 0 simulated + 0 attested + 0 not provable + 0 waived + 0 unsteady + 1" in ended.stdout
    )
    assert "2 shards; the report is in report/index.html" in ended.stdout
    assert told == (project.path / kept).read_text()
    differing = {key for key, value in whole.items() if value != project.verdict.get(key)}
    assert differing <= {"began", "seconds", "scenarios"}
    assert whole.keys() == project.verdict.keys()
    for one, other in zip(whole["scenarios"], project.verdict["scenarios"], strict=True):
        assert {key for key, value in one.items() if value != other[key]} <= {
            *("began", "seconds", "since", "steps", "reason")  # which say when, and for how long
        }
    Written(project.path / "report" / "local").check({"One", "Two", "Three"})
    assert (1, []) == (
        len(list((project.path / "report").glob("*/picture.json"))),
        manifest.check(project.path / "report")[1],
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--merge"], "--merge: name the folder of each shard"),
        (["shards/1"], "folders of shards and --require go with --merge"),
        (["--merge", "--check", "shards/1"], "--merge: goes without --check"),
        (["--merge", "shards/1"], "shards/1: expected the report of a shard"),
    ],
)
def test_slips(project: Project, arguments: list[str], said: str) -> None:
    """What is asked for wrongly is one message, and leaves the report alone."""
    ended = project.seatrial("report", *arguments)
    assert (4, True) == (ended.returncode, said in " ".join(ended.stderr.split())), ended.stderr
    assert not (project.path / "report").exists()
