"""Kubeconfigs as people have them: each works as with kubectl, or is one short message."""

from __future__ import annotations

import http.server
import json
import os
import ssl
import stat
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml
from lightkube.resources.core_v1 import Namespace

from provision.targets.base.pki import Pki
from seatrial.errors import UsageError
from seatrial.kube.client import client_of
from seatrial.kube.kubeconfig import files, load
from seatrial.provisioning.state import PlatformState
from tests.bounds.bombs import laughs

Asked = tuple[str, list[tuple[str, str]]]


@contextmanager
def _serving(trust: ssl.SSLContext | None = None) -> Iterator[Asked]:
    """A server that has one namespace, and what it was asked: each path with the credential."""
    asked: list[tuple[str, str]] = []

    class Api(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers.get("Authorization", "")))
            body = json.dumps({"kind": "Namespace", "metadata": {"name": "default"}}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    found = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Api)
    if trust is not None:
        found.socket = trust.wrap_socket(found.socket, server_side=True, do_handshake_on_connect=False)
    found.handle_error = lambda *_: None  # type: ignore[method-assign] # a handshake that is broken off
    threading.Thread(target=found.serve_forever, daemon=True).start()
    yield f"http{'' if trust is None else 's'}://127.0.0.1:{found.server_port}", asked
    found.shutdown()
    found.server_close()


@pytest.fixture
def server() -> Iterator[Asked]:
    """A server without a certificate."""
    with _serving() as found:
        yield found


def _config(
    url: str, user: dict[str, Any] | None = None, *, cluster: Mapping[str, object] | None = None
) -> dict[str, Any]:
    return {
        "current-context": "ours",
        "contexts": [{"name": "ours", "context": {"cluster": "c", "user": "u"}}],
        "clusters": [{"name": "c", "cluster": {"server": url, **(cluster or {})}}],
        "users": [{"name": "u", "user": user or {}}],
    }


def _write(folder: Path, document: object, name: str = "config") -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(yaml.safe_dump(document))
    return file


def _ask(file: Path | None, temporary: Path, context: str | None = None) -> str:
    found = client_of(file, temporary, context).get(Namespace, "default").metadata
    return str(found.name if found else "")


def _plugin(folder: Path, text: str) -> Path:
    file = folder / "plugin"
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return file


def test_several_files(server: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Several files in KUBECONFIG are one: the first entry of a name counts, and one that is missing is passed over."""
    whole = _config(server[0], {"token": "right"})
    first = _write(tmp_path, {"users": whole["users"], "current-context": "ours"}, "first")
    second = _write(tmp_path, whole | {"users": [{"name": "u", "user": {"token": "wrong"}}]}, "second")
    empty = _write(tmp_path, None, "empty")
    empty.write_text("")
    named = ["", str(tmp_path / "missing"), str(empty), str(first), str(second), ""]
    monkeypatch.setenv("KUBECONFIG", os.pathsep.join(named))
    assert "default" == _ask(None, tmp_path)
    assert [("/api/v1/namespaces/default", "Bearer right")] == server[1]


@pytest.mark.parametrize("value", ["", os.pathsep])
def test_none_named(value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty KUBECONFIG names none: the default one is read."""
    monkeypatch.setenv("HOME", str(tmp_path))
    assert [tmp_path / ".kube" / "config"] == files(None, {"KUBECONFIG": value})


@pytest.mark.parametrize("version", ["v1", "v1beta1"])
@pytest.mark.parametrize("relative", [False, True], ids=["absolute", "relative"])
def test_exec_plugins(server: Asked, tmp_path: Path, version: str, *, relative: bool) -> None:
    """A plugin of either version gives the token; it is told the version, and a relative path is the file's."""
    api = f"client.authentication.k8s.io/{version}"
    script = 'echo "{\\"status\\": {\\"token\\": \\"$(echo "$KUBERNETES_EXEC_INFO" | grep -c ' + api + ')$MORE$1\\"}}"'
    plugin = _plugin(tmp_path, script)
    about = {
        "apiVersion": api,
        "command": "./plugin" if relative else str(plugin),
        "args": ["-arg"],
        "env": [{"name": "MORE", "value": "-more"}],
        "interactiveMode": "IfAvailable",
        "provideClusterInfo": True,
    }
    file = _write(tmp_path, _config(server[0], {"exec": about}))
    assert "default" == _ask(file, tmp_path)
    assert "Bearer 1-more-arg" == server[1][0][1]


def test_relative_paths(server: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative path is that of the file that it stands in, wherever the command is run."""
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "token").write_text("from a file\n")
    file = _write(tmp_path / "there", _config(server[0], {"tokenFile": "token"}))
    monkeypatch.chdir(tmp_path)
    assert "default" == _ask(file.relative_to(tmp_path), tmp_path)
    assert "Bearer from a file" == server[1][0][1]


def test_proxies(server: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxy of the cluster is taken, else that of the environment; loopback is behind none of the latter."""
    through = _write(tmp_path, _config("http://cluster.invalid:6443", cluster={"proxy-url": server[0]}))
    assert "default" == _ask(through, tmp_path)
    assert "http://cluster.invalid:6443/api/v1/namespaces/default" == server[1][-1][0]
    monkeypatch.setenv("http_proxy", server[0])
    assert "default" == _ask(_write(tmp_path, _config("http://other.invalid")), tmp_path)
    assert "http://other.invalid/api/v1/namespaces/default" == server[1][-1][0]
    monkeypatch.setenv("no_proxy", ".invalid")
    assert load([tmp_path / "config"]).proxy is None
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert "default" == _ask(_write(tmp_path, _config(server[0])), tmp_path)


def test_the_servers_name(tmp_path: Path) -> None:
    """The certificate of the server has to be for the name that the kubeconfig says, as in those that kops writes."""
    pki = Pki(PlatformState(tmp_path, "ours"))
    pair = pki.kubernetes.issue("server", "api", hosts=["api.internal.example.com"])
    trust = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trust.load_cert_chain(pair.cert, pair.key)
    with _serving(trust) as (url, asked):
        named = {"certificate-authority": str(pki.kubernetes.pair.cert), "tls-server-name": "api.internal.example.com"}
        assert "default" == _ask(_write(tmp_path, _config(url, cluster=named)), tmp_path)
        with pytest.raises(httpx2.ConnectError, match="certificate"):
            _ask(_write(tmp_path, _config(url, cluster=named | {"tls-server-name": "another.example.com"})), tmp_path)
    assert 1 == len(asked)


OURS = "the context 'ours' names the"
PLUGIN = {"apiVersion": "client.authentication.k8s.io/v1", "command": "./plugin"}


@pytest.mark.parametrize(
    ("change", "context", "message"),
    [
        ({"current-context": ""}, None, "no current context; name one by --context: ours"),
        ({}, "theirs", "no context 'theirs'; contexts there: ours"),
        ({"current-context": "gone"}, None, "no context 'gone'; contexts there: ours"),
        ({"clusters": []}, None, f"{OURS} cluster 'c', which is not there"),
        ({"users": []}, None, f"{OURS} user 'u', which is not there"),
        ({"users": [{"name": "u", "user": {"as": "x"}}]}, None, "user 'u': as is not supported"),
        ({"users": [{"name": "u", "user": {"auth-provider": {"name": "x"}}}]}, None, "auth-provider is not supported"),
        ({"users": [{"name": "u", "user": {"tokenFile": "no"}}]}, None, "tokenFile: no such file: "),
        ({"users": "none"}, None, "users: expected entries with a name and a user"),
        ({"users": [{"name": "u", "user": {"token": 7}}]}, None, "the context 'ours' is not as kubectl writes it"),
        (
            {"users": [{"name": "u", "user": {"exec": PLUGIN}}]},
            None,
            "no such program. Install it, or correct the path",
        ),
        (
            {"users": [{"name": "u", "user": {"exec": PLUGIN | {"apiVersion": "client.authentication.k8s.io/v7"}}}]},
            None,
            "apiVersion client.authentication.k8s.io/v7: expected client.authentication.k8s.io/v1 or",
        ),
        (
            {"users": [{"name": "u", "user": {"exec": PLUGIN | {"interactiveMode": "Always"}}}]},
            None,
            "it has to ask a person (interactiveMode: Always), which cannot be",
        ),
        (
            {"clusters": [{"name": "c", "cluster": {"server": "https://x.invalid", "proxy-url": "ftp://x"}}]},
            None,
            "the proxy ftp://x: expected one of http://",
        ),
        (
            {"clusters": [{"name": "c", "cluster": {"server": "https://x.invalid", "certificate-authority": "no"}}]},
            None,
            "certificate-authority: no such file: ",
        ),
    ],
)
def test_what_cannot_be_used(tmp_path: Path, change: dict[str, Any], context: str | None, message: str) -> None:
    """What is wrong with a kubeconfig is one message that names the file and what is in it."""
    file = _write(tmp_path, _config("https://127.0.0.1:1") | change)
    with pytest.raises(UsageError) as raised:
        client_of(file, tmp_path, context)
    assert message in str(raised.value)
    assert str(raised.value).startswith(str(file))
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("echo please log in >&2; exit 3", "it ended with 3: please log in"),
        ("echo hello", "what it wrote is no ExecCredential"),
        ("echo '{\"status\": {}}'", "it gave neither a token nor a certificate"),
    ],
)
def test_plugins_that_fail(tmp_path: Path, script: str, message: str) -> None:
    """A plugin that fails is one message, with what it said, before anything is asked of the cluster."""
    _plugin(tmp_path, script)
    file = _write(tmp_path, _config("https://127.0.0.1:1", {"exec": PLUGIN}))
    with pytest.raises(UsageError, match=message):
        client_of(file, tmp_path)


@pytest.mark.parametrize("text", ["- a", "{", "a: \x00", "7"])
def test_no_kubeconfig(tmp_path: Path, text: str) -> None:
    """A file that is none is one message."""
    file = tmp_path / "config"
    file.write_text(text)
    with pytest.raises(UsageError, match=f"{file}: not a kubeconfig: "):
        client_of(file, tmp_path)
    with pytest.raises(UsageError, match="not-there: no such kubeconfig"):
        client_of(tmp_path / "not-there", tmp_path)


def test_authorities_that_are_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SSL_CERT_FILE that is not there is named where it is needed, and looked at nowhere else."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    with pytest.raises(UsageError, match=r"^SSL_CERT_FILE=.*none.pem: no such file; correct the variable, or unset it"):
        client_of(_write(tmp_path, _config("https://127.0.0.1:1")), tmp_path)
    client_of(_write(tmp_path, _config("https://127.0.0.1:1", cluster={"insecure-skip-tls-verify": True})), tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (laughs(11) + "clusters: *a10\n", r"its aliases stand for more than 250,000 values"),
        ("[" * 200_000, r"nested deeper than 64 levels"),
        ("a: " + "x" * (9 << 20), r"larger than 8,388,608 bytes"),
    ],
)
def test_a_kubeconfig_that_stands_for_more(tmp_path: Path, text: str, said: str) -> None:
    """A file that a checkout names as its cluster's is read within bounds."""
    file = tmp_path / "config"
    file.write_text(text)
    with pytest.raises(UsageError, match=said):
        load([file])
