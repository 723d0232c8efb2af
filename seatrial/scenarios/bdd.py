"""Everything of pytest-bdd that is not its public API, in one place: what a new version of it may move or change.

Public are ``given``, ``when``, ``then`` and ``parsers``, which words use. Tried with the versions that pyproject.toml
allows; a version that lacks one of these names fails here, at import, and nowhere else.
"""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest_bdd
from pytest_bdd.compat import get_fixture_names, getfixturedefs
from pytest_bdd.exceptions import GherkinParseError, StepError
from pytest_bdd.gherkin_parser import get_gherkin_document
from pytest_bdd.parser import Feature, FeatureParser, Scenario, ScenarioTemplate, Step
from pytest_bdd.scenario import _execute_scenario as execute
from pytest_bdd.steps import StepFunctionContext as Definition
from pytest_bdd.steps import step_function_context_registry as registry
from pytest_bdd.utils import get_required_args

__all__ = [
    "FOLDER",
    "OWN",
    "Definition",
    "Feature",
    "FeatureParser",
    "GherkinParseError",
    "Scenario",
    "ScenarioTemplate",
    "Step",
    "StepError",
    "execute",
    "get_fixture_names",
    "get_gherkin_document",
    "get_required_args",
    "getfixturedefs",
    "registry",
]

FOLDER = Path(inspect.getfile(pytest_bdd)).parent
"""Where its modules lie: their lines say nothing to a user in a traceback."""

OWN = "pytest_bdd.plugin"
"""The module of the words that it brings itself."""
