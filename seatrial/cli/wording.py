"""``seatrial words``: everything that can be said in this project."""

from __future__ import annotations

import contextlib
import io
import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import pytest
import typer

from seatrial.cli.ending import DIFFERS, Ended
from seatrial.errors import UsageError
from seatrial.escaping import terminal
from seatrial.provisioning.loading import load
from seatrial.scenarios import said, vocabulary
from seatrial.scenarios.said import Said
from seatrial.scenarios.step_definitions import Words

_PARAMETER = re.compile(r"\{(\w+(?::[^{}]*)?)\}")
_CUCUMBERS = {"int", "float", "word", "string"}
"""What Cucumber knows itself."""


def words(
    text: Annotated[list[str] | None, typer.Argument(help="Only words with all of this in them.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="As Markdown.")] = False,
    as_vscode: Annotated[
        bool, typer.Option("--vscode", help="As settings by which VS Code's Cucumber extension finds them.")
    ] = False,
) -> None:
    """Say every word that steps of this project may have: its texts, what it claims, what it looks at, where it is.

    Exit code: 0 some were found, 1 none has that text (the nearest are named), 4 the project cannot be read.
    """
    root = Path.cwd()
    load(root)
    everything = _everything(root)
    wanted = " ".join(text or [])
    found = [word for word in everything if word.has(wanted)]
    if not found:
        near = said.nearest(wanted, [one for word in everything for one in word.texts])
        typer.echo(f"no word has {wanted!r} in it" + "".join(f"\n  near it is  {one}" for one in near), err=True)
    if as_json:
        typer.echo(json.dumps([asdict(word) for word in found], indent=1))
    elif as_vscode:
        typer.echo(json.dumps(_vscode(found), indent=2))
    else:
        write = _markdown if as_markdown else _plain
        typer.echo(terminal("\n".join(line for word in found for line in write(word)).rstrip()))
    if not found:
        raise Ended(DIFFERS)


def _everything(root: Path) -> Sequence[Said]:
    listed = _Listed()
    output = io.StringIO()
    arguments = [str(root), f"--rootdir={root}", "--collect-only", "-qq", "--ignore-glob=*"]  # no test, no feature
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        code = pytest.main(arguments, plugins=[listed])
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise UsageError(f"the words cannot be read: {output.getvalue().strip()}")
    return listed.words


class _Listed:
    """A pytest plugin that takes the words of a session."""

    words: Sequence[Said] = ()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Take them, when every plugin and conftest.py is loaded."""
        vocabulary.load(session.config)
        self.words = said.said(Words(session).all(), session.config.rootpath)


def _plain(word: Said) -> list[str]:
    keyword = word.keyword or "*"
    lines = [f"{keyword:5} {word.texts[0]}", *(f"   or {text}" for text in word.texts[1:])]
    looks = f"looks at {', '.join(word.looks_at)}; " if word.looks_at else ""
    return [*lines, *([f"      {word.explanation}"] if word.explanation else []), f"      {looks}{word.where}", ""]


def _vscode(found: Sequence[Said]) -> dict[str, object]:
    """Return the extension's settings: where definitions are, and that each parameter of ours may be any text."""
    named = {name for word in found for text in word.texts for name in _PARAMETER.findall(text)} - _CUCUMBERS
    return {
        "cucumber.features": ["features/**/*.feature"],
        "cucumber.glue": sorted({word.where.rpartition(":")[0] for word in found}),
        "cucumber.parameterTypes": [{"name": name, "regexp": ".*"} for name in sorted(named)],
    }


def _markdown(word: Said) -> list[str]:
    texts = " or ".join(f"`{text}`" for text in word.texts)
    return [f"- **{word.keyword or '*'}** {texts}", *([f"  {word.explanation}"] if word.explanation else [])]
