"""Whatever listens of a platform that is up asks who is there: without keys, another user is refused by each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import psutil
import pytest

from provision import spec_file

if TYPE_CHECKING:
    from .sandbox import Sandbox

pytestmark = pytest.mark.slow
TEAM = "listens"
NOBODY = 65534
PYTHON = str(getattr(sys, "_base_executable", sys.executable))  # the environment's own may be in a folder of root's
_PROBES = ("/healthz", "/readyz", "/livez")
"""Kubernetes's own programs say to anybody whether they live, in a word or two; nothing else."""

_ASK = """
import http.client, json, ssl, sys

PATHS = ("/", "/version", "/metrics", "/api/v1/secrets", "/apis", "/openapi/v2", "/configz", "/debug/pprof/",
         "/health", "/moto-api/data.json", "/moto-api/reset", "/v2/_catalog", *json.loads(sys.argv[2]))

def ask(host, port, tls, method, path):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    connection = (http.client.HTTPSConnection(host, port, timeout=5, context=context) if tls
                  else http.client.HTTPConnection(host, port, timeout=5))
    try:
        connection.request(method, path, b"{}" if method == "POST" else None)
        answer = connection.getresponse()
        return answer.status, answer.read(2000).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as error:
        return 0, type(error).__name__
    finally:
        connection.close()

found = []
for host, port in json.loads(sys.argv[1]):
    for tls in (False, True):
        for method in ("GET", "POST"):
            for path in (*PATHS, "/v3/kv/range", "/v3/maintenance/status"):
                found.append((host, port, tls, method, path, *ask(host, port, tls, method, path)))
print(json.dumps(found))
"""


def listening(sandbox: Sandbox) -> dict[tuple[str, int], str]:
    """Return every TCP address that a process of the platform listens at, with the name of its process."""
    found = {}
    for process in psutil.process_iter():
        try:
            if str(sandbox.root) not in f"{process.environ()} {process.cmdline()}":
                continue
            for one in process.net_connections("inet"):
                if one.status == psutil.CONN_LISTEN:
                    found[one.laddr.ip, one.laddr.port] = process.environ()["SEATRIAL_PROCESS"].split("#")[1]
        except (psutil.Error, OSError, KeyError):
            continue
    return found


def as_nobody(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a user who owns nothing."""
    return subprocess.run(
        command, user=NOBODY, group=NOBODY, cwd="/", env={}, capture_output=True, text=True, check=False
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can ask as another user")
def test_nobody_is_let_in_without_keys(sandbox: Sandbox) -> None:
    """Every listener is tried, none is left out; only DNS, which is for anybody on loopback, answers questions."""
    code, said = sandbox.run("up", f"--team={TEAM}")
    assert 0 == code, said
    try:
        found = listening(sandbox)
        expected = {"moto", "front", "resolver", "etcd-1", "apiserver-1", "controller-manager-1", "scheduler-1"}
        assert expected <= set(found.values())
        assert {ip.rpartition(".")[0] for ip, _ in found} == {sandbox.block}
        asked = [address for address, name in found.items() if name != "resolver"]
        state = sandbox.root / ".seatrial" / TEAM
        spec = spec_file.read()
        key = f"/{spec.store_name(TEAM)}/{spec.zone_name(TEAM)}/pki/private/kubernetes-ca/keyset.yaml"
        command = [PYTHON, "-I", "-c", _ASK, json.dumps(asked), json.dumps([key, *_PROBES])]
        done = subprocess.run(
            command, user=NOBODY, group=NOBODY, cwd="/", env={}, capture_output=True, text=True, check=True
        )
        answers = json.loads(done.stdout)
        assert len(asked) == len({(ip, port) for ip, port, *_ in answers})
        let_in = [
            (*one[:5], status, text)
            for *one, status, text in answers
            if 0 < status < 400 and not (one[4] in _PROBES and text == "ok")
        ]
        assert [] == let_in
        # Nor can that user read what would let him in.
        read = ["/bin/sh", "-c", f"cat {state}/aws-keys.json {state}/pki/*.key {state}/kubeconfig"]
        seen = subprocess.run(
            read, user=NOBODY, group=NOBODY, cwd="/", env={}, capture_output=True, text=True, check=False
        )
        assert ("", True) == (seen.stdout, seen.returncode != 0)
    finally:
        code, said = sandbox.run("down", f"--team={TEAM}")
        assert 0 == code, said
