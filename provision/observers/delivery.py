"""The delivery pipelines as documents: what Concourse would do, read from ``ci/``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from provision.observers import plans
from provision.observers.recipe import installed
from seatrial import bounded_yaml
from seatrial.checks.observer import Fidelity, Observer, reading_of_settings
from seatrial.errors import UsageError

_VARIABLE = re.compile(r"\(\(([A-Za-z0-9_-]+)\)\)")
_TOOLS = {"kops": "kops", "kubectl": "kubectl", "jq": "jq", "aws": "aws", "seatrial": "src"}
"""The programs of the image of tools, each with what is installed for it: Seatrial is a folder."""
_SECRETS = (
    "aws-access-key-id",
    "aws-secret-access-key",
    "registry-user",
    "registry-password",
    "git-user",
    "git-password",
)
_BY_HAND = "start"
"""The one pipeline that is set by hand, with the default variables and the team's name."""


class Delivery(Observer):
    """The pipelines below *folder*; no server has run them, which is why they are simulated."""

    def __init__(self, folder: Path) -> None:
        super().__init__("delivery", Fidelity.SIMULATED)
        self._folder = folder

    @reading_of_settings
    def pipelines(self) -> list[str]:
        """Name the pipelines: every document with jobs."""
        return sorted(file.stem for file in self._folder.glob("*.yml") if "jobs" in self._read(file))

    @reading_of_settings
    def jobs(self, pipeline: str) -> dict[str, dict[str, object]]:
        """Return the jobs of *pipeline* by name: `plans.job` says with what.

        Raises:
            UsageError: If there is no such pipeline, or it is not YAML.
        """
        return {job["name"]: plans.job(job) for job in self._jobs(pipeline)}

    @reading_of_settings
    def resources(self, pipeline: str) -> dict[str, dict[str, object]]:
        """Return the resources of *pipeline* by name, with ``type`` and ``source``."""
        found = self._read(self._folder / f"{pipeline}.yml").get("resources", [])
        return {r["name"]: {"type": r["type"], "source": r.get("source", {})} for r in found}

    @reading_of_settings
    def tools(self) -> dict[str, dict[str, object]]:
        """Return the programs that the recipe of the image of tools installs, by name, with the recipe's file."""
        recipe = self._folder.parent / "images" / "tools" / "Dockerfile"
        there = installed(recipe.read_text("utf-8"))
        return {name: {"file": "images/tools/Dockerfile"} for name, word in _TOOLS.items() if word in there}

    @reading_of_settings
    def undefined_variables(self, pipeline: str) -> list[str]:
        """Name the variables of *pipeline* that neither whoever sets it nor the credential manager gives."""
        used = set(_VARIABLE.findall((self._folder / f"{pipeline}.yml").read_text("utf-8")))
        return sorted(used - set(_SECRETS) - self._given(pipeline))

    @reading_of_settings
    def missing_tasks(self, pipeline: str) -> list[str]:
        """Name the task files that *pipeline* refers to and that are not there."""
        files = [s["file"].partition("/")[2] for _, s in self._tasks(pipeline) if "file" in s]
        return sorted(f for f in files if not (self._folder.parent / f).exists())

    @reading_of_settings
    def idle_jobs(self, pipeline: str) -> list[str]:
        """Name the jobs of *pipeline* that have nothing to do, and the tasks that do nothing or pass in any case."""
        jobs = self.jobs(pipeline)
        idle = [name for name, row in jobs.items() if not row["tasks"] and not row["sets"]]
        return sorted(idle + [f"{job}/{s['task']}" for job, s in self._tasks(pipeline) if plans.idle(self._run(s))])

    @reading_of_settings
    def commands(self, pipeline: str, task: str = "") -> dict[str, list[str]]:
        """Return the commands that each job of *pipeline* runs in its tasks, but for those that do nothing.

        Those of one *task* alone if it is named.
        """
        found: dict[str, list[str]] = {name: [] for name in self.jobs(pipeline)}
        for job, step in self._tasks(pipeline):
            found[job] += plans.commands(self._run(step)) if task in ("", step["task"]) else ()
        return found

    def _given(self, pipeline: str) -> set[str]:
        if pipeline == _BY_HAND:
            return {*self._read(self._folder / "defaults.yml"), "teamid"}
        setters = [s for job in self._jobs(_BY_HAND) for s in plans.steps(job["plan"]) if "set_pipeline" in s]
        given = [self._given_by(step) for step in setters if plans.document(step) == pipeline]
        return set.intersection(*given) if given else set()

    def _given_by(self, step: Mapping[str, Any]) -> set[str]:
        files = [self._folder / Path(file).name for file in step.get("var_files", [])]
        return {name for file in files for name in self._read(file)} | set(step.get("vars", {}))

    def _tasks(self, pipeline: str) -> Iterator[tuple[str, dict[str, Any]]]:
        for job in self._jobs(pipeline):
            yield from ((job["name"], step) for step in plans.all_steps([*job["plan"], job]) if "task" in step)

    def _run(self, step: Mapping[str, Any]) -> Mapping[str, Any]:
        config = step.get("config")
        if config is None:
            file = self._folder.parent / str(step["file"]).partition("/")[2]
            config = self._read(file) if file.exists() else {}
        run: Mapping[str, Any] = config.get("run", {})
        return run

    def _jobs(self, pipeline: str) -> list[dict[str, Any]]:
        jobs: list[dict[str, Any]] = self._read(self._folder / f"{pipeline}.yml")["jobs"]
        return jobs

    def _read(self, file: Path) -> Any:
        try:
            return YAML(typ="safe").load(bounded_yaml.read(file))
        except FileNotFoundError:
            raise UsageError(f"{file}: no such pipeline; expected one of the documents in {self._folder}") from None
        except (OSError, UnicodeDecodeError, YAMLError, yaml.YAMLError) as error:
            raise UsageError(f"{file}: {error}") from error
