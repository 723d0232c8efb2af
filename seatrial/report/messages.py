"""Cucumber Messages: a run as the NDJSON that Cucumber's own tools read."""

from __future__ import annotations

import itertools
import json
import platform
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from gherkin.errors import ParserError
from gherkin.stream.gherkin_events import GherkinEvents

from seatrial import __version__
from seatrial.bounded import MEBI, file_in, read_bytes
from seatrial.errors import UsageError
from seatrial.report.document import Document
from seatrial.report.step_evidence import lines
from seatrial.report.text import moment, waiver_of
from seatrial.scenarios.reading import ENCODING
from seatrial.scenarios.verdict import BROKEN, Verdict

PROTOCOL = "34.2.1"

_MOST = 4 * MEBI
"""Of a feature file."""

_STATUS = {"passed": "PASSED", "failed": "FAILED", "undefined": "UNDEFINED"}

Envelope = dict[str, Any]


def text(document: Document, root: Path) -> str:
    """Write *document* as Cucumber Messages, one JSON object a line.

    Args:
        document: The run.
        root: The project's root, where the feature files are.
    """
    return "".join(json.dumps(m, ensure_ascii=False, separators=(",", ":")) + "\n" for m in _Run(document, root).all())


def of_feature(file: str, data: str, identity: Callable[[], str]) -> Iterator[Envelope]:
    """Return the source of a feature file, its syntax and its pickles; nothing where it is not Gherkin."""
    events = GherkinEvents(GherkinEvents.Options(print_source=True, print_ast=True, print_pickles=True))
    events.id_generator.get_next_id = identity  # type: ignore[method-assign]
    source = {"source": {"uri": file, "data": data, "mediaType": "text/x.cucumber.gherkin+plain"}}
    try:
        found: list[Envelope] = [dict(event) for event in events.enum(source)]  # type: ignore[arg-type]
    except ParserError:
        return
    yield from (message for message in found if "parseError" not in message)


class _Run:
    """Writes one run."""

    def __init__(self, document: Document, root: Path) -> None:
        self._document = document
        self._root = root
        self._ids = itertools.count(1)
        self._began = moment(document["began"])
        self._words: dict[str, str] = {}

    def all(self) -> Iterator[Envelope]:
        """Return every message in its order."""
        scenarios = self._document["scenarios"]
        yield {"meta": self._meta()}
        pickles: dict[str, Envelope] = {}
        for file, group in groupby(sorted(scenarios, key=lambda s: str(s["file"])), key=lambda s: str(s["file"])):
            yield from self._feature(file, list(group), pickles)
        yield from self._definitions()
        hook, run = self._id(), self._id()
        yield {"hook": {"id": hook, "name": "the verdict", "sourceReference": {"uri": "seatrial"}}}
        yield {"testRunStarted": {"id": run, "timestamp": _stamp(self._began)}}
        cases = []
        for scenario in scenarios:
            case = self._case(scenario, pickles[scenario["nodeid"]], hook, run)
            cases.append(case)
            yield {"testCase": case}
        for scenario, case in zip(scenarios, cases, strict=True):
            yield from self._taken(scenario, case)
        broken = any(scenario["verdict"] in BROKEN for scenario in scenarios)
        ended = _stamp(self._began + self._document["seconds"])
        yield {"testRunFinished": {"testRunStartedId": run, "timestamp": ended, "success": not broken}}

    def _id(self) -> str:
        return str(next(self._ids))

    def _meta(self) -> Envelope:
        return {
            "protocolVersion": PROTOCOL,
            "implementation": {"name": "seatrial", "version": __version__},
            "runtime": {"name": platform.python_implementation(), "version": platform.python_version()},
            "os": {"name": platform.system(), "version": platform.release()},
            "cpu": {"name": platform.machine()},
        }

    def _feature(self, file: str, planned: list[dict[str, Any]], pickles: dict[str, Envelope]) -> Iterator[Envelope]:
        """Return what stands in a feature file, and of its pickles those that are planned."""
        try:
            data = read_bytes(file_in(self._root, file), _MOST).decode(ENCODING)
        except (OSError, UsageError, UnicodeDecodeError):  # gone since it was planned, or none of the project's
            data = ""
        by_line = {scenario["line"]: scenario["nodeid"] for scenario in planned}
        for message in of_feature(file, data, self._id) if data else ():
            pickle = message.get("pickle")
            if pickle is None:
                yield message
            elif nodeid := by_line.get(pickle["location"]["line"]):
                pickles[nodeid] = pickle
                yield message
        if lost := [scenario for scenario in planned if scenario["nodeid"] not in pickles]:
            yield from self._lost(file, lost, pickles)

    def _lost(self, file: str, lost: list[dict[str, Any]], pickles: dict[str, Envelope]) -> Iterator[Envelope]:
        """Write down anew what was planned and is not in the file any more."""
        lines = [f"Feature: {lost[0]['feature'] or file}"]
        for scenario in lost:
            lines += [f"  Scenario: {scenario['scenario']}"]
            lines += [f"    {step['keyword']} {step['text']}" for step in scenario["steps"]]
        nodeids = iter([scenario["nodeid"] for scenario in lost])
        for message in of_feature(f"{file} as planned", "\n".join(lines) + "\n", self._id):
            if "pickle" in message:
                pickles[next(nodeids)] = message["pickle"]
            yield message

    def _definitions(self) -> Iterator[Envelope]:
        for scenario in self._document["scenarios"]:
            for step in scenario["steps"]:
                if (word := step["word"]) and word not in self._words:
                    self._words[word] = self._id()
                    file, _, line = word.rpartition(":")
                    yield {
                        "stepDefinition": {
                            "id": self._words[word],
                            "pattern": {"type": "REGULAR_EXPRESSION", "source": step["pattern"]},
                            "sourceReference": {"uri": file, "location": {"line": int(line)}},
                        }
                    }

    def _case(self, scenario: dict[str, Any], pickle: Envelope, hook: str, run: str) -> Envelope:
        steps: list[Envelope] = []
        for pickled, step in itertools.zip_longest(pickle["steps"], scenario["steps"]):
            if pickled is not None:
                words = [self._words[step["word"]]] if step is not None and step["word"] else []
                arguments: list[Envelope] = [{"stepMatchArguments": []} for _ in words]
                steps.append(
                    {
                        "id": self._id(),
                        "pickleStepId": pickled["id"],
                        "stepDefinitionIds": words,
                        "stepMatchArgumentsLists": arguments,
                    }
                )
        told = {"id": self._id(), "hookId": hook}
        untaken = all(step["outcome"] == "not taken" for step in scenario["steps"])
        ordered = [told, *steps] if untaken else [*steps, told]
        return {"id": self._id(), "pickleId": pickle["id"], "testSteps": ordered, "testRunStartedId": run}

    def _taken(self, scenario: dict[str, Any], case: Envelope) -> Iterator[Envelope]:
        """Return how a scenario went: its steps, and a hook that says what its steps do not."""
        began = moment(scenario["began"]) if scenario["began"] else self._began
        started = self._id()
        yield {"testCaseStarted": {"id": started, "testCaseId": case["id"], "timestamp": _stamp(began), "attempt": 0}}
        taken = iter(scenario["steps"])
        for step in case["testSteps"]:
            one = next(taken, None) if "pickleStepId" in step else None
            at = began + (one["at"] if one else 0.0)
            about = {"testCaseStartedId": started, "testStepId": step["id"]}
            yield {"testStepStarted": about | {"timestamp": _stamp(at)}}
            note = _note(scenario) if "hookId" in step else "\n".join(lines(one)) if one else ""
            if note:
                body = {"body": note, "contentEncoding": "IDENTITY", "mediaType": "text/x.cucumber.log+plain"}
                yield {"attachment": body | about | {"timestamp": _stamp(at)}}
            result = _of_verdict(scenario) if "hookId" in step else _of_step(scenario, one)
            after = _stamp(at + (one["seconds"] if one else 0.0))
            yield {"testStepFinished": about | {"testStepResult": result, "timestamp": after}}
        ended = _stamp(began + scenario["seconds"])
        yield {"testCaseFinished": {"testCaseStartedId": started, "timestamp": ended, "willBeRetried": False}}


def _of_step(scenario: dict[str, Any], step: dict[str, Any] | None) -> Envelope:
    status = _STATUS.get(step["outcome"], "SKIPPED") if step else "SKIPPED"
    if status == "FAILED" and scenario["verdict"] == Verdict.WAIVED:
        status = "SKIPPED"  # what reads it takes a failure for one that nobody has let through
    result = {"status": status, "duration": _stamp(step["seconds"] if step else 0.0)}
    return result | _because(scenario["reason"]) if status == "FAILED" else result


def _of_verdict(scenario: dict[str, Any]) -> Envelope:
    """Return the hook's result: failed where the scenario is broken and no step of it says so."""
    verdict = Verdict(scenario["verdict"])
    result: Envelope = {"status": "PASSED", "duration": _stamp(0.0)}
    if verdict in (Verdict.NOT_PROVABLE, Verdict.ATTESTED):  # nothing was looked at
        return result | {"status": "SKIPPED", "message": scenario["reason"]}
    if verdict is Verdict.WAIVED:
        return result | {"status": "SKIPPED", "message": f"{waiver_of(scenario['waiver'])}\n{scenario['reason']}"}
    said = {"failed", "undefined"} & {step["outcome"] for step in scenario["steps"]}
    if verdict in BROKEN and not said:
        return result | {"status": "FAILED"} | _because(scenario["reason"])
    return result


def _because(reason: str) -> Envelope:
    first = next(iter(reason.splitlines()), "")
    return {"message": reason, "exception": {"type": "Failure", "message": first, "stackTrace": reason}}


def _note(scenario: dict[str, Any]) -> str:
    touched = ", ".join(f"{name} {fidelity}" for name, fidelity in scenario["touched"].items())
    return f"verdict: {scenario['verdict']}" + (f"; touched: {touched}" if touched else "")


def _stamp(seconds: float) -> dict[str, int]:
    whole = int(seconds)
    return {"seconds": whole, "nanos": round((seconds - whole) * 1_000_000) * 1000 % 1_000_000_000}
