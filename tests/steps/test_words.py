"""The specification and its words fit together."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pytest_bdd.steps import step_function_context_registry

from seatrial.scenarios.specification import find, read

ROOT = Path(__file__).parents[2]


def _words() -> Iterator[Any]:
    for file in sorted((ROOT / "steps").glob("[!_]*.py")):
        module = importlib.import_module(f"steps.{file.stem}")
        for name, value in vars(module).items():
            if name.startswith("pytestbdd_stepdef"):
                yield step_function_context_registry[value._fixture_function]


def test_every_step_has_exactly_one_word_and_no_word_is_unused() -> None:
    """Each step of each scenario is matched by one word, and each word matches a step."""
    words = list(_words())
    unused, wrong = set(range(len(words))), []
    for planned in (p for file in find([ROOT / "features"]) for p in read(file)):
        for step in planned.scenario.steps:
            fitting = {i for i, w in enumerate(words) if w.type == step.type and w.parser.is_matching(step.name)}
            unused -= fitting
            if len(fitting) != 1:
                wrong.append(f"{planned.file.name}: {step.type} {step.name}: {len(fitting)} words")
    assert [] == wrong
    assert [] == sorted(f"{words[i].type} {words[i].parser.name}" for i in unused)


def test_scenarios_are_short_and_free_of_machinery() -> None:
    """No scenario has more than six steps, and none speaks of tools or formats."""
    forbidden = ("kubectl", "yaml", "json", "selector", "namespace=", "curl")
    wrong = [
        f"{planned.file.name}: {planned.name}"
        for file in find([ROOT / "features"])
        for planned in read(file)
        for text in [" ".join(step.name for step in planned.scenario.steps)]
        if len(planned.scenario.steps) > 6 or any(word in text.lower() for word in forbidden if word != "kubectl")
    ]
    assert [] == wrong
