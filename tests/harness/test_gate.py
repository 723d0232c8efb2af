"""The gate: how true verdicts have to be, and which failures are let through, by whom, until when."""

from __future__ import annotations

import datetime as dt
import json
import xml.etree.ElementTree as ET

import jsonschema
import pytest

import seatrial
from seatrial.report import artefact, diff, markdown
from seatrial.scenarios import gate
from tests.report.runs import WAIVER, run, scenario, step
from tests.report.test_formats import Written

from .project import Project

pytest_plugins = ["pytester"]

REAL, MIRRORED, FAILING = 'Then the apple is "red"', 'Then the mirror shows a "red" apple', 'Then the apple is "green"'
LATER = "2999-01-31"


def _gate(project: Project, text: str) -> None:
    with (project.path / "pyproject.toml").open("a") as file:
        file.write(f"\n{text}\n")


def _waiver(project: Project, named: str, until: str = LATER) -> None:
    owned = f'reason = "new disks"\nowner = "team shop"\nuntil = {until}'
    _gate(project, f"[[tool.seatrial.gate.waivers]]\nscenario = {json.dumps(named)}\n{owned}")


@pytest.mark.parametrize("named", ["Two", "features/shelf.feature::Two", "@id:S-2", "id:S-2"])
def test_a_waived_failure(project: Project, named: str) -> None:
    """It is its own verdict, is told in whole, with who answers for it, and lets the run pass."""
    project.feature(f"Feature: X\n  Scenario: One\n    {REAL}\n  @id:S-2\n  Scenario: Two\n    {FAILING}")
    _waiver(project, named)
    result = project.run("features", "-v")
    assert 0 == result.ret
    assert {"One": "proven", "Two": "waived"} == project.verdicts
    result.stdout.fnmatch_lines(
        [
            "features/shelf.feature::Two WAIVED*",
            "*= waived failures =*",
            'features/shelf.feature:6   Then the apple is "green"',
            "  expected   apple  colour green",
            "  last seen  apple  colour red*",
            f"  waived until {LATER} by team shop: new disks",
            "2 planned = 1 proven + 0 simulated + 0 attested + 0 not provable + 1 waived + 0 unsteady + 0 failed + *",
            f"waived: Two (team shop, until {LATER}): new disks",
        ]
    )
    told = project.scenario("Two")
    assert {"reason": "new disks", "owner": "team shop", "until": LATER, "expired": False} == told["waiver"]
    assert (project.path / "report" / "local" / told["evidence"] / "failure.txt").exists()
    assert project.scenario("One")["waiver"] is None


@pytest.mark.parametrize("processes", [[], ["-n2"]], ids=["one", "two"])
def test_in_every_report(project: Project, processes: list[str]) -> None:
    """Each report has it once, as what was let through: none of their readers takes it for a failure."""
    project.scenarios(Two=FAILING, One=REAL)
    _waiver(project, "Two")
    result = project.run_apart("features", "-x", *processes)
    assert 0 == result.ret
    assert {"One": "proven", "Two": "waived"} == project.verdicts
    written = Written(project.path / "report" / "local")
    written.check({"One", "Two"})
    (skipped,) = (part for case in written.cases for part in case if part.tag == "skipped")
    assert (f"waived until {LATER} by team shop: new disks", "waived") == (skipped.get("message"), skipped.get("type"))
    assert "last seen  apple  colour red" in str(skipped.text)
    assert {"One": {"PASSED"}, "Two": {"SKIPPED"}} == written.statuses()
    (finished,) = written.each("testRunFinished")
    assert finished["success"]
    summary = (written.folder / "summary.md").read_text()
    assert summary.startswith("## ✅ Seatrial on local: 2 planned = 1 proven")
    assert f"- ⏳ Two: waived until {LATER} by team shop: new disks" in summary
    assert f"waived until {LATER} by team shop: new disks" in written.page
    assert 'class="badge waived"' in written.page


def test_pytests_own_junit(project: Project) -> None:
    """The runner's own file has it among those that were expected to fail."""
    project.scenarios(One=REAL, Two=FAILING)
    _waiver(project, "Two")
    project.run("features", "--junitxml=junit.xml")
    assert {"One": [], "Two": ["skipped"]} == project.junit
    (skipped,) = ET.parse(project.path / "junit.xml").iter("skipped")  # noqa: S314 - we have just written it
    assert "pytest.xfail" == skipped.get("type")


def test_an_expired_waiver(project: Project) -> None:
    """Once its day is over the run fails, whether the scenario does or not; on the day itself it is in force."""
    yesterday = gate.today() - dt.timedelta(days=1)
    project.scenarios(One=REAL, Two=FAILING)
    _waiver(project, "Two", str(yesterday))
    result = project.run("features")
    assert 1 == result.ret
    assert {"One": "proven", "Two": "failed"} == project.verdicts
    result.stdout.fnmatch_lines([f"expired waiver: Two (team shop, until {yesterday}); mend it, *"])
    project.scenarios(One=REAL, Two=REAL)
    assert 1 == project.run("features").ret
    summary = (project.path / "report" / "local" / "summary.md").read_text()
    assert summary.startswith("## ❌ Seatrial on local: 2 planned = 2 proven")
    assert f"✅ Two: was waived until {yesterday} by team shop" in summary
    settings = project.path / "pyproject.toml"
    settings.write_text(settings.read_text().replace(str(yesterday), str(gate.today())))
    project.scenarios(One=REAL, Two=FAILING)
    assert 0 == project.run("features").ret


def test_a_waiver_of_what_holds(project: Project) -> None:
    """It is a warning, and no more."""
    project.scenarios(One=REAL, Two=REAL)
    _waiver(project, "Two")
    result = project.run("features")
    assert 0 == result.ret
    assert {"One": "proven", "Two": "proven"} == project.verdicts
    result.stdout.fnmatch_lines([f"warning: Two (team shop, until {LATER}) is waived and holds; take the waiver away"])


@pytest.mark.parametrize(
    ("kind", "verdict"),
    [
        ("When the harness breaks", "error"),
        ("Given no words for this", "undefined"),
        ('When the apple is painted "black", which fails for good; Then the apple is "red"', "error"),
        ("When the radio is heard", "not provable"),
    ],
)
def test_what_is_no_failure(project: Project, kind: str, verdict: str) -> None:
    """Nobody has agreed to a harness that breaks, to a sentence without words, or to what was not undone."""
    project.scenarios(Two=kind)
    _waiver(project, "Two")
    assert (0 if verdict == "not provable" else 1) == project.run("features", "--seatrial-patience=0.001").ret
    assert {"Two": verdict} == project.verdicts


@pytest.mark.parametrize(
    ("text", "falls"),
    [
        ('[tool.seatrial.gate]\nrequire = "proven"', "proven is required of every scenario; 1 falls short"),
        ('[tool.seatrial.gate]\nrequire = "simulated"', ""),
        ('[tool.seatrial.gate.tags]\nrelease = "proven"', "proven is required of @release; 1 falls short"),
        ('[tool.seatrial.gate.tags]\nother = "proven"', ""),
        ('[tool.seatrial.gate.profiles]\nshop = "proven"', 'proven is required of the profile "shop"; 1 falls short'),
        ('[tool.seatrial.gate.profiles]\nyard = "proven"', ""),
    ],
)
@pytest.mark.parametrize("own", [False, True], ids=["pyproject.toml", "seatrial.toml"])
def test_what_is_required(project: Project, text: str, falls: str, own: bool) -> None:
    """Of every scenario, of a profile's or of a tag's: whoever falls short fails the run, and only they."""
    project.feature(
        f"Feature: X\n  @other\n  Scenario: One\n    {REAL}\n  @release\n  Scenario: Two\n    {MIRRORED}",
        "shelf/one.feature",
    )
    grouped = '[profiles]\nshop = ["shelf"]\nyard = ["elsewhere"]\n'
    (project.path / "features" / "specification.toml").write_text(grouped)
    if own:
        (project.path / "seatrial.toml").write_text(text.replace("tool.seatrial.", ""))
    else:
        _gate(project, text)
    result = project.run("features")
    assert {"One": "proven", "Two": "simulated"} == project.verdicts
    assert (1 if falls else 0) == result.ret
    assert falls in result.stdout.str()
    assert bool(falls) == ("falls short" in result.stdout.str())


def test_what_is_waived_falls_not_short(project: Project) -> None:
    """A failure that is let through is let through by what is required as well."""
    project.scenarios(One=REAL, Two=FAILING)
    _waiver(project, "Two")
    assert 0 == project.run("features", "--seatrial-require=proven").ret
    project.scenarios(One=FAILING, Two=FAILING)
    assert 1 == project.run("features").ret
    assert {"One": "failed", "Two": "waived"} == project.verdicts


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            'require = "gold"',
            "pyproject.toml: [tool.seatrial.gate] require: Invalid enum value 'gold'; expected proven or",
        ),
        ("requires = 1", "contains unknown field `requires`; expected require, profiles, tags, within, waivers"),
        ("profiles = 3", "[tool.seatrial.gate] profiles: Expected `object`, got `int`"),
        (
            'waivers = [{scenario = "x", reason = "y", owner = "z"}]',
            "waivers[0]: Object missing required field `until`",
        ),
        (
            'waivers = [{scenario = "x", reason = "", owner = "z", until = 2999-01-01}]',
            "waivers[0].reason: Expected `str` of length >= 1",
        ),
        (
            'waivers = [{scenario = "x", reason = "y", owner = "z", until = "soon"}]',
            "waivers[0].until: expected a day, as in until = 2027-01-31",
        ),
        (
            'waivers = [{scenario = "x", reason = "y", owner = "z", untill = 2999-01-01}]',
            "waivers[0]: Object contains unknown field `untill`; expected scenario, reason, owner, until",
        ),
    ],
)
def test_a_gate_that_is_none(project: Project, text: str, message: str) -> None:
    """What cannot be read is one message that names file and field, from a run and from lint; nothing is stood up."""
    project.scenarios(One=REAL)
    _gate(project, f"[tool.seatrial.gate]\n{text}")
    for command in ("verify", "lint"):
        ended = project.seatrial(command)
        assert (4, True) == (ended.returncode, message in " ".join(ended.stderr.split())), ended.stderr + ended.stdout
        assert "Traceback" not in ended.stderr + ended.stdout
    assert not project.calls


def test_two_gates(project: Project) -> None:
    """One place only has the gate."""
    project.scenarios(One=REAL)
    _gate(project, "[tool.seatrial.gate]")
    (project.path / "seatrial.toml").write_text("[gate]\n")
    ended = project.seatrial("verify")
    assert 4 == ended.returncode
    assert "seatrial.toml: [gate]: pyproject.toml has [tool.seatrial.gate] as well" in " ".join(ended.stderr.split())


LINTED = """
[tool.seatrial.gate]
profiles = {shop = "proven"}
tags = {relase = "proven"}
waivers = [
  {scenario = "Tow", reason = "r", owner = "o", until = 2999-01-01},
  {scenario = "One", reason = "r", owner = "o", until = 2999-01-01},
  {scenario = "@id:S-9", reason = "r", owner = "o", until = 2999-01-01},
  {scenario = "Two", reason = "r", owner = "o", until = 2001-01-01},
  {scenario = "Two", reason = "r", owner = "o", until = 2999-01-01},
  {scenario = "@id:S-1", reason = "r", owner = "o", until = 2999-01-01},
]
"""


def test_lint_names_what_names_nothing(project: Project) -> None:
    """Whom the gate names has to be there, once; ids name one scenario each."""
    project.feature(f"Feature: X\n  @id:S-1 @release\n  Scenario: One\n    {REAL}\n  Scenario: Two\n    {FAILING}")
    project.feature(f"Feature: Y\n  @id:S-2\n  Scenario: One\n    {REAL}\n  @id:S-2 @id:\n  Scenario: Four\n    {REAL}",
                    "y.feature")  # fmt: skip
    _gate(project, LINTED)
    places = "features/shelf.feature:3, features/y.feature:3"
    at = "pyproject.toml: [tool.seatrial.gate]"
    said = project.seatrial("lint").stdout
    found = [line for line in said.splitlines() if line.startswith(at) or "@id:" in line]
    assert [
        f"{at} waivers[0]: names no scenario: Tow; near it is: Two",
        f"{at} waivers[1]: names several scenarios: One ({places}); name one as features/file.feature::its name",
        f"{at} waivers[2]: names no scenario: @id:S-9",
        f"{at} waivers[3]: expired on 2001-01-01: Two (o); mend it, or agree on another day",
        f"{at} waivers[4]: a second waiver of Two; keep one of both",
        f"{at} profiles: no profile 'shop'",
        f"{at} tags: no scenario has the tag 'relase'; near it is: release",
        "features/y.feature:6: @id: has no id after it: write @id:DNS-3",
        "features/y.feature:6: @id:S-2 is at features/y.feature:3 as well; an id names one scenario",
    ] == sorted(found, key=lambda line: (not line.startswith(at), 0 if line.startswith(at) else line))


def test_ids_and_owners(project: Project) -> None:
    """They stand beside the scenario in each report; the owner's scenarios can be selected."""
    project.feature(f"@owner:shop\nFeature: X\n  @id:S-1 @other\n  Scenario: One\n    {FAILING}")
    project.feature(f"Feature: Y\n  Scenario: Two\n    {REAL}", "y.feature")
    project.run("features", "-m", "owner:shop")
    assert {"One": "failed"} == project.verdicts
    folder = project.path / "report" / "local"
    assert "features/shelf.feature:4\n@id:S-1 @owner:shop\nverdict: failed" in (folder / "junit.xml").read_text()
    assert "features/shelf.feature:4 @&#8203;id:S-1 @&#8203;owner:shop</summary>" in (folder / "summary.md").read_text()
    assert '"name":"@owner:shop"' in (folder / "messages.ndjson").read_text()
    page = (project.path / "report" / "index.html").read_text()
    assert '<span class="tag">@id:S-1</span>' in page
    assert '<span class="tag">@owner:shop</span>' in page


def test_what_a_saboteur_breaks(project: Project) -> None:
    """A witness waives nothing: what was broken on purpose has to be noticed."""
    project.scenarios(Two=FAILING)
    _waiver(project, "Two")
    assert 1 == project.run("features", "--seatrial-sabotaged").ret
    assert {"Two": "failed"} == project.verdicts


def test_between_two_runs() -> None:
    """To become waived is no regression, and is told; to fail after that is one."""
    proven, waived, failed = scenario(), scenario(verdict="waived"), scenario(verdict="failed")
    for before, after, group in (
        (proven, waived, "waived"),
        (failed, waived, "waived"),
        (waived, failed, "regressed"),
        (waived, proven, "newly_proven"),
        (waived, waived, ""),
    ):
        found = diff.compare(run(before), run(after))
        assert ({group} if group else set()) == {name for name, changes in found.plain().items() if changes}
        assert ("regressed" == group) == found.worse
    fresh = diff.compare(run(proven), run(proven, scenario("Two", "waived", steps=[step("it floats")])))
    assert (["Two"], ["Two"], False) == (
        [c.scenario for c in fresh.new],
        [c.scenario for c in fresh.waived],
        fresh.worse,
    )
    assert "### ⏳ Waived (1)" in markdown.of_diff(fresh, run(proven), run(proven))


def test_the_schema(project: Project) -> None:
    """What is waived says by whom; a waiver that says nothing is no waiver."""
    schema = json.loads((project.path.__class__(seatrial.__file__).parent / "verdict.schema.json").read_text())
    good = run(scenario(verdict="waived"))
    jsonschema.validate(good, schema)
    for wrong in (None, WAIVER | {"owner": ""}, WAIVER | {"until": "soon"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(run(scenario(verdict="waived", waiver=wrong)), schema)
    file = project.path / "verdict.json"
    file.write_text(json.dumps(good))
    assert good == artefact.read(file, "verdict")
