"""The parts for CI systems: valid by their makers' schemas, and run as far as that goes on this machine."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema.validators import validator_for

from seatrial.cli.starting import Ci, Start
from tests.adopted.conftest import LOOKER, Project, Standing, project, standing

ROOT, SCHEMAS = Path(__file__).parents[2], Path(__file__).parent / "schemas"
HOLDS = "Then the cluster's API answers within 5 seconds"
__all__ = ["project", "standing"]


def _problems(document: Any, name: str) -> list[str]:
    schema = json.loads((SCHEMAS / f"{name}.json").read_text("utf-8"))
    validator = validator_for(schema)(schema)
    return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(document)]


def _yaml(text: str) -> list[Any]:
    """Return the documents of a text; ``on`` is a word there, which YAML 1.1 takes for yes."""
    documents = list(yaml.safe_load_all(text))
    return [{"on" if key is True else key: value for key, value in one.items()} for one in documents]


def _component() -> list[Any]:
    return _yaml((ROOT / "templates" / "seatrial.yml").read_text("utf-8"))


@pytest.mark.parametrize("context", ["", "two words", """a"b'c: #d $(e)"""])
@pytest.mark.parametrize(("ci", "schema"), [(Ci.GITHUB, "github-workflows"), (Ci.GITLAB, "gitlab-ci")])
def test_what_init_writes(ci: Ci, schema: str, context: str) -> None:
    """A new project's CI file is what its system takes; a field that it does not know would be seen."""
    (text,) = (content for path, content in Start(ci=ci, context=context).files().items() if path.endswith(".yml"))
    (document,) = _yaml(text)
    assert not _problems(document, schema)
    job = document["jobs"]["verify"] if ci is Ci.GITHUB else document["verify"]
    job["scripts" if ci is Ci.GITLAB else "step"] = job.pop("script" if ci is Ci.GITLAB else "steps")
    assert _problems(document, schema)


def test_the_action() -> None:
    """The action is what GitHub takes; a step without its shell would be seen."""
    (document,) = _yaml((ROOT / "action.yml").read_text("utf-8"))
    assert not _problems(document, "github-actions")
    for step in document["runs"]["steps"]:
        assert "${{" not in step["run"], "what somebody says is a variable, and never a part of the script"
        step.pop("shell")
    assert _problems(document, "github-actions")


def test_the_component() -> None:
    """Both parts of the component are what GitLab takes, and every input that is named is there."""
    spec, jobs = _component()
    assert not _problems(spec, "gitlab-ci")
    assert not _problems(jobs, "gitlab-ci")
    named = set(re.findall(r"\$\[\[ inputs\.(\w+) \]\]", (ROOT / "templates" / "seatrial.yml").read_text("utf-8")))
    assert named == set(spec["spec"]["inputs"])


def test_the_hook() -> None:
    """The hook says what pre-commit asks of one, and its command is one of ours that needs no names of files."""
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert {"id", "name", "entry", "language"} <= set(hook)
    assert not hook["pass_filenames"]
    assert re.search(hook["files"], "features/shop.feature")
    ended = subprocess.run([*_program(), *shlex.split(hook["entry"])[1:]], cwd=ROOT, capture_output=True, check=False)
    assert 0 == ended.returncode, ended.stdout


@pytest.mark.parametrize(("command", "code"), [("lint", 0), ("verify --require proven", 0), ("verify -k Failing", 1)])
def test_the_actions_script(project: Project, standing: Standing, command: str, code: int) -> None:
    """The step that runs it judges the cluster of its kubeconfig, and writes into the job's summary."""
    project.scenarios({"Holds": HOLDS, "Failing": 'Then the name "localhost" leads to "127.0.0.9"'})
    (project.path / "pyproject.toml").write_text(f'[tool.seatrial]\ncontext = "{LOOKER}"\n')
    (document,) = _yaml((ROOT / "action.yml").read_text("utf-8"))
    (step,) = (one for one in document["runs"]["steps"] if one["name"] == "Run Seatrial")
    temporary = project.path / "temporary"
    temporary.mkdir()
    (temporary / "seatrial").symlink_to(Path(sys.executable).parents[1])
    selected = command if code or command == "lint" else f"{command} -k Holds"
    environ = {
        **{name: value for name, value in os.environ.items() if name not in ("TEAMID", "SEATRIAL_TARGET")},
        "RUNNER_TEMP": str(temporary),
        "GITHUB_STEP_SUMMARY": str(project.path / "summary"),
        "SEATRIAL_COMMAND": f"{selected} --patience 0.01" if selected.startswith("verify") else selected,
        "SEATRIAL_REQUIREMENTS": "",
        "SEATRIAL_KUBECONFIG": standing.kubeconfig.read_text(),
    }
    script = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    ended = subprocess.run(script, cwd=project.path, env=environ, capture_output=True, text=True, check=False)
    assert code == ended.returncode, ended.stdout + ended.stderr
    assert 0o600 == (temporary / "seatrial-kubeconfig").stat().st_mode & 0o777
    if command != "lint":
        assert (project.path / "summary").read_text().startswith("## " + ("❌" if code else "✅"))


def test_the_components_script(project: Project, standing: Standing) -> None:
    """The component's job, with its inputs filled in, judges the cluster that KUBECONFIG names."""
    project.scenarios({"Holds": HOLDS})
    (project.path / "pyproject.toml").write_text(f'[tool.seatrial]\ncontext = "{LOOKER}"\n')
    spec, jobs = _component()
    ((_, job),) = jobs.items()
    inputs = {name: one["default"] for name, one in spec["spec"]["inputs"].items()}
    lines = [re.sub(r"\$\[\[ inputs\.(\w+) \]\]", lambda m: str(inputs[m[1]]), line) for line in job["script"]]
    script = "\n".join(["set -e", *(line for line in lines if not line.startswith("pip "))])
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environ = {**os.environ, "KUBECONFIG": str(standing.kubeconfig), "PATH": path}
    ended = subprocess.run(["sh", "-c", script], cwd=project.path, env=environ, capture_output=True, check=False)
    assert 0 == ended.returncode, ended.stdout
    assert list(project.path.glob("report/*/junit.xml"))


def _program() -> list[str]:
    return [sys.executable, "-c", "from seatrial.cli import main; main()"]
