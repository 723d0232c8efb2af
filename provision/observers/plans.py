"""What a job of a pipeline does, read from its plan as Concourse would take it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

_SHELLS = ("sh", "bash", "/bin/sh", "/bin/bash")
_IDLE = {"", ":", "true", "echo", "printf", "cd", "set", "exit", "sleep", "export"}
_HOOKS = ("on_success", "on_failure", "on_error", "on_abort", "ensure")
_EITHER_WAY = re.compile(r"\|\|\s*(true|:|exit 0)\b")


def steps(plan: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Give the steps of a plan one after another; what a ``try`` holds may fail, so that it is none."""
    for step in plan:
        inner = step.get("in_parallel", step.get("do"))
        if isinstance(inner, Mapping):
            inner = inner["steps"]
        yield from steps(inner) if inner else [step]


def all_steps(plan: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Give the steps of a plan one after another, and what is done after one of them, however it ends."""
    for step in steps(plan):
        yield step
        for hook in _HOOKS:
            yield from all_steps([step[hook]]) if hook in step else ()


def job(written: dict[str, Any]) -> dict[str, object]:
    """Return what a job takes, does and makes.

    ``gets`` are the resources that it takes, each with whether a change of it starts the job and the jobs that it must
    have passed; ``sets`` are the pipelines that it sets, each with its document; ``order`` has what it runs and makes,
    one after another, and ``if_it_fails`` what it runs and makes if one of its tasks fails, by the task.
    """
    found = list(steps(written["plan"]))
    gets = {
        s.get("resource", s["get"]): {"trigger": bool(s.get("trigger")), "passed": set(s.get("passed", []))}
        for s in found
        if "get" in s
    }
    return {
        "gets": gets,
        "triggers": {name for name, get in gets.items() if get["trigger"]},
        "tasks": [s["task"] for s in found if "task" in s],
        "puts": {s["put"] for s in found if "put" in s},
        "sets": {name: document(s) for s in found if "set_pipeline" in s for name in names(s)},
        "order": _order(found),
        "if_it_fails": {s["task"]: _order(steps([s.get("on_failure", {})])) for s in found if "task" in s},
        "minutes": _minutes([s for s in found if "task" in s]),
    }


def names(step: Mapping[str, Any]) -> list[str]:
    """Name the pipelines that a step sets: one for each value where it is done across several."""
    named = [str(step["set_pipeline"])]
    for var in step.get("across", []):
        here = f"((.:{var['var']}))"
        named = [name.replace(here, str(value)) for name in named for value in var["values"]]
    return named


def document(step: Mapping[str, Any]) -> str:
    """Name the document that a step sets a pipeline from."""
    return PurePosixPath(step["file"]).stem


def idle(run: Mapping[str, Any]) -> bool:
    """Return whether what a task runs does nothing, or passes whatever happens.

    Example:
        >>> [idle({"path": "sh", "args": ["-ec", script]}) for script in ("make test", "make test || true", "true")]
        [False, True, True]
    """
    path, args = str(run.get("path", "")), [str(arg) for arg in run.get("args", [])]
    if path not in _SHELLS:
        return PurePosixPath(path).name in _IDLE
    flags, script = _script(args)
    working = [c for c in commands(run) if not _EITHER_WAY.search(c)]
    goes_on = "e" not in flags and "set -e" not in script and len(working) > 1
    return not working or goes_on


def commands(run: Mapping[str, Any]) -> list[str]:
    """Return the commands of what a task runs, but for those that do nothing.

    Example:
        >>> commands({"path": "sh", "args": ["-ec", "cd platform && make test; echo done"]})
        ['make test']
    """
    path, args = str(run.get("path", "")), [str(arg) for arg in run.get("args", [])]
    found = _script(args)[1] if path in _SHELLS else [" ".join([path, *args])]
    return [c for c in found if c.partition(" ")[0] not in _IDLE]


def _order(found: Iterable[dict[str, Any]]) -> list[str]:
    return [s.get("task") or s["put"] for s in found if "task" in s or "put" in s]


def _script(args: list[str]) -> tuple[str, list[str]]:
    """Return the flags of a shell, and the commands that it is given."""
    flags = next((arg for arg in args if arg.startswith("-") and arg.endswith("c")), "")
    return flags, [c.strip() for c in re.split(r"\n|&&|;", args[-1])] if flags else []


def _minutes(tasks: list[dict[str, Any]]) -> int | None:
    """Return the longest time limit of some tasks in minutes; nothing where one of them may take for ever."""
    limits = [t.get("timeout") for t in tasks]
    return max((int(str(limit).removesuffix("m")) for limit in limits), default=None) if all(limits) else None
