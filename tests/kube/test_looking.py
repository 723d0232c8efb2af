"""What is a look, and what is not: by method, by path, and by what a connection is turned into."""

from __future__ import annotations

import httpx2
import pytest

from seatrial.checks.observer import NotProvableError
from seatrial.kube.looking import May, Sent, around
from seatrial.provisioning.adopting import OnlyLookedAtError

URL = "https://127.0.0.1:6443"


def _request(method: str, path: str, **headers: str) -> httpx2.Request:
    return httpx2.Request(method, URL + path, headers=headers)


LOOKS = {
    "/version": "get",
    "/api": "get",
    "/readyz": "get",
    "/api/v1/pods": "list",
    "/api/v1/pods?watch=true": "watch",
    "/api/v1/namespaces": "list",
    "/api/v1/namespaces/shop": "get",
    "/api/v1/namespaces/shop/pods?watch=1": "watch",
    "/api/v1/namespaces/shop/pods/one": "get",
    "/api/v1/namespaces/shop/pods/one/log": "get",
    "/apis/apps/v1/namespaces/shop/deployments/web/status": "get",
    "/apis/apps/v1/deployments": "list",
    "/api/v1/nodes/one": "get",
}
CONNECTS = (
    "/api/v1/namespaces/shop/pods/one/exec?command=rm",
    "/api/v1/namespaces/shop/pods/one/%65xec",
    "/api/v1/namespaces/shop/pods/one/exec/",
    "//api/v1/namespaces/shop/pods/one/attach",
    "/api/v1/namespaces/shop/pods/one/portforward",
    "/api/v1/namespaces/shop/pods/one/proxy/delete",
    "/api/v1/namespaces/shop/services/http:web:80/proxy",
    "/api/v1/nodes/one/proxy/run",
    "/api/v1/proxy/nodes/one",
)


@pytest.mark.parametrize(("path", "verb"), LOOKS.items())
def test_looks(path: str, verb: str) -> None:
    """A look gets through, and is counted by its verb."""
    sent = Sent()
    wire = around(httpx2.MockTransport(lambda _: httpx2.Response(200)), sent)
    assert 200 == wire.handle_request(_request("GET", path)).status_code
    assert {verb: 1} == sent.by_verb()


@pytest.mark.parametrize("path", CONNECTS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_leads_to_something_else(method: str, path: str) -> None:
    """What connects to a container, a service or a kubelet does not leave, whatever its method."""
    _refused(_request(method, path), "connect")


def test_a_connection_that_becomes_another() -> None:
    """What asks to go on as another protocol is no look."""
    _refused(_request("GET", "/api/v1/namespaces/shop/pods", Upgrade="websocket"), "connect")


@pytest.mark.parametrize(
    ("method", "verb"),
    [("POST", "create"), ("PUT", "update"), ("PATCH", "patch"), ("DELETE", "delete"), ("BREW", "brew")],
)
@pytest.mark.parametrize("path", LOOKS)
def test_writes(method: str, verb: str, path: str) -> None:
    """No other method leaves, wherever it goes."""
    _refused(_request(method, path), verb)


def test_what_is_counted_is_what_leaves() -> None:
    """The count stands behind the refusal: were that to fail, the count would show it."""
    sent = Sent()
    counted = around(httpx2.MockTransport(lambda _: httpx2.Response(201)), sent)._inner  # type: ignore[attr-defined]
    counted.handle_request(_request("POST", "/api/v1/namespaces"))
    assert {"create": 1} == sent.by_verb()


def test_what_is_forbidden() -> None:
    """What the credentials may not see is said as such."""
    wire = around(httpx2.MockTransport(lambda _: httpx2.Response(403)), Sent())
    with pytest.raises(NotProvableError, match="the credentials that were given may not watch secrets"):
        wire.handle_request(_request("GET", "/api/v1/namespaces/shop/secrets?watch=true"))


WITHIN = (
    ("POST", "/api/v1/namespaces/shop/pods"),
    ("PUT", "/apis/apps/v1/namespaces/shop/deployments/web"),
    ("PATCH", "/apis/apps/v1/namespaces/shop/deployments/web/scale"),
    ("DELETE", "/api/v1/namespaces/shop/pods/one?gracePeriodSeconds=0"),
    ("DELETE", "/api/v1/namespaces/shop/pods"),
    ("POST", "/api/v1/namespaces/shop/pods/one/eviction"),
)
BESIDE = (
    ("POST", "/api/v1/namespaces/other/pods"),
    ("POST", "/api/v1/namespaces/shopping/pods"),
    ("PATCH", "/api/v1/namespaces/shop"),
    ("DELETE", "/api/v1/namespaces/shop"),
    ("PUT", "/api/v1/namespaces/shop/finalize"),
    ("PATCH", "/api/v1/namespaces/shop/status"),
    ("POST", "/api/v1/namespaces"),
    ("DELETE", "/api/v1/nodes/one"),
    ("DELETE", "/api/v1/pods"),
    ("POST", "/apis/rbac.authorization.k8s.io/v1/clusterroles"),
    ("POST", "/api/v1/namespaces/shop/pods/one/exec"),
    ("POST", "/api/v1/namespaces/shop/pods/one/ephemeralcontainers"),
    ("POST", "/api/v1/namespaces/shop/serviceaccounts/one/token"),
    ("POST", "/api/v1/namespaces/shop/services/web/proxy/delete"),
    ("POST", "/api/v1/namespaces/shop/pods/one/eviction/more"),
    ("DELETE", "/api/v1/namespaces/shop/../other/pods/one"),
    ("DELETE", "/api/v1/namespaces/shop/%2e%2e/other/pods/one"),
    ("DELETE", "/api/v1/namespaces/shop%2F..%2Fother/pods/one"),
    ("DELETE", "/api/v1/namespaces//shop/pods/one"),
    ("DELETE", "//api/v1/namespaces/shop/pods/one"),
    ("POST", "/apis/namespaces/shop/pods"),
    ("BREW", "/api/v1/namespaces/shop/pods/one"),
)
"""What is not within a claim of the namespace shop, or is more than a change of an object."""


@pytest.mark.parametrize(("method", "path"), WITHIN)
def test_within_a_claim(method: str, path: str) -> None:
    """What changes objects of a claimed namespace gets through, and is counted."""
    sent = Sent()
    may = May(within=frozenset({"shop"}))
    wire = around(httpx2.MockTransport(lambda _: httpx2.Response(200)), sent, may)
    assert 200 == wire.handle_request(_request(method, path)).status_code
    assert 1 == sum(sent.by_verb().values())
    _refused(_request(method, path), r"\w+")


@pytest.mark.parametrize(("method", "path"), BESIDE)
def test_beside_a_claim(method: str, path: str) -> None:
    """Nothing else does: a namespace itself, another, what has none, what runs or reaches something, coded paths."""
    sent = Sent()
    wire = around(httpx2.MockTransport(lambda _: httpx2.Response(200)), sent, May(within=frozenset({"shop"})))
    with pytest.raises(OnlyLookedAtError, match="only what is in shop may be changed: refused to"):
        wire.handle_request(_request(method, path))
    assert {} == sent.by_verb()


def test_a_namespace_itself() -> None:
    """To be marked, a namespace is patched; nothing else of it may be changed so."""
    may = May(themselves=frozenset({"shop"}))
    assert may.change(_request("PATCH", "/api/v1/namespaces/shop"))
    for method, path in (*WITHIN, *BESIDE):
        assert (method, path) == ("PATCH", "/api/v1/namespaces/shop") or not may.change(_request(method, path))


def _refused(request: httpx2.Request, verb: str) -> None:
    sent = Sent()
    wire = around(httpx2.MockTransport(lambda _: httpx2.Response(200)), sent)
    with pytest.raises(OnlyLookedAtError, match=f"the platform is only looked at: refused to {verb} /"):
        wire.handle_request(request)
    assert {} == sent.by_verb()
