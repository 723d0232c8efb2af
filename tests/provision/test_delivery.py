"""The pipelines as documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from provision.observers.delivery import Delivery
from seatrial.errors import UsageError

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
    assert {"test"} == jobs["build"]["after"]
    assert {"build"} == jobs["roll-out"]["after"]


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
