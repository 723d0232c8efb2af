"""Which lines of the target aws a rehearsal has not run, by function."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import coverage
from coverage.parser import PythonParser

from .sandbox import ROOT

TARGET = Path("provision", "targets", "aws")
_EXPIRY, _ACCOUNT = "tests/estate/test_expiry.py runs it", "tests/estate/test_account.py runs it"
_KOPS = "AWS alone: kops's controllers run on real masters, where the rehearsal has the control plane of local"
_CLUSTER = "AWS alone: it looks at a cluster on AWS's machines, and acts on it"
_CLOUD = "AWS alone: the user's own credentials, and AWS's own endpoints; the rehearsal has the cloud that it plays"
_REFUSED = "an answer that comes of a fault: nothing here has it"

UNREHEARSED = {
    "builder.AwsBuilder.make_cluster": (7, _KOPS),
    "builder.AwsBuilder.overlay": (1, _KOPS),
    "builder.AwsBuilder.probing": (1, "AWS alone: Route53 itself runs the health checks"),
    "capabilities.AwsCapabilities.__init__": (3, _CLUSTER),
    "exported.updaters_keys": (1, _REFUSED),
    "labels.labels": (1, "tests/estate/test_labels.py runs it"),
    "overdue": (2, "imports that only types are checked with"),
    "overdue.see_overdue": (2, _EXPIRY),
    "parts.AwsParts._kops": (3, "tests/estate/test_aws_down.py runs it"),
    "parts.AwsParts.api": (1, _CLOUD),
    "parts.AwsParts.aws_endpoint": (1, _CLOUD),
    "parts.AwsParts.aws_environment": (4, _CLOUD),
    "parts.AwsParts.estate": (1, _EXPIRY),
    "parts.AwsParts.kops_of_stranger": (2, _CLOUD),
    "parts.AwsParts.labels": (1, _EXPIRY),
    "parts.AwsParts.preflight": (2, _ACCOUNT),
    "parts.AwsParts.resolver": (3, "AWS alone: Route53's own name servers"),
    "platform.AwsPlatform.actuators": (3, _CLUSTER),
    "platform.AwsPlatform.capabilities": (1, _CLUSTER),
    "platform.AwsPlatform.cluster": (1, _CLUSTER),
    "platform.AwsPlatform.facts": (1, _CLUSTER),
    "platform.AwsPlatform.gates": (1, _CLUSTER),
    "platform.AwsPlatform.own_instruments": (1, _CLUSTER),
    "rehearsal.RehearsalBuilder.make_volumes": (1, _REFUSED),
    "rehearsal.RehearsalBuilder.roll": (2, "tests/system/test_upgrade.py runs it"),
    "rehearsal.RehearsalTarget.remove_overdue": (
        10,
        "nothing is over here; tests/estate/test_expiry.py runs that of aws",
    ),
    "rehearsal._stands": (2, _REFUSED),
    "target.AwsTarget.builder": (1, _KOPS),
    "target.AwsTarget.claim": (1, _CLOUD),
    "target.AwsTarget.doctor": (6, f"{_ACCOUNT} without credentials; with them, AWS alone answers"),
    "target.AwsTarget.gates": (1, _CLUSTER),
    "target.AwsTarget.overdue": (1, _EXPIRY),
    "target.AwsTarget.parts": (1, _ACCOUNT),
    "target.AwsTarget.platform": (1, _CLUSTER),
    "target.AwsTarget.prepare": (3, f"{_ACCOUNT} in an account that is not good; beyond it, AWS alone"),
    "target.AwsTarget.remove": (5, "tests/estate/test_aws_down.py runs it"),
    "target.AwsTarget.remove_overdue": (13, _EXPIRY),
    "target.AwsTarget.resources": (1, _CLOUD),
    "target.AwsTarget.see_cloud": (1, _CLOUD),
    "target.AwsTarget.unbegun": (2, _CLOUD),
    "target.AwsTarget.unrunnable": (3, _ACCOUNT),
}
"""The functions of the target of which no rehearsal runs so many lines, each with the reason."""


def measure(folder: Path, root: Path) -> dict[str, str]:
    """Return the variables that have a copy of the project in *root* write down in *folder* what it runs."""
    settings = folder / "coverage"
    settings.write_text(
        f"[run]\nsource = {root / TARGET}\ndata_file = {folder / 'ran'}\nparallel = true\nsigterm = true\n"
    )
    return {"COVERAGE_PROCESS_START": str(settings)}


def unrehearsed(folder: Path) -> dict[str, int]:
    """Return how many lines of each function of the target have not been run, by what is in *folder*."""
    measured = coverage.Coverage(data_file=str(folder / "ran"), config_file=False)
    measured.combine([str(folder)])
    ran = {Path(name).name: set(measured.get_data().lines(name) or ()) for name in measured.get_data().measured_files()}
    missed: Counter[str] = Counter()
    for file in sorted((ROOT / TARGET).glob("*.py")):
        text = file.read_text("utf-8")
        parser = PythonParser(text=text)
        parser.parse_source()
        names = _functions(ast.parse(text), file.stem)
        left = parser.statements - parser.first_lines(ran.get(file.name, set()))
        missed.update(names.get(line, file.stem) for line in left)
    return dict(missed)


def _functions(tree: ast.AST, within: str) -> dict[int, str]:
    """Return the function of every line, by its qualified name."""
    found: dict[int, str] = {}
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            name = f"{within}.{node.name}"
            if isinstance(node, ast.FunctionDef):
                found |= dict.fromkeys(range(node.lineno, (node.end_lineno or node.lineno) + 1), name)
            found |= _functions(node, name)
        else:
            found |= _functions(node, within)
    return found
