"""The pipelines, as they are written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from seatrial.checks.expectations import Rows
from steps.support.instruments import Delivery

_LOOKS = [["seatrial", "drift"], ["seatrial", "status"]]
"""The beginnings of commands that change nothing."""

_WAITS = re.compile(r"\brollout status\b.* --timeout[ =](\S+)")

WITHDRAW = "withdraw"
"""The task that takes a release back."""

GIT = "platform-head"
"""How pipelines call the repository of the platform where they write to it."""


def watching(delivery: Delivery, pipeline: str) -> Rows:
    """Return every job of a pipeline with the kinds of resources whose change starts it."""
    resources = delivery.resources(pipeline)
    return {
        name: {"watches": {resources[r]["type"] for r in row["triggers"] if r in resources}}  # type: ignore[attr-defined]
        for name, row in delivery.jobs(pipeline).items()
    }


def looking(delivery: Delivery, pipeline: str) -> Rows:
    """Return every job of a pipeline with the commands of its tasks that only look, and those that may do more."""
    found: dict[str, dict[str, object]] = {}
    for job, commands in delivery.commands(pipeline).items():
        looks = [command for command in commands if command.split()[:2] in _LOOKS]
        found[job] = {"looks": looks, "does_besides": [command for command in commands if command not in looks]}
    return found


def following(delivery: Delivery, pipeline: str, earlier: str) -> Rows:
    """Return every job of a pipeline with what it takes from the job *earlier*.

    ``passed`` has passed it, and ``starts_it`` does so by itself; ``taken_past_it`` is what both take, or the earlier
    makes, and the later does not wait for.
    """
    jobs: Any = delivery.jobs(pipeline)
    first = jobs.get(earlier, {"gets": {}, "puts": set()})
    common = set(first["gets"]) | set(first["puts"])
    return {name: _following(row["gets"], earlier, common) for name, row in jobs.items()}


def made_before(delivery: Delivery, pipeline: str, task: str) -> Rows:
    """Return every job of a pipeline that runs *task*, with what it has made by then."""
    jobs: Any = delivery.jobs(pipeline)
    return {
        name: {"made_before": set(row["order"][: row["order"].index(task)]) & row["puts"]}
        for name, row in jobs.items()
        if task in row["tasks"]
    }


def taking_back(delivery: Delivery, pipeline: str, task: str) -> Rows:
    """Return every job of a pipeline that runs *task*: for how long it waits for a rollout, and what it does if not."""
    jobs: Any = delivery.jobs(pipeline)
    commands = delivery.commands(pipeline, task)
    return {
        name: {
            "waits_for": {found[1] for command in commands[name] if (found := _WAITS.search(command))},
            "if_it_fails": row["if_it_fails"][task],
        }
        for name, row in jobs.items()
        if task in row["tasks"]
    }


def set_by(delivery: Delivery, pipeline: str) -> Rows:
    """Return every other pipeline with whether *pipeline* sets it, under whatever names."""
    documents = set(_sets(delivery, pipeline).values())
    return {other: {"set_by_it": other in documents} for other in delivery.pipelines() if other != pipeline}


def made_from(delivery: Delivery, pipeline: str, document: str) -> Rows:
    """Return the names of the pipelines that *pipeline* sets from *document*."""
    return {name: {} for name, of in _sets(delivery, pipeline).items() if of == document}


def _following(gets: Mapping[str, Any], earlier: str, common: set[str]) -> dict[str, object]:
    passed = {name for name, get in gets.items() if earlier in get["passed"]}
    started = {name for name in passed if gets[name]["trigger"]}
    return {"passed": passed, "starts_it": started, "taken_past_it": common & set(gets) - passed}


def _sets(delivery: Delivery, pipeline: str) -> dict[str, str]:
    rows: Any = delivery.jobs(pipeline)
    return {name: document for row in rows.values() for name, document in row["sets"].items()}


def ordinary(runs_as: str) -> bool:
    """Return whether the numbers of a user and of a group are nobody's who may do everything."""
    return bool(re.fullmatch(r"[1-9]\d* [1-9]\d*", runs_as))
