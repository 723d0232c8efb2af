"""docs/adopt.md is followed to the letter, in an empty folder, on a cluster whose context is called as it says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import yaml
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import ConfigMap

from tests.docs.commands import ROOT, of_blocks

from .conftest import LOOKER, Project, Standing
from .shop import put

PAGE = ROOT / "docs" / "adopt.md"


def _block(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    return str(found)


def test_the_page(project: Project, standing: Standing, tmp_path: Path) -> None:
    """Every command succeeds in its order, and the run ends as the page shows it, but for its numbers of requests."""
    put(standing.kubernetes.client, "whole", "front")
    document = yaml.safe_load(standing.kubeconfig.read_text())
    (way,) = (one for one in document["contexts"] if one["name"] == LOOKER)
    document["contexts"].append(way | {"name": "shop"})
    (tmp_path / "none").write_text(yaml.safe_dump(document))  # where KUBECONFIG leads
    project.feature(_block("gherkin").replace('"shop"', '"front"'))
    before, said = standing.asked(), {}
    commands = of_blocks(PAGE)
    assert len(commands) > 7
    for command in commands:
        _, *arguments = shlex.split(command.replace("claim shop", "claim front"))
        ended = project.seatrial(*arguments, context="")
        said[arguments[0]] = ended.stdout + ended.stderr
        assert 0 == ended.returncode, f"{command}: {said[arguments[0]]}"
    for line in _block("text").splitlines():
        shown = re.escape(line).replace("127\\.0\\.0\\.1:6443", r"127\.0\.0\.1:\d+")
        assert re.search(re.sub(r"\d+(?=\\ (requests|get|list|watch))", r"\\d+", shown), said["verify"]), line
    asked = standing.asked() - before
    assert {"get", "list", "watch", "patch"} == set(asked)
    assert 2 == asked["patch"]  # the namespace is marked, and its mark is taken away


def test_a_word_of_ones_own(project: Project, standing: Standing) -> None:
    """The word that the page shows stands beside the ready ones, and says what there is."""
    standing.kubernetes.client.create(ConfigMap(metadata=ObjectMeta(name="there", namespace="default")))
    (project.path / "conftest.py").write_text(_block("python"))
    setting = 'Then a setting called "{}" is set in "default"'
    project.scenarios({"There": setting.format("there"), "Not": setting.format("nowhere")})
    project.seatrial("verify", "--patience=0.01")
    assert {"There": "proven", "Not": "failed"} == project.verdicts
