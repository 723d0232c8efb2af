"""docs/tutorial.md is followed to the letter; and how soon the first verdict of one's own is there."""

from __future__ import annotations

import re
import shlex
import time
from pathlib import Path

import yaml

from tests.docs.commands import ROOT

from .conftest import LOOKER, Project, Standing
from .shop import put

PAGE = ROOT / "docs" / "tutorial.md"
FAILS = "seatrial verify features/mine.feature --patience 0.1"
FIVE, TEN = 300, 10
"""Seconds and lines to the first verdict of one's own, with a cluster up."""
_FEATURE = """
Feature: Our shop
  Scenario: Every deployment is ready
    Then every deployment is ready in the namespace "evening"
"""


def _named(standing: Standing, file: Path) -> None:
    """Have the cluster's context be called as the pages say, where KUBECONFIG leads."""
    document = yaml.safe_load(standing.kubeconfig.read_text())
    (way,) = (one for one in document["contexts"] if one["name"] == LOOKER)
    document["contexts"].append(way | {"name": "shop"})
    file.write_text(yaml.safe_dump(document | {"current-context": "shop"}))


def test_the_tutorial(project: Project, standing: Standing) -> None:
    """Each command does what the page says: the first try of one's own fails in its words, the second one holds."""
    put(standing.kubernetes.client, "whole", "night")
    blocks = re.findall(r"```(\w+)\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    said, here = "", project
    for language, text in blocks:
        if language == "gherkin":
            here.feature(text.replace('"shop"', '"night"'), "mine.feature")
        elif language == "text":
            for line in text.replace('"shop"', '"night"').splitlines():
                assert line.rstrip() in said, f"{line!r} is not in\n{said}"
        else:
            for line in text.splitlines():
                _, *arguments = shlex.split(line.removeprefix("$ ").replace("--namespace shop", "--namespace night"))
                _named(standing, here.path / "none")
                ended = here.seatrial(*arguments, context="")
                said = ended.stdout + ended.stderr
                assert (1 if line.removeprefix("$ ") == FAILS else 0) == ended.returncode, f"{line}: {said}"
                here = Project(project.path / "ours", standing) if arguments[0] == "init" else here


def test_the_first_verdict(project: Project, standing: Standing) -> None:
    """From an empty folder: in five minutes, with ten lines, none of them Python, and without a write."""
    put(standing.kubernetes.client, "whole", "evening")
    assert [] == list(project.path.iterdir())
    before, began = standing.asked(), time.monotonic()
    project.feature(_FEATURE)
    ended = project.seatrial("verify")
    assert time.monotonic() - began < FIVE
    assert 0 == ended.returncode, ended.stdout + ended.stderr
    assert {"Every deployment is ready": "proven"} == project.verdicts
    written = [file.name for file in project.path.rglob("*") if file.suffix in (".feature", ".py", ".toml")]
    assert ["first.feature"] == written
    assert len(_FEATURE.strip().splitlines()) + len(["seatrial verify"]) < TEN
    assert {"get", "list", "watch"} >= set(standing.asked() - before)
