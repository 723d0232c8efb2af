"""The pipelines as documents."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from provision.observers.delivery import Delivery
from provision.observers.recipe import installed
from seatrial.errors import UsageError
from steps.support.delivery import following, looking, made_before, made_from, set_by, taking_back, watching

CI = Path(__file__).parents[2] / "ci"


def test_the_projects_own_pipelines_are_complete() -> None:
    """Every variable is given and every task file is there, in every pipeline."""
    delivery = Delivery(CI)
    assert ["microservice", "platform", "start", "tools-image"] == delivery.pipelines()
    for pipeline in delivery.pipelines():
        assert [] == delivery.undefined_variables(pipeline)
        assert [] == delivery.missing_tasks(pipeline)


def test_jobs_follow_one_another() -> None:
    """A microservice is rolled out after it was built, and built after it was tested."""
    jobs = Delivery(CI).jobs("microservice")
    assert {"source"} == jobs["test"]["triggers"]
    assert {"version"} == following(Delivery(CI), "microservice", "build")["roll-out"]["starts_it"]
    assert set() == following(Delivery(CI), "microservice", "build")["roll-out"]["taken_past_it"]


def test_a_variable_that_nobody_gives_is_named(tmp_path: Path) -> None:
    """A pipeline that uses a variable without a value is found out."""
    for name in ("start", "defaults"):
        (tmp_path / f"{name}.yml").write_text((CI / f"{name}.yml").read_text("utf-8"), "utf-8")
    (tmp_path / "odd.yml").write_text("jobs: [{name: a, plan: [{get: ((nobody))}]}]\n", "utf-8")
    assert ["nobody"] == Delivery(tmp_path).undefined_variables("odd")


def test_a_task_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A pipeline that refers to a task file that is missing is found out."""
    folder = tmp_path / "ci"
    folder.mkdir()
    (folder / "odd.yml").write_text("jobs: [{name: a, plan: [{task: t, file: platform/ci/tasks/t.yml}]}]\n", "utf-8")
    assert ["ci/tasks/t.yml"] == Delivery(folder).missing_tasks("odd")


@pytest.mark.parametrize(("text", "message"), [(None, "no such pipeline"), ("jobs: [", "odd.yml")])
def test_a_pipeline_that_cannot_be_read_is_named(tmp_path: Path, text: str | None, message: str) -> None:
    """A missing document and broken YAML are refused with the file's name."""
    if text is not None:
        (tmp_path / "odd.yml").write_text(text, "utf-8")
    with pytest.raises(UsageError, match=message):
        Delivery(tmp_path).jobs("odd")


_SOURCE = "{get: source, trigger: true, passed: [test]}"
_PLATFORM = "{get: platform, trigger: true, passed: [stand-up]}"
_TASK = "make -C source test"


@pytest.mark.parametrize(
    ("file", "agreed", "instead", "look", "seen"),
    [
        pytest.param(
            "microservice.yml", _SOURCE, "{get: source, trigger: true}",
            lambda d: following(d, "microservice", "test")["build"]["taken_past_it"], {"source"}, id="not tested",
        ),
        pytest.param(
            "microservice.yml", _SOURCE, "{get: source, passed: [test]}",
            lambda d: following(d, "microservice", "test")["build"]["starts_it"], set(), id="never built",
        ),
        pytest.param(
            "microservice.yml", "{get: version, trigger: true, passed: [build]}", "{get: version, passed: [build]}",
            lambda d: following(d, "microservice", "build")["roll-out"]["starts_it"], set(), id="never rolled out",
        ),
        pytest.param(
            "microservice.yml", "- {get: source, trigger: true}\n", "- {get: source}\n",
            lambda d: watching(d, "microservice")["test"]["watches"], set(), id="a push starts nothing",
        ),
        pytest.param(
            "microservice.yml", "- {put: image,", "- {put: nothing,",
            lambda d: "image" in d.jobs("microservice")["build"]["puts"], False, id="no image",
        ),
        pytest.param(
            "tools-image.yml", "- {put: tools-image,", "- {put: nothing,",
            lambda d: "tools-image" in d.jobs("tools-image")["build-tools-image"]["puts"], False, id="no tools",
        ),
        pytest.param(
            "tools-image.yml", "{get: source, trigger: true}", "{get: source}",
            lambda d: watching(d, "tools-image")["build-tools-image"]["watches"], set(), id="tools never built",
        ),
        pytest.param(
            "platform.yml", _PLATFORM, "{get: platform, trigger: true}",
            lambda d: following(d, "platform", "stand-up")["verify"]["taken_past_it"], {"platform"}, id="not judged",
        ),
        pytest.param(
            "platform.yml", "        timeout: 14m\n", "",
            lambda d: d.jobs("platform")["stand-up"]["minutes"], None, id="no limit",
        ),
        pytest.param(
            "tasks/test-microservice.yml", _TASK, "true", lambda d: d.idle_jobs("microservice"), ["test/test"],
            id="a test of nothing",
        ),
        pytest.param(
            "tasks/test-microservice.yml", _TASK, f"{_TASK} || true", lambda d: d.idle_jobs("microservice"),
            ["test/test"], id="a test that always passes",
        ),
        pytest.param(
            "tasks/stand-up.yml", "seatrial up --target aws", "echo done", lambda d: d.idle_jobs("platform"),
            ["stand-up/stand-up"], id="a standup of nothing",
        ),
        pytest.param(
            "tasks/find-drift.yml", "seatrial drift", "seatrial verify",
            lambda d: looking(d, "platform")["find-drift"]["does_besides"], ["seatrial verify --target aws"],
            id="a look that changes something",
        ),
        pytest.param(
            "tasks/find-drift.yml", "seatrial drift --target aws", "true",
            lambda d: looking(d, "platform")["find-drift"]["looks"], [], id="no look at all",
        ),
        pytest.param(
            "start.yml", "- set_pipeline: msvc2", "- set_pipeline: msvc1",
            lambda d: set(made_from(d, "start", "microservice")), {"msvc1"}, id="a microservice without a pipeline",
        ),
        pytest.param(
            "microservice.yml", "- {put: platform-head, params: {repository: released, rebase: true}}", "",
            lambda d: made_before(d, "microservice", "roll-out")["roll-out"]["made_before"], set(),
            id="a version that nobody writes down",
        ),
        pytest.param(
            "microservice.yml", "on_failure:", "on_abort:",
            lambda d: taking_back(d, "microservice", "roll-out")["roll-out"]["if_it_fails"], [],
            id="a version that nobody takes back",
        ),
        pytest.param(
            "tasks/roll-out.yml", " --timeout 5m", "",
            lambda d: taking_back(d, "microservice", "roll-out")["roll-out"]["waits_for"], set(),
            id="a version that is waited for in vain",
        ),
        pytest.param(
            "microservice.yml", "ci/tasks/withdraw.yml", "ci/tasks/withdrawn.yml",
            lambda d: d.missing_tasks("microservice"), ["ci/tasks/withdrawn.yml"],
            id="a task for when one fails that is not in Git",
        ),
        pytest.param(
            "start.yml", "platform/ci/tools-image.yml", "platform/ci/platform.yml",
            lambda d: set_by(d, "start")["tools-image"], {"set_by_it": False}, id="a pipeline that nobody sets",
        ),
        pytest.param(
            "start.yml", ", var_files: [platform/ci/defaults.yml]}", "}",
            lambda d: "tools-image" in d.undefined_variables("tools-image"), True, id="defaults that nobody hands on",
        ),
    ],
)  # fmt: skip
def test_a_pipeline_that_was_spoilt_is_found_out(
    tmp_path: Path, file: str, agreed: str, instead: str, look: Callable[[Delivery], object], seen: object
) -> None:
    """Whatever is taken out of the project's own pipelines is seen to be missing."""
    spoilt = Path(shutil.copytree(CI, tmp_path / "ci"))
    was = (spoilt / file).read_text("utf-8")
    assert agreed in was
    assert seen != look(Delivery(spoilt))
    (spoilt / file).write_text(was.replace(agreed, instead, 1), "utf-8")
    assert seen == look(Delivery(spoilt))


def test_words_beside_the_commands_of_a_recipe_install_nothing() -> None:
    """What a comment, an argument or an earlier stage names is not in the image."""
    recipe = "FROM a\nRUN apt-get install jq\nFROM scratch\n# kops and kubectl\nARG KOPS=kops\nRUN echo kubectl aws\n"
    assert set() == installed(recipe)
    assert "jq" in installed("FROM a\nRUN apt-get update \\\n && apt-get install --yes jq\n")
