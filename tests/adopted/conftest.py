"""A real API server that writes down whatever it is asked, and a project that adopts it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.apart import WITHOUT
from tests.dns_updater.kubernetes_api import Kubernetes, api_server

LOOKER, STRANGER = "only-looks", "may-nothing"
_POLICY = """
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules: [{level: Metadata}]
"""


@dataclass(frozen=True)
class Standing:
    """A cluster that stands, and what it was asked.

    Attributes:
        kubernetes: The server, and the way in with every right.
        folder: Where it writes.
    """

    kubernetes: Kubernetes
    folder: Path

    @property
    def kubeconfig(self) -> Path:
        """A kubeconfig as a person has one: several contexts, the current one of which is another."""
        file = self.folder / "people"
        if not file.exists():
            document = yaml.safe_load(self.kubernetes.kubeconfig.read_text())
            for name in (LOOKER, STRANGER):
                document["users"].append({"name": name, "user": {"token": f"token-of-{name}"}})
                document["contexts"].append({"name": name, "context": {"cluster": "test", "user": name}})
            document["clusters"].append({"name": "gone", "cluster": {"server": "http://127.0.0.1:9"}})
            document["contexts"].append({"name": "gone", "context": {"cluster": "gone", "user": LOOKER}})
            file.write_text(yaml.safe_dump(document | {"current-context": "gone"}))
        return file

    def asked(self, user: str = LOOKER) -> Counter[str]:
        """Return how often *user* has asked for what, by verb, as the server's audit log has it."""
        lines = map(json.loads, (self.folder / "audit.log").read_text().splitlines())
        verbs = {line["auditID"]: line["verb"] for line in lines if line["user"].get("username") == user}
        return Counter(verbs.values())  # of a watch there are two lines: one as it begins


@pytest.fixture(scope="session")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    """The cluster: whoever has the token of LOOKER may do anything, and nothing keeps it from that but the harness."""
    folder = tmp_path_factory.mktemp("standing")
    (folder / "policy.yaml").write_text(_POLICY)
    audit = ("--audit-policy-file", str(folder / "policy.yaml"), "--audit-log-path", str(folder / "audit.log"))
    flags = (*audit, "--allow-privileged")
    users = (f"token-of-{LOOKER},{LOOKER},{LOOKER},system:masters", f"token-of-{STRANGER},{STRANGER},{STRANGER},none")
    with api_server(folder, *flags, users=users, authorization="RBAC") as kubernetes:
        yield Standing(kubernetes, folder)


class Project:
    """A folder of somebody's own, with features and nothing else.

    Args:
        path: The folder.
        standing: The cluster that it looks at.
    """

    def __init__(self, path: Path, standing: Standing) -> None:
        self.path = path
        self._standing = standing

    def feature(self, text: str, name: str = "first.feature") -> None:
        """Write a feature file."""
        (self.path / "features").mkdir(exist_ok=True)
        (self.path / "features" / name).write_text(textwrap.dedent(text).strip() + "\n")

    def scenarios(self, scenarios: dict[str, str]) -> None:
        """Write a feature with a scenario for each name, with its steps separated by semicolons."""
        lines = ["Feature: What runs"]
        for name, text in scenarios.items():
            lines += [f"  Scenario: {name}", *(f"    {step.strip()}" for step in text.split(";"))]
        self.feature("\n".join(lines))

    def seatrial(self, *args: str, context: str = LOOKER) -> subprocess.CompletedProcess[str]:
        """Run the command line; *context* is named where the command takes one."""
        reach = [f"--kubeconfig={self._standing.kubeconfig}", f"--context={context}"]
        takes = args[0] in ("verify", "status", "doctor") and context
        command = [sys.executable, "-c", "from seatrial.cli import main; main()", *args, *(reach if takes else [])]
        environ = {name: value for name, value in os.environ.items() if name not in ("TEAMID", "SEATRIAL_TARGET")}
        environ |= {"COLUMNS": "200", "NO_COLOR": "1", "KUBECONFIG": str(self.path / "none")}
        environ |= {"PYTEST_ADDOPTS": " ".join(WITHOUT)}
        return subprocess.run(
            command, cwd=self.path, env=environ, capture_output=True, text=True, timeout=300, check=False
        )

    @property
    def verdicts(self) -> dict[str, str]:
        """The verdict of each scenario, by its name."""
        return {name: found["verdict"] for name, found in self.results.items()}

    @property
    def results(self) -> dict[str, Any]:
        """What verdict.json says of each scenario, by its name."""
        document = json.loads((self.path / "report" / "adopted" / "verdict.json").read_text())
        return {scenario["scenario"]: scenario for scenario in document["scenarios"]}


@pytest.fixture
def project(tmp_path: Path, standing: Standing) -> Project:
    """A project without a provisioning: it has features, and no line of Python."""
    return Project(tmp_path, standing)
