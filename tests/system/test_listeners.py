"""Whatever listens of a platform that is up asks who is there: without keys, another user is refused by each."""

from __future__ import annotations

import encodings.idna  # noqa: F401 - another user may not be able to read it when it is needed
import http.client
import json
import os
import ssl
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import psutil
import pytest

from provision import spec_file

from .sandbox import Sandbox

pytestmark = pytest.mark.slow
TEAM = "listens"
NOBODY = 65534
_PATHS = (
    "/", "/version", "/metrics", "/api/v1/secrets", "/apis", "/openapi/v2", "/configz", "/debug/pprof/", "/health",
    "/moto-api/data.json", "/moto-api/reset", "/v2/_catalog", "/v3/kv/range", "/v3/maintenance/status",
)  # fmt: skip
_PROBES = ("/healthz", "/readyz", "/livez")
"""Kubernetes's own programs say to anybody whether they live, in a word; nothing else."""

Answer = tuple[str, int, bool, str, str, int, str]
"""Host, port, whether by TLS, method, path; the status and the text of the answer, 0 and the error where none came."""


def listening(sandbox: Sandbox) -> dict[tuple[str, int], str]:
    """Return every TCP address that a process of the platform listens at, with the name of its process."""
    found = {}
    for process in psutil.process_iter():
        try:
            mark = process.environ().get("SEATRIAL_PROCESS", "")
            if not mark.startswith(f"{sandbox.root}/"):
                continue
            for one in process.net_connections("inet"):
                if one.status == psutil.CONN_LISTEN:
                    found[one.laddr.ip, one.laddr.port] = mark.split("#")[1]
        except (psutil.Error, OSError):
            continue
    return found


def ask(host: str, port: int, tls: bool, method: str, path: str) -> Answer:
    """Ask without any certificate or key."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    connection = (
        http.client.HTTPSConnection(host, port, timeout=5, context=context)
        if tls
        else http.client.HTTPConnection(host, port, timeout=5)
    )
    try:
        connection.request(method, path, b"{}" if method == "POST" else None)
        answer = connection.getresponse()
        return host, port, tls, method, path, answer.status, answer.read(2000).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as error:
        return host, port, tls, method, path, 0, type(error).__name__
    finally:
        connection.close()


def ask_all(addresses: Iterable[tuple[str, int]], paths: Iterable[str]) -> list[Answer]:
    """Ask everybody for everything, by TLS and without."""
    return [
        ask(host, port, tls, method, path)
        for host, port in addresses
        for tls in (False, True)
        for method in ("GET", "POST")
        for path in paths
    ]


def read_all(files: Iterable[Path]) -> list[str]:
    """Name the files that can be read."""
    found = []
    for file in files:
        try:
            file.read_bytes()
            found.append(str(file))
        except PermissionError:
            continue
    return found


def as_nobody(do: Callable[..., Any], *arguments: Any) -> Any:
    """Do something as a user who owns nothing, in a process of its own, and return what came of it."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            with os.fdopen(writing, "w") as pipe:
                json.dump(do(*arguments), pipe)
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return json.loads(said)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can ask as another user")
def test_nobody_is_let_in_without_keys(sandbox: Sandbox) -> None:
    """Every listener is tried, none is left out; only DNS, which is for anybody on loopback, answers questions."""
    code, said = sandbox.run("up", f"--team={TEAM}")
    try:
        assert 0 == code, said
        found = listening(sandbox)
        expected = {"moto", "front", "resolver", "etcd-1", "apiserver-1", "controller-manager-1", "scheduler-1"}
        assert expected <= set(found.values())
        assert {sandbox.block} == {ip.rpartition(".")[0] for ip, _ in found}
        asked = [address for address, name in found.items() if name != "resolver"]
        spec = spec_file.read()
        key = f"/{spec.store_name(TEAM)}/{spec.zone_name(TEAM)}/pki/private/kubernetes-ca/keyset.yaml"
        answers = as_nobody(ask_all, asked, [key, *_PATHS, *_PROBES])
        assert set(asked) == {(host, port) for host, port, *_ in answers}
        assert {status for *_, status, _ in answers} >= {400, 401, 403}
        let_in = [one for one in answers if 0 < one[5] < 400 and not (one[4] in _PROBES and one[6] == "ok")]
        assert [] == let_in
        state = sandbox.root / ".seatrial" / TEAM
        keys = [state / "aws-keys.json", state / "mark.json", state / "kubeconfig", state / "pki" / "etcd-ca.key"]
        assert 4 == len(read_all(keys))
        assert [] == as_nobody(read_all, keys)
    finally:
        code, said = sandbox.run("down", f"--team={TEAM}")
        assert 0 == code, said
