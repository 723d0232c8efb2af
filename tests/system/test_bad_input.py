"""Bad input: one clear message that says where, what and what to do; an exit code not 0; nothing left behind."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from .sandbox import Sandbox

TEAM = "wrong"
_READ_ONLY = 'mount --bind "$PWD" "$PWD" && mount -o remount,bind,ro "$PWD" && cd "$PWD" && exec "$@"'


@pytest.fixture(autouse=True)
def _nothing_left(sandbox: Sandbox) -> Iterator[None]:
    yield
    assert [] == sandbox.left()


def test_features_that_platform_yaml_contradicts(sandbox: Sandbox) -> None:
    """Every value of both is compared; a message names both places."""
    file = sandbox.root / "provision" / "platform.yaml"
    before = file.read_text()
    lines = [line.partition("#")[0].rstrip() for line in before.splitlines()]
    changes = {
        "zones": (", eu-west-1c", ", eu-west-1d"),
        "network": ("172.20", "172.21"),
        "masters.count": ("count: 3", "count: 5"),
        "masters.type": ("t2.medium", "t2.small"),
        "mongodb.members": ("members: 3", "members: 5"),
        "mongodb.volume.size": ("size: 20", "size: 21"),
        "mongodb.volume.type": ("gp3", "gp2"),
        "ingress.ports.http": ("http: 80", "http: 81"),
        "ingress.ports.status": ("18080", "18081"),
        "microservices.port": ("port: 8899", "port: 8898"),
        "microservices.replicas": ("replicas: 2", "replicas: 3"),
        "dns.ttl": ("ttl: 300", "ttl: 60"),
        "dns.zone": ("zone: public", "zone: private"),
        "density.least": ("least: 4", "least: 3"),
        "density.average": ("average: 7", "average: 8"),
        "standup.minutes": ("within: 840", "within: 900"),
    }
    at = {}
    for name, (old, new) in changes.items():
        at[name] = next(number for number, line in enumerate(lines) if old in line)
        lines[at[name]] = lines[at[name]].replace(old, new)
    file.write_text("\n".join([*lines, ""]))
    try:
        code, said = sandbox.run("lint")
    finally:
        file.write_text(before)
    assert 1 == code
    for name, line in at.items():
        where = rf"provision/platform\.yaml:{line + 1};"
        assert re.search(rf"^features/.*:\d+: says .*, where {name} is .* in {where}", said, re.MULTILINE), (name, said)
    assert "its table lacks 81, 18081, where node.ports is 81, 443, 18081" in said


@pytest.mark.parametrize("command", ["up", "verify"])
def test_an_unknown_target(sandbox: Sandbox, command: str) -> None:
    """The message names those that there are."""
    code, said = sandbox.run(command, f"--team={TEAM}", "--target=moon")
    assert (4, "seatrial: --target moon: no such target; expected one of local, kind, aws\n") == (code, said)


def test_an_unknown_target_of_pytest(sandbox: Sandbox) -> None:
    """Pytest itself says the same."""
    code, said = sandbox.run("features/cluster", f"--seatrial-team={TEAM}", "--seatrial-target=moon", module="pytest")
    assert 4 == code
    _one(said, r"--target moon: no such target; expected one of local, kind, aws")


def test_a_malformed_feature(sandbox: Sandbox) -> None:
    """The message names the file and the line; no platform is stood up for it."""
    file = sandbox.root / "features" / "cluster" / "broken.feature"
    file.write_text("Feature: Broken\n  Scenario: One\n    Given a note stored on the platform\n    Whence it came\n")
    try:
        code, said = sandbox.run("verify", f"--team={TEAM}", "features/cluster/broken.feature")
        linted = sandbox.run("lint")
    finally:
        file.unlink()
    assert 2 == code
    _one(said, r"features/cluster/broken\.feature:4: .*\n? *Whence it came")
    assert 1 == linted[0]
    _one(linted[1], r"features/cluster/broken\.feature:4: .*\n? *Whence it came")


@pytest.mark.parametrize("command", ["up", "verify", "lint"])
def test_a_wrong_platform_yaml(sandbox: Sandbox, command: str) -> None:
    """All errors at once, each with its line and its field."""
    file = sandbox.root / "provision" / "platform.yaml"
    before = file.read_text()
    lines = before.splitlines()
    masters = next(number for number, line in enumerate(lines) if line.startswith("masters:"))
    count = next(number for number, line in enumerate(lines) if number > masters and "count:" in line)
    lines[count] = re.sub(r"count: *\d+", "count: 4", lines[count])
    file.write_text("\n".join([*lines, "regoin: eu-west-2", ""]))
    try:
        code, said = sandbox.run(command, *([] if command == "lint" else [f"--team={TEAM}"]))
    finally:
        file.write_text(before)
    assert (1 if command == "lint" else 4) == code
    _one(said, rf"platform\.yaml:{count + 1}: masters.*odd.*4")
    _one(said, rf"platform\.yaml:{len(lines) + 1}: regoin: unknown field; did you mean region\?")


@pytest.mark.parametrize("command", ["up", "verify"])
def test_a_taken_port(sandbox: Sandbox, command: str) -> None:
    """The message names the address and the port."""
    taken = f"{sandbox.block}.2"
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a platform's connections may linger there
        server.bind((taken, 5000))
        server.listen()
        code, said = sandbox.run(command, f"--team={TEAM}")
    assert 4 == code
    _one(said, rf"{re.escape(taken)}:5000 is taken by another program; end it, or choose another block")


@pytest.mark.parametrize("command", ["up", "verify"])
def test_a_file_where_the_state_goes(sandbox: Sandbox, command: str) -> None:
    """The message names the file, which is left alone."""
    file = sandbox.root / ".seatrial"
    file.write_text("mine\n")
    try:
        code, said = sandbox.run(command, f"--team={TEAM}")
        assert "mine\n" == file.read_text()
    finally:
        file.unlink()
    assert 3 == code
    _one(said, rf"{re.escape(str(file))} is a file; .*: move the file away")


@pytest.mark.parametrize("command", ["up", "verify"])
def test_a_read_only_directory(sandbox: Sandbox, command: str) -> None:
    """The message names the folder. No mode keeps root out: to root the folder is mounted read-only."""
    mode = sandbox.root.stat().st_mode
    sandbox.root.chmod(0o555)
    try:
        if os.access(sandbox.root, os.W_OK):
            if shutil.which("unshare") is None or subprocess.run(["unshare", "-m", "true"], check=False).returncode:
                pytest.skip("root, and not allowed to mount anything")
            code, said = sandbox.run(command, f"--team={TEAM}", before=("unshare", "-m", "sh", "-c", _READ_ONLY, "sh"))
        else:
            code, said = sandbox.run(command, f"--team={TEAM}")
    finally:
        sandbox.root.chmod(mode)
    assert 3 == code
    where = re.escape(str(sandbox.root))
    what = "the platform's state at" if command == "up" else "to"
    _one(said, rf"cannot write {what} {where}.*; make .*writable")


def test_a_kubeconfig_without_a_platform(sandbox: Sandbox, tmp_path: Path) -> None:
    """A kubeconfig reaches a platform that is up; nothing is stood up for it."""
    code, said = sandbox.run("verify", f"--team={TEAM}", f"--kubeconfig={tmp_path / 'none'}", "features/cluster")
    assert 4 == code
    _one(said, rf"{TEAM} is not up on local, and --kubeconfig .*/none only says how to reach a platform that is")


def _one(said: str, pattern: str) -> None:
    """See that exactly one line says it, and that there is no traceback."""
    assert "Traceback" not in said
    assert 1 == len(re.findall(pattern, said)), said
