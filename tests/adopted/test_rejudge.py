"""A scenario is judged again of what was kept when it failed, and nothing more is said of it than that shows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from lightkube.models.core_v1 import Container, PodSpec
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.apps_v1 import Deployment
from lightkube.resources.core_v1 import Event, Pod

from seatrial.adopted.kept import KeptCluster, KeptPlatform, KeptProvisioning
from seatrial.checks.convergence import UnmetError, always, eventually
from seatrial.checks.expectations import every
from seatrial.checks.observer import RECORDER, Absent, NotProvableError
from seatrial.cli import rejudging
from seatrial.errors import UsageError
from seatrial.provisioning.adopting import LookedAt
from tests.report.runs import run, scenario

from .conftest import Project, Standing

READY = {"conditions": [{"type": "Ready", "status": "True"}], "phase": "Running"}
POD = {"metadata": {"name": "web-1", "namespace": "shop", "labels": {"app": "web"}}, "status": READY}


@pytest.fixture
def _still() -> Iterator[None]:
    RECORDER.still = "it is judged of what was kept"
    yield
    RECORDER.still = ""


@pytest.fixture
def _unready(standing: Standing) -> Iterator[None]:
    """A pod that nobody starts, whatever other tests have left in the cluster."""
    client = standing.kubernetes.client
    meta, spec = ObjectMeta(name="waiting", namespace="default"), PodSpec(containers=[Container("web", image="web:1")])
    client.create(Pod(metadata=meta, spec=spec))
    yield
    client.delete(Pod, "waiting", namespace="default", grace_period=0)


@pytest.mark.usefixtures("_unready")
def test_of_a_failure(project: Project, standing: Standing) -> None:
    """Without its cluster it fails in the same words; of a mended bundle it holds, and no report is touched."""
    project.scenarios(
        {"Ready": "Then every pod is ready", "It answers": "Then the cluster's API answers within 5 seconds"}
    )
    assert 1 == project.seatrial("verify", "--patience=0.01").returncode
    evidence = project.results["Ready"]["evidence"]
    bundle = Path("report") / "adopted" / evidence
    written = (project.path / "report" / "adopted" / "verdict.json").read_bytes()
    before = standing.asked()
    failed = project.seatrial("rejudge", str(bundle))
    assert 1 == failed.returncode, failed.stdout + failed.stderr
    assert project.results["Ready"]["reason"].splitlines()[1].split("    ")[0] in failed.stdout
    assert "features/first.feature::Ready: was failed; of what was kept: failed" in failed.stdout
    objects = project.path / bundle / "cluster.json"
    objects.write_text(json.dumps(json.loads(objects.read_text()) | {"Pod": [POD]}))
    held = project.seatrial("rejudge", str(bundle))
    assert 0 == held.returncode, held.stdout + held.stderr
    assert "was failed; of what was kept: holds on it" in held.stdout
    assert before == standing.asked()
    assert written == (project.path / "report" / "adopted" / "verdict.json").read_bytes()
    assert not (project.path / ".seatrial" / "rejudge").exists()
    strange = project.seatrial("rejudge", "report/adopted")
    assert 4 == strange.returncode
    assert "Traceback" not in strange.stderr


def test_what_a_bundle_answers() -> None:
    """It selects as a cluster does; of a kind that nobody had looked at it does not even know that there is none."""
    cluster = KeptCluster(Path("b"), {"Pod": [POD], "Event": [{"about": "Pod shop/web-1"}]})
    assert ["web-1"] == [pod.metadata.name for pod in cluster.all(Pod, namespace="shop", labels={"app": "web"})]  # type: ignore[union-attr]
    assert [] == cluster.all(Pod, namespace="other")
    for kind in (Deployment, Event):
        with pytest.raises(NotProvableError, match=f"has no objects of the kind {kind.__name__}"):
            cluster.all(kind)
    with pytest.raises(NotProvableError, match="no API server to ask"):
        cluster.fresh(Pod, "web-1", namespace="shop")


@pytest.mark.usefixtures("_still")
def test_nothing_changes_by_waiting() -> None:
    """What is to come is looked at once; that something stays so is more than was seen."""
    with pytest.raises(UnmetError) as unmet:
        eventually(lambda: {"a": {"ready": False}}, every("pods", ready=True), within=60)
    assert 1 == unmet.value.looks
    with pytest.raises(NotProvableError, match="it held then; that it stays so cannot be seen"):
        always(lambda: {"a": {"ready": True}}, every("pods", ready=True), during=60)
    with pytest.raises(UnmetError):
        always(lambda: {"a": {"ready": False}}, every("pods", ready=True), during=60)


def test_what_it_lacks(tmp_path: Path) -> None:
    """Every other observer is lacking, and nothing may be changed."""
    platform = KeptPlatform(tmp_path, tmp_path, {}, ["cluster", "http"])
    assert isinstance(platform, LookedAt)
    assert isinstance(platform.instruments()["http"], Absent)
    with pytest.raises(NotProvableError, match="only looked at"):
        platform.actuators().kube()


@pytest.mark.parametrize("text", [None, "{", "[]", '{"Pod": {}}', '{"Pod": [1]}'])
def test_no_bundle(tmp_path: Path, text: str | None) -> None:
    """It is one message that says what was expected."""
    if text is not None:
        (tmp_path / "cluster.json").write_text(text)
    with pytest.raises(UsageError, match="expected the folder of a failure's evidence"):
        KeptProvisioning(tmp_path, tmp_path, []).open("rejudge", "evidence")


@pytest.mark.parametrize(
    "nodeid",
    [
        "--basetemp=/tmp/anything",
        "-pevil::x",
        "stranger/evidence/x/test_evil.py",
        "features/conftest.py::x",
        "stranger/evil.feature::x",
        "features/../stranger/evil.feature::x",
        "/features/evil.feature::x",
    ],
)
def test_a_bundle_that_names_something_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nodeid: str) -> None:
    """What a stranger's run calls a scenario is neither an option nor a file whose code is run."""
    made = run(scenario("x", "failed", nodeid=nodeid, reason="r", evidence="evidence/x-1"))
    home = tmp_path / "report" / "adopted"
    (home / "evidence" / "x-1").mkdir(parents=True)
    (home / "verdict.json").write_text(json.dumps(made))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(pytest, "main", lambda *_: pytest.fail("pytest was run"))
    with pytest.raises(UsageError, match=r"expected a (scenario as in|path below)"):
        rejudging.rejudge(home / "evidence" / "x-1")
