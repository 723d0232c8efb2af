"""The engine that a platform stands on: the one that it was begun on, whatever the environment has become since."""

from __future__ import annotations

import os
from pathlib import Path

from provision.engine import Engine, EngineError, need
from provision.engine.client import SETTINGS
from seatrial.provisioning.state import PlatformState

RECORD = "engine"


def standing_on(state: PlatformState) -> Engine:
    """Return the engine of a platform that was begun; else the one that answers.

    Raises:
        EngineError: There is none that answers.
    """
    known = state.read(RECORD)
    if known is None:
        return need()
    engine = Engine(known["program"], known["kind"], known["settings"])
    if not engine.answers():
        where = ", ".join(f"{name}={value}" for name, value in sorted(known["settings"].items())) or "its usual place"
        raise EngineError(
            f"{state.team} stands on the {engine.kind} of {where}, which does not answer: start it and try again, "
            "a private one by `python -m provision.engine run --` before the command; if that engine is gone for good, "
            f"remove {state.dir}"
        )
    return engine


def keep(state: PlatformState, engine: Engine) -> None:
    """Record the engine that a platform is begun on, with where it is found."""
    if state.read(RECORD) is None:
        settings = {name: os.environ[name] for name in SETTINGS if name in os.environ}
        state.write(RECORD, {"program": engine.program, "kind": engine.kind, "settings": _resolved(engine, settings)})


def _resolved(engine: Engine, settings: dict[str, str]) -> dict[str, str]:
    """Have the settings say what Docker would look up: in the user's home, and in a file that anybody may change."""
    if engine.kind != "docker" or "DOCKER_HOST" in settings:
        return settings
    shown = engine.attempt("context", "show")
    context = shown.stdout.decode(errors="replace").strip() if shown.returncode == 0 else ""
    home = os.environ.get("HOME")
    return {
        **({"DOCKER_CONFIG": str(Path(home) / ".docker")} if home else {}),
        **settings,
        **({"DOCKER_CONTEXT": context} if context else {}),
    }
