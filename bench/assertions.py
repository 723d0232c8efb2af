"""A hundred assertions about objects: the same for each tool, written as its users write them."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

from bench.cluster import NAMESPACE
from bench.pairing import Contestant

COUNT = 100
SEATRIAL = (sys.executable, "-c", "from seatrial.cli import main; main()")
_AT_ONCE = 8  # tests at a time, as kuttl has it by itself; ours takes one after another
_SECONDS = 10


@dataclass(frozen=True)
class Mix:
    """What the assertions meet.

    Attributes:
        name: What it is called in results.
        there: How many of them hold from the beginning.
        late: How many begin to hold later.
        after: Seconds until then.
        within: Seconds that each assertion waits at most.
    """

    name: str
    there: int
    late: int = 0
    after: float = 0.0
    within: int = _SECONDS

    @property
    def hold(self) -> int:
        """How many hold in the end."""
        return self.there + self.late

    @property
    def fails(self) -> bool:
        """Whether some are never there, so that a run has to fail."""
        return self.hold < COUNT


MIXES = (
    Mix("all hold at once", COUNT),
    Mix("half of them after 3 seconds", COUNT // 2, COUNT // 2, 3.0),
    Mix("ten are missing", COUNT - 10, within=3),
)


def names() -> list[str]:
    """Name the objects."""
    return [f"thing-{number:03}" for number in range(COUNT)]


def seatrial(folder: Path, kubeconfig: Path, mix: Mix) -> Contestant:
    """Write a project of our own for a cluster that stands: one word, a hundred scenarios."""
    scenarios = [f'  Scenario: {name}\n    Then "{name}" is set to "ready"\n' for name in names()]
    files = {
        "pyproject.toml": "[tool.seatrial]\nwords = []\n",
        "features/things.feature": "Feature: Things\n\n" + "\n".join(scenarios),
        "conftest.py": dedent(
            f"""
            from lightkube.resources.core_v1 import ConfigMap
            from pytest_bdd import parsers, then
            from seatrial import declaration, instrument
            from seatrial.checks.convergence import eventually
            from seatrial.checks.expectations import every

            cluster = instrument("cluster")


            @then(parsers.parse('"{{name}}" is set to "{{state}}"'))
            @declaration
            def _(cluster, name, state):
                def things():
                    found = cluster.all(ConfigMap, namespace="{NAMESPACE}", name=name)
                    return {{one.metadata.name: {{"state": one.data["state"]}} for one in found}}

                eventually(things, every("things", state=state), within={mix.within})
            """
        ),
    }
    _write(folder, files)
    argv = [*SEATRIAL, "verify", "--kubeconfig", str(kubeconfig)]
    says = f"= {mix.hold} proven + 0 simulated"
    # Whoever installs a program of Python has its bytecode; some machines are told to write none.
    return Contestant("seatrial", argv, folder, int(mix.fails), says, {"PYTHONDONTWRITEBYTECODE": ""})


def kuttl(program: Path, folder: Path, kubeconfig: Path, mix: Mix) -> Contestant:
    """Write a hundred test cases of kuttl's, each with one assertion."""
    _write(folder, {f"tests/{name}/00-assert.yaml": _asserted(name) for name in names()})
    options = ["--namespace", NAMESPACE, "--parallel", str(_AT_ONCE), "--timeout", str(mix.within)]
    argv = [str(program), "test", *options, "tests"]
    says = f"--- {'FAIL' if mix.fails else 'PASS'}: kuttl"
    return Contestant("kuttl", argv, folder, int(mix.fails), says, {"KUBECONFIG": str(kubeconfig)})


def chainsaw(program: Path, folder: Path, kubeconfig: Path, mix: Mix) -> Contestant:
    """Write a hundred tests of Chainsaw's, each with one assertion."""
    _write(folder, {f"tests/{name}/chainsaw-test.yaml": _chainsaw(name) for name in names()})
    options = ["--namespace", NAMESPACE, "--parallel", str(_AT_ONCE), "--assert-timeout", f"{mix.within}s"]
    argv = [str(program), "test", *options, "--test-dir", "tests", "--no-color"]
    says = f"Passed  tests {mix.hold}"
    return Contestant("chainsaw", argv, folder, int(mix.fails), says, {"KUBECONFIG": str(kubeconfig)})


def _asserted(name: str) -> str:
    thing = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"state": "ready"}}
    return json.dumps(thing)  # which is YAML


def _chainsaw(name: str) -> str:
    thing = json.loads(_asserted(name))
    test = {
        "apiVersion": "chainsaw.kyverno.io/v1alpha1",
        "kind": "Test",
        "metadata": {"name": name},
        "spec": {"steps": [{"try": [{"assert": {"resource": thing}}]}]},
    }
    return json.dumps(test)


def _write(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
