"""Time limits, the recorder, sums, streams and plans."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest

from seatrial.checks.limits import Time
from seatrial.checks.observer import Fidelity, Observer, Recorder
from seatrial.errors import StandupError, UsageError
from seatrial.provisioning.loading import load
from seatrial.provisioning.progress import Progress, Quiet
from seatrial.provisioning.standup import Gate, Step, run
from seatrial.provisioning.state import PlatformState
from seatrial.scenarios.evidence import folder_name
from seatrial.scenarios.verdict import Requirement, Result, Verdict, of_passed, summary


def test_patience() -> None:
    """Patience scales the limits, and not the windows of observation."""
    time = Time(patience=2)
    assert (Time.settle * 2, Time.window) == (time.settle, time.window)
    time.patience = 1
    assert Time.settle == time.settle


def test_weakest() -> None:
    """A recorder keeps the weakest fidelity of each observer and part, and of all."""
    recorder = Recorder()
    observer = Observer("cluster", Fidelity.REAL, recorder)
    weakest = [recorder.weakest]
    observer.touch("Pod", Fidelity.SIMULATED)
    observer.touch()
    assert {"cluster: Pod": Fidelity.SIMULATED, "cluster": Fidelity.REAL} == recorder.touched
    assert [Fidelity.REAL, Fidelity.SIMULATED] == [*weakest, recorder.weakest]


def test_passed() -> None:
    """Only what touched nothing but the real thing is proven."""
    assert [Verdict.SIMULATED, Verdict.SIMULATED, Verdict.PROVEN] == [of_passed(fidelity) for fidelity in Fidelity]
    assert Requirement.SIMULATED.met_by(Verdict.PROVEN)
    assert not Requirement.PROVEN.met_by(Verdict.SIMULATED)


def test_summary() -> None:
    """Each result is counted once."""
    results = [Result(str(n), verdict) for n, verdict in enumerate([*Verdict, Verdict.FAILED])]
    held = "1 proven + 1 simulated + 1 attested + 1 not provable + 1 waived"
    assert f"10 planned = {held} + 1 unsteady + 2 failed + 1 error + 1 undefined" == summary(results)


def test_folder_name() -> None:
    """Evidence is found by concern, feature and line."""
    assert "dns-records-14" == folder_name("features/dns/records.feature", 14)
    assert folder_name("records.feature", 3).startswith("records-3-x")  # outside of features: told from one inside


def test_a_plan(tmp_path: Path) -> None:
    """Steps are taken in order, each after the gates of the one before, and their times are recorded."""
    taken, unmet = [], iter([["no wood"], []])
    gate = Gate("wood is there", lambda: next(unmet), within=30)
    state = PlatformState(tmp_path, "trial")
    plan = [Step("cut", lambda: taken.append("cut"), [gate]), Step("fill", lambda: taken.append("fill"))]
    out = io.StringIO()
    run(plan, state, Progress(out))
    assert ["cut", "fill"] == taken
    said = re.sub(r"\d+\.\d s", "N s", out.getvalue()).splitlines()
    assert ["1/2 cut", "    waiting: wood is there", "✓ 1/2 cut  N s"] == said[:3]
    steps = (state.read("standup") or {})["steps"]
    assert [("cut", True, ["wood is there"]), ("fill", True, [])] == [
        (step["step"], step["done"], list(step["gates"])) for step in steps.values()
    ]


def test_a_gate_that_is_not_met(tmp_path: Path) -> None:
    """A gate that is not met within its limit is named with what was last seen, scaled by patience."""
    gate = Gate("wood is there", lambda: ["oak", "elm", "ash", "fir"], within=0.01)
    state = PlatformState(tmp_path, "trial")
    with pytest.raises(
        StandupError, match=r'1/1 cut: the gate "wood is there" was not met within 0\.02 s; last seen: '
    ):
        run([Step("cut", lambda: None, [gate])], state, Quiet(), patience=2)
    assert not (state.read("standup") or {})["steps"]["1"]["done"]

    def look() -> list[str]:
        raise ConnectionError("fog")

    with pytest.raises(StandupError, match="could not look: ConnectionError: fog"):
        run([Step("cut", lambda: None, [Gate("wood", look, within=0)])], state, Quiet())


def test_a_step_that_fails(tmp_path: Path) -> None:
    """A step that fails names itself."""

    def do() -> None:
        raise OSError("no saw")

    with pytest.raises(StandupError, match="1/1 cut failed: no saw"):
        run([Step("cut", do)], PlatformState(tmp_path, "trial"), Quiet())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "no pyproject.toml and no features here; run seatrial in the project's root folder"),
        ("[tool", "pyproject.toml: "),
        (
            '[tool.seatrial]\nprovisioning = "provision"',
            r'\[tool.seatrial\] provisioning: expected "package.module:name", got \'provision\'',
        ),
        (
            '[tool.seatrial]\nprovisioning = "nowhere:It"',
            "'nowhere:It' cannot be loaded: ModuleNotFoundError: No module named 'nowhere'",
        ),
        (
            '[tool.seatrial]\nprovisioning = "json:It"',
            "'json:It' cannot be loaded: AttributeError: module 'json' has no attribute 'It'",
        ),
    ],
)
def test_projects_that_cannot_be_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | None, message: str
) -> None:
    """What is wrong with a project's file is one message that names the file."""
    monkeypatch.syspath_prepend(str(tmp_path))
    if text is not None:
        (tmp_path / "pyproject.toml").write_text(text)
    with pytest.raises(UsageError, match=message):
        load(tmp_path)


def test_schema_names_every_verdict() -> None:
    """The published schema knows the verdicts that there are, and no other."""
    schema = json.loads((Path(__file__).parents[2] / "seatrial" / "verdict.schema.json").read_text())
    assert [str(v) for v in Verdict] == schema["$defs"]["scenario"]["properties"]["verdict"]["enum"]
    assert ["planned", *map(str, Verdict)] == schema["$defs"]["counts"]["required"]


def test_a_server_is_given_its_time() -> None:
    """However little patience a run has, a cache is given the time that confirming it takes; with more it gets more."""
    bound = Time().fresh
    assert (bound, 2 * bound) == (Time(patience=0.01).fresh, Time(patience=2).fresh)
