"""Whatever a platform listens on is known, and refuses a user of the machine who has no keys."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from provision.spec_file import read
from provision.targets.base.pki import KeyPair
from provision.targets.local.parts import TOOLS
from provision.targets.simulated.addresses import recorded
from provision.toolchain import Toolchain
from seatrial.provisioning.processes import ProcessSpec, ProcessTable
from seatrial.provisioning.state import PlatformState
from tests.system.sandbox import Sandbox

from .asking import answered, certificate_of_her_own, surprises
from .doors import Door, doors
from .listening import listeners

MISSING = [name for name in TOOLS if Toolchain().look(name).path is None]
TEAM = "closed"
OPEN = """
import http.server, os, socket, sys
kept = [socket.socket(socket.AF_UNIX), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)]
kept[0].bind(sys.argv[1])
kept[0].listen()
os.chmod(sys.argv[1], 0o777)
kept[1].bind(("127.0.0.1", 0))
kept.append(socket.create_server(("::1", 0), family=socket.AF_INET6) if socket.has_ipv6 else None)
class Says(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/metrics" else 403)
        self.end_headers()
server = http.server.HTTPServer(("127.0.0.1", 0), Says)
print("ready", flush=True)
server.serve_forever()
"""
linux = pytest.mark.skipif(sys.platform != "linux", reason="sockets are looked up in /proc")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can ask as another user")
pytestmark = [linux, as_root]


@pytest.fixture(scope="module")
def hers(tmp_path_factory: pytest.TempPathFactory) -> KeyPair:
    """A certificate of a stranger's own making, which says that she is an administrator."""
    return certificate_of_her_own(tmp_path_factory.mktemp("stranger"))


@pytest.fixture
def open_process(tmp_path: Path) -> Iterator[PlatformState]:
    """A platform of which one process listens, in every way, and answers whoever asks for its metrics."""
    tmp_path.chmod(0o755)
    state = PlatformState(tmp_path, TEAM)
    table = ProcessTable(state)
    try:
        with tempfile.TemporaryDirectory(prefix="seatrial-open-") as folder:
            Path(folder).chmod(0o755)
            table.start(ProcessSpec("open", [sys.executable, "-c", OPEN, f"{folder}/socket"], {}))
            while "ready" not in table.log("open").read_text():
                assert table.alive("open"), table.log("open").read_text()
            yield state
    finally:
        table.sweep()


@pytest.mark.slow
@pytest.mark.skipif(bool(MISSING), reason=f"not in the toolchain's cache yet: {', '.join(MISSING)}")
def test_every_listener_of_a_platform(hers: KeyPair, tmp_path: Path) -> None:
    """Nothing listens but what is named, and it answers a stranger what is named with a reason, and nothing else."""
    with tempfile.TemporaryDirectory(prefix="seatrial-system-") as folder:
        Path(folder).chmod(0o755)
        sandbox = Sandbox(Path(folder), f"127.{200 + os.getpid() % 50}.{os.getpid() // 50 % 250}")
        try:
            code, said = sandbox.run("up", f"--team={TEAM}")
            assert 0 == code, said
            state, spec = PlatformState(sandbox.root, TEAM), read()
            where = recorded(state, spec.masters.count)
            assert where is not None
            known = doors(where, TEAM, spec.zone_name(TEAM))
            assert sorted(known) == listeners(state)
            assert [] == surprises(known, answered(known, hers))
            assert 0 == sandbox.run("down", f"--team={TEAM}")[0]
        finally:
            sandbox.end()
        assert [] == sandbox.left()


def test_what_nobody_has_named_is_seen(open_process: PlatformState) -> None:
    """TCP, UDP and unix sockets, of both versions of IP, are found wherever a process of the platform has them."""
    found = listeners(open_process)
    assert {"open"} == {one.process for one in found}
    assert ["tcp", "tcp", "udp", "unix"] == [one.kind for one in found]
    assert ["127.0.0.1", "127.0.0.1", "::1"] == sorted(one.address.rpartition(":")[0] for one in found[:3])


def test_who_answers_is_seen(open_process: PlatformState, hers: KeyPair) -> None:
    """A server that answers a stranger is found out, by the path; so is a unix socket that takes her."""
    found = listeners(open_process)
    (web,) = [one for one in found if one.kind == "tcp" and "::1" not in one.address]
    metrics = Door({path: path for path in ("/", "/metrics")})
    assert {web: {"/metrics": "200 "}} == answered({web: metrics}, hers)
    (local,) = [one for one in found if one.kind == "unix"]
    assert {local: {"connect": "1 it takes us"}} == answered({local: Door({"connect": ""}, kind="unix")}, hers)
    Path(local.address).chmod(0o600)
    assert {local: {}} == answered({local: Door({"connect": ""}, kind="unix")}, hers)
