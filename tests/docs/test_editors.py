"""Editors find our definitions: Cucumber's own language service does, by the settings that `seatrial words` gives."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.report.browsers import package

from .commands import ROOT

_SCRIPT = Path(__file__).parent / "editors" / "definitions.mjs"


def _written(file: Path) -> Iterator[str]:
    """Return the text of each decorator of a step in a file, as it stands there, but for regular expressions."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        for call in node.decorator_list if isinstance(node, ast.FunctionDef) else ():
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("given", "when", "then"):
                inner: ast.AST = call.args[0]
                if isinstance(inner, ast.Call) and getattr(inner.func, "attr", "") == "parse":
                    inner = inner.args[0]
                if isinstance(inner, ast.Constant):
                    yield str(inner.value)


def test_the_language_service(tmp_path: Path) -> None:
    """It finds each definition of a file that has the settings' texts in decorators, and stumbles over none."""
    command = [sys.executable, "-c", "from seatrial.cli import main; main()", "words", "--vscode"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=True).stdout
    settings = json.loads(said)
    package("@cucumber/language-service", tmp_path, _SCRIPT.parent)
    files = [ROOT / file for file in settings["cucumber.glue"]]
    asked = json.dumps({**settings, "cucumber.glue": [str(file) for file in files]})
    command = ["node", _SCRIPT.name]
    done = subprocess.run(command, cwd=tmp_path, input=asked, capture_output=True, text=True, timeout=300, check=True)
    answer = json.loads(done.stdout)
    written = {text for file in files for text in _written(file)}
    assert len(written) > 100
    assert [] == answer["errors"]
    assert set() == written - set(answer["found"])
