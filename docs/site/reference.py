"""The pages that are generated from the code: words, commands, configuration, verdicts and schemas."""

from __future__ import annotations

import dataclasses
import inspect
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import typer.main

from seatrial.adopted import observing
from seatrial.cli.app import app
from seatrial.provisioning.settings import Settings
from seatrial.report.views import _MEANING
from seatrial.scenarios.gate import Gate, Waiver, Within


def pages(root: Path) -> dict[str, str]:
    """Return the text of each page, by its name."""
    return {
        "words": f"# Words\n\nThose that come with the harness, as `seatrial words --markdown` has them.\n\n{_words()}",
        "commands": "# Commands\n\n" + "\n".join(_commands()),
        "configuration": "# Configuration\n\n" + "\n".join(_configuration()),
        "verdicts": "# Verdicts and schemas\n\n" + "\n".join(_verdicts(root)),
    }


def contents(title: str, names: Sequence[str]) -> str:
    """Return a page that only lists others."""
    listed = "\n".join(names)
    return f"# {title}\n\n```{{toctree}}\n:maxdepth: 1\n\n{listed}\n```\n"


def _words() -> str:
    with tempfile.TemporaryDirectory(prefix="seatrial-") as folder:
        (Path(folder) / "features").mkdir()
        command = [sys.executable, "-c", "from seatrial.cli import main; main()", "words", "--markdown"]
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


def _commands() -> Iterator[str]:
    group: Any = typer.main.get_command(app)
    for name, command in sorted(group.commands.items()):
        inner = getattr(command, "commands", None)
        for full, one in sorted((f"{name} {n}", c) for n, c in inner.items()) if inner else [(name, command)]:
            yield f"## seatrial {full}\n\n{inspect.cleandoc(one.help or '')}\n"
            for parameter in one.params:
                said = getattr(parameter, "help", None) or ""
                option = parameter.param_type_name == "option"
                shown = ", ".join(parameter.opts) if option else (parameter.name or "").upper()
                if parameter.name != "help" and not getattr(parameter, "hidden", False):
                    yield f"- `{shown}` {said}"
            yield ""


def _configuration() -> Iterator[str]:
    gates = (("[tool.seatrial.gate]", Gate), ("within", Within), ("waivers", Waiver))
    for title, kind in (("[tool.seatrial]", Settings), *gates):
        yield f"## {title}\n"
        yield from _fields(kind)
    yield "## [tool.seatrial.platform]\n\nIts JSON Schema, `seatrial/platform.schema.json`:\n"
    yield f"```json\n{observing.schema()}```\n"


def _fields(kind: type) -> Iterator[str]:
    names = [f.name for f in dataclasses.fields(kind)] if dataclasses.is_dataclass(kind) else kind.__struct_fields__  # type: ignore[attr-defined]
    told, lines = "", inspect.cleandoc(kind.__doc__ or "").partition("Attributes:\n")[2].splitlines()
    for line in inspect.cleandoc("\n".join(lines)).splitlines():
        name, colon, said = line.partition(": ")
        if colon and name.strip() in names:
            told += f"\n- `{name.strip()}` {said.strip()}"
        else:
            told += f" {line.strip()}"
    yield f"{told.strip()}\n"


def _verdicts(root: Path) -> Iterator[str]:
    yield "| verdict | meaning |\n|---|---|"
    yield from (f"| `{verdict}` | {meaning} |" for verdict, meaning in _MEANING.items())
    yield "\nA run is red where a scenario is unsteady, failed, an error or undefined, or where the gate says so.\n"
    for name in ("verdict", "platform", "artefact"):
        schema = json.loads((root / "seatrial" / f"{name}.schema.json").read_text("utf-8"))
        said = schema.get("description", "")
        yield f"## {name}.schema.json\n\n{schema.get('title', '')}. {said}\n"
        yield from (f"- `{key}` {part.get('description', '')}" for key, part in schema.get("properties", {}).items())
        yield ""
