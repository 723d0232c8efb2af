"""`seatrial report --merge`: shards are put together into what one run of all would have left."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from seatrial.errors import UsageError
from seatrial.report import artefact, manifest, merging, shards
from seatrial.report.gating import Gating
from seatrial.report.grouping import Grouping
from seatrial.scenarios.gate import Gate
from seatrial.scenarios.verdict import Requirement
from tests.harness.project import Project

from .parts import NAMES, Shards
from .runs import WAIVER, scenario
from .test_formats import Written

pytest_plugins = ["pytester"]

HOLDS, FAILS = 'Given the shelf is filled; Then the apple is "red"', 'Then the apple is "green"'


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
    whole, kept = project.verdict, "local/evidence/shelf-5/failure.txt"
    shutil.rmtree(project.path / "report")
    ended = project.seatrial("report", "--merge", "shards/2", "shards/1")
    assert (1, "") == (ended.returncode, ended.stderr)
    assert (
        "3 planned = 2 proven + 0 simulated + 0 attested + 0 not provable + 0 waived + 0 unsteady + 1" in ended.stdout
    )
    assert "2 shards; the report is in report/index.html" in ended.stdout
    assert (project.path / "shards/1" / kept).read_bytes() == (project.path / "report" / kept).read_bytes()
    differing = {key for key, value in whole.items() if value != project.verdict.get(key)}
    assert differing <= {"began", "seconds", "scenarios"}
    assert whole.keys() == project.verdict.keys()
    for one, other in zip(whole["scenarios"], project.verdict["scenarios"], strict=True):
        assert {key for key, value in one.items() if value != other[key]} <= {
            *("began", "seconds", "since", "steps", "reason")  # which say when, and for how long
        }
    Written(project.path / "report" / "local").check({"One", "Two", "Three"})
    assert [] == manifest.check(project.path / "report")[1]


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
