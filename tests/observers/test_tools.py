"""What the programs of the image of tools say, and what is made of one that says nothing."""

from __future__ import annotations

import subprocess

from provision.observers.tools import Tools
from seatrial.checks.observer import Fidelity


def _run(*command: str) -> subprocess.CompletedProcess[bytes]:
    said = {
        "kops": (0, b"Client version: 1.36.1 (git-v1.36.1)\n", b""),
        "jq": (127, b"", b'exec: "jq": executable file not found in $PATH\n'),
        "aws": (0, b"", b""),
        "python3": (0, b"10001 10001\n", b""),
    }
    code, out, err = said.get(command[0], (0, b"version 2.0", b""))
    return subprocess.CompletedProcess(command, code, out, err)


def test_versions() -> None:
    """A program that is not there, or that says no version, does not answer."""
    found = Tools(_run, fidelity=Fidelity.SIMULATED).versions()
    assert {"answers": True, "version": "1.36.1"} == found["kops"]
    assert {"answers": False, "said": "ended with 0: nothing was said"} == found["aws"]
    assert False is found["jq"]["answers"]
    assert "not found" in str(found["jq"]["said"])
    assert {"kops", "kubectl", "jq", "aws", "git", "make", "seatrial"} == set(found)


def test_runs_as() -> None:
    """The numbers of user and group."""
    assert "10001 10001" == Tools(_run, fidelity=Fidelity.SIMULATED).runs_as()
