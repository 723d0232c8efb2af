"""JUnit: one case for each planned scenario, valid against the schema that Jenkins publishes (junit-10.xsd)."""

from __future__ import annotations

import xml.etree.ElementTree as ET  # it only writes # nosec B405
from itertools import groupby
from typing import Any

from seatrial.escaping import xml
from seatrial.report.document import Document
from seatrial.report.text import on, waiver_of, whose
from seatrial.scenarios.verdict import Verdict

_TAGS = {
    Verdict.UNSTEADY: "failure",
    Verdict.FAILED: "failure",
    Verdict.UNDEFINED: "failure",
    Verdict.ERROR: "error",
    Verdict.ATTESTED: "skipped",
    Verdict.NOT_PROVABLE: "skipped",
    Verdict.WAIVED: "skipped",  # who reads it takes a failure for one that nobody has let through
}


def text(document: Document) -> str:
    """Write *document* as JUnit: a suite for each feature, a case for each scenario, the reason of every skip."""
    suites = ET.Element("testsuites", _clean({"name": f"seatrial {on(document)}"} | _all(document)))
    by_file = sorted(document["scenarios"], key=lambda s: s["file"])
    for file, group in groupby(by_file, key=lambda s: s["file"]):
        suites.append(_suite(document, file, list(group)))
    ET.indent(suites, " ")
    return ET.tostring(suites, "unicode", xml_declaration=True) + "\n"


def _suite(document: Document, file: str, scenarios: list[dict[str, Any]]) -> ET.Element:
    name = document["features"].get(file, {}).get("name") or file
    about = {"name": name, "package": _class_name(file)}
    suite = ET.Element("testsuite", _clean(about | _sums(scenarios) | {"timestamp": document["began"].rstrip("Z")}))
    properties = ET.SubElement(suite, "properties")
    shard = document.get("shard")
    known = {"shard": f"{shard['number']}/{shard['of']}"} if shard else {}
    for key, value in ({name: document[name] for name in ("team", "target")} | known).items():
        ET.SubElement(properties, "property", _clean({"name": key, "value": value}))
    for scenario in scenarios:
        suite.append(_case(scenario))
    return suite


def _case(scenario: dict[str, Any]) -> ET.Element:
    case = ET.Element(
        "testcase",
        _clean(
            {
                "name": scenario["scenario"],
                "classname": _class_name(scenario["file"]),
                "time": f"{scenario['seconds']:.3f}",
            }
        ),
    )
    verdict, reason = Verdict(scenario["verdict"]), scenario["reason"]
    if tag := _TAGS.get(verdict):
        outcome = {"message": _message(scenario, verdict), "type": str(verdict)}
        ET.SubElement(case, tag, _clean(outcome)).text = xml(reason)
    about = filter(None, [f"{scenario['file']}:{scenario['line']}", whose(scenario["tags"]), f"verdict: {verdict}"])
    said = [*about, *map(_step, scenario["steps"])]
    ET.SubElement(case, "system-out").text = xml("\n".join(said))
    return case


def _message(scenario: dict[str, Any], verdict: Verdict) -> str:
    if verdict is Verdict.WAIVED:
        return waiver_of(scenario["waiver"])
    reason: str = scenario["reason"]
    return reason if verdict in (Verdict.NOT_PROVABLE, Verdict.ATTESTED) else next(iter(reason.splitlines()), "")


def _class_name(file: str) -> str:
    """Return a feature file's path as JUnit's readers fold it, by dots, unless it has dots of its own."""
    path = file.removesuffix(".feature")
    return f"./{path}" if "." in path else path.replace("/", ".")


def _step(step: dict[str, Any]) -> str:
    return f"{step['outcome']:>12}  {step['seconds']:8.3f} s  {step['keyword']} {step['text']}"


def _sums(scenarios: list[dict[str, Any]]) -> dict[str, str]:
    tags = [_TAGS.get(Verdict(s["verdict"])) for s in scenarios]
    seconds = sum(s["seconds"] for s in scenarios)
    numbers = {
        "tests": len(tags),
        "failures": tags.count("failure"),
        "errors": tags.count("error"),
        "skipped": tags.count("skipped"),
    }
    return {key: str(value) for key, value in numbers.items()} | {"time": f"{seconds:.3f}"}


def _all(document: Document) -> dict[str, str]:
    sums = _sums(document["scenarios"])
    del sums["skipped"]  # the schema of the root has none; whoever wants it adds the suites up
    return sums


def _clean(attributes: dict[str, str]) -> dict[str, str]:
    return {key: xml(value) for key, value in attributes.items()}
