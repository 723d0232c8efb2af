"""The delivery pipelines as documents: what Concourse would do, read from ``ci/``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from provision import bounded_yaml
from seatrial.checks.observer import Fidelity, Observer, reading_of_settings
from seatrial.errors import UsageError

_VARIABLE = re.compile(r"\(\(([A-Za-z0-9_-]+)\)\)")
_TOOLS = {"kops": "kops", "kubectl": "kubectl", "jq": "jq", "aws": "awscli", "seatrial": "seatrial"}
_SECRETS = ("aws-access-key-id", "aws-secret-access-key", "registry-user", "registry-password")


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
        """Return the jobs of *pipeline* by name.

        Each has ``triggers`` (resources whose change starts it), ``after`` (jobs that must have passed), ``tasks``,
        ``puts`` (resources that it makes), ``sets`` (pipelines that it sets) and ``minutes`` (the longest time limit
        of its tasks).

        Raises:
            UsageError: If there is no such pipeline, or it is not YAML.
        """
        return {job["name"]: _job(job) for job in self._read(self._folder / f"{pipeline}.yml")["jobs"]}

    @reading_of_settings
    def resources(self, pipeline: str) -> dict[str, dict[str, object]]:
        """Return the resources of *pipeline* by name, with ``type`` and ``source``."""
        found = self._read(self._folder / f"{pipeline}.yml").get("resources", [])
        return {r["name"]: {"type": r["type"], "source": r.get("source", {})} for r in found}

    @reading_of_settings
    def tools(self) -> dict[str, dict[str, object]]:
        """Return the programs that the image of tools holds, by name: the ``file`` that puts them there."""
        dockerfile = self._folder.parent / "images" / "tools" / "Dockerfile"
        words = set(re.findall(r"[a-z][a-z-]*", dockerfile.read_text("utf-8").lower()))
        return {name: {"file": "images/tools/Dockerfile"} for name, word in _TOOLS.items() if word in words}

    @reading_of_settings
    def undefined_variables(self, pipeline: str) -> list[str]:
        """Name the variables of *pipeline* that neither the defaults, the team id nor the credential manager gives."""
        used = set(_VARIABLE.findall((self._folder / f"{pipeline}.yml").read_text("utf-8")))
        starter = self._read(self._folder / "start.yml")
        given = {name for job in starter["jobs"] for step in _steps(job["plan"]) for name in step.get("vars", {})}
        return sorted(used - set(self._read(self._folder / "defaults.yml")) - given - set(_SECRETS) - {"teamid"})

    @reading_of_settings
    def missing_tasks(self, pipeline: str) -> list[str]:
        """Name the task files that *pipeline* refers to and that are not there."""
        steps = [s for job in self._read(self._folder / f"{pipeline}.yml")["jobs"] for s in _steps(job["plan"])]
        files = [s["file"].partition("/")[2] for s in steps if "task" in s and "file" in s]
        return sorted(f for f in files if not (self._folder.parent / f).exists())

    def _read(self, file: Path) -> Any:
        try:
            return YAML(typ="safe").load(bounded_yaml.read(file))
        except FileNotFoundError:
            raise UsageError(f"{file}: no such pipeline; expected one of the documents in {self._folder}") from None
        except (OSError, UnicodeDecodeError, YAMLError, yaml.YAMLError) as error:
            raise UsageError(f"{file}: {error}") from error


def _steps(plan: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for step in plan:
        inner = step.get("in_parallel", step.get("do"))
        if isinstance(inner, Mapping):
            inner = inner["steps"]
        yield from _steps(inner) if inner else [step]


def _job(job: dict[str, Any]) -> dict[str, object]:
    steps = list(_steps(job["plan"]))
    return {
        "triggers": {s["get"] for s in steps if "get" in s and s.get("trigger")},
        "after": {name for s in steps for name in s.get("passed", [])},
        "tasks": [s["task"] for s in steps if "task" in s],
        "puts": {s["put"] for s in steps if "put" in s},
        "sets": {s["set_pipeline"] for s in steps if "set_pipeline" in s},
        "minutes": max((int(s["timeout"].removesuffix("m")) for s in steps if "timeout" in s), default=None),
    }
