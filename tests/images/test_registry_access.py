"""The platform's registry does nothing for who has no token, and for each who has one what it says."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from provision.images.archive import Image, write_layer
from provision.images.registry_program import registry_command, registry_settings
from provision.registry import Registry, RegistryError
from provision.registry_tokens import OwnAccess, RegistryTokens

from .conftest import answers, free_port, running, tool

REFUSED = 401
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
Ask = Callable[[str, str], int]
"""Asks a method of a path; gives the status."""
WRITES = (
    ("POST", "/v2/small/blobs/uploads/"),
    ("PUT", "/v2/small/manifests/1.0"),
    ("DELETE", "/v2/small/manifests/1.0"),
    ("POST", "/v2/new/blobs/uploads/?mount=sha256:0&from=small"),
)
READS = (
    ("GET", "/v2/"),
    ("GET", "/v2/_catalog"),
    ("GET", "/v2/small/tags/list"),
    ("GET", "/v2/small/manifests/1.0"),
)


@pytest.fixture
def small(tmp_path: Path, registry: str, tokens: RegistryTokens) -> str:
    """The digest of an image that the platform has pushed as ``small:1.0``."""
    layer = write_layer({}, tmp_path)
    config = Image("small:1.0", [layer]).config()
    with Registry(registry, OwnAccess(tokens)) as images:
        return images.put("small", "1.0", config, [(layer.digest, layer.path)])


@pytest.fixture
def asking(registry: str) -> Iterator[Callable[[str], Ask]]:
    """Gives, for a token, what asks with it; an empty one is none."""
    with httpx2.Client(base_url=registry, trust_env=False) as client:

        def with_token(token: str) -> Ask:
            headers = {"Accept": MANIFEST, "Content-Type": MANIFEST}
            headers |= {"Authorization": f"Bearer {token}"} if token else {}
            return lambda method, path: client.request(method, path, headers=headers, content=b"{}").status_code

        yield with_token


def forged(tokens: RegistryTokens) -> dict[str, str]:
    """Return tokens that are good for nothing, by what is wrong with them."""
    head, claims, signature = tokens.to_pull(["small"]).split(".")
    wider = json.loads(base64.urlsafe_b64decode(claims + "=="))
    wider["access"][0]["actions"] = ["pull", "push", "delete"]
    unsigned = base64.urlsafe_b64encode(b'{"typ":"JWT","alg":"none","kid":"platform"}').rstrip(b"=").decode()
    changed = base64.urlsafe_b64encode(json.dumps(wider).encode()).rstrip(b"=").decode()
    return {
        "its claims are changed": f"{head}.{changed}.{signature}",
        "it is not signed": f"{unsigned}.{changed}.",
        "it is no token": "x",
    }


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(("method", "path"), [*READS, *WRITES])
def test_a_stranger_is_refused(asking: Callable[[str], Ask], method: str, path: str) -> None:
    """Whoever has no token can neither read nor write, nor ask what there is."""
    assert REFUSED == asking("")(method, path)


@pytest.mark.usefixtures("small")
def test_a_token_of_nobodys_is_refused(asking: Callable[[str], Ask], tokens: RegistryTokens, tmp_path: Path) -> None:
    """A token that was changed, that nobody has signed, or that another platform has signed is none."""
    (tmp_path / "other").mkdir()
    others = {"another platform's": RegistryTokens(tmp_path / "other").to_do_all("small")}
    for why, token in {**forged(tokens), **others}.items():
        found = {f"{method} {path}": asking(token)(method, path) for method, path in (*READS, *WRITES)}
        assert dict.fromkeys(found, REFUSED) == found, why


def test_nodes_pull_and_do_nothing_else(asking: Callable[[str], Ask], tokens: RegistryTokens, small: str) -> None:
    """Who has a node's token reads what the platform runs; what it would write is refused, and changes nothing."""
    ask = asking(tokens.to_pull(["small", "large"]))
    assert 200 == ask("GET", "/v2/") == ask("GET", "/v2/small/manifests/1.0")
    assert [REFUSED] * len(WRITES) == [ask(method, path) for method, path in WRITES]
    assert REFUSED == ask("GET", "/v2/_catalog")
    assert 200 == ask("GET", f"/v2/small/manifests/{small}")


def test_a_token_is_for_one_repository(asking: Callable[[str], Ask], tokens: RegistryTokens, small: str) -> None:
    """What is good for everything is so in the repository that it names, and in no other."""
    ask = asking(tokens.to_do_all("large"))
    assert 202 == ask("POST", "/v2/large/blobs/uploads/")
    assert [REFUSED] * len(WRITES) == [ask(method, path) for method, path in WRITES]
    assert REFUSED == ask("GET", f"/v2/small/manifests/{small}")


def test_a_registry_that_asks_nobody_is_seen(tmp_path: Path, tokens: RegistryTokens) -> None:
    """Without that setting whoever reaches the registry reads and writes: what is refused above is refused by it."""
    port = free_port()
    file = registry_settings(tmp_path, tmp_path / "open", "127.0.0.1", port, tokens)
    settings = json.loads(file.read_text())
    del settings["auth"]
    file.write_text(json.dumps(settings))
    argv, environment = registry_command(tool("registry"), file)
    url = f"http://127.0.0.1:{port}"
    with running(argv, tmp_path / "registry.log", **environment):
        answers(f"{url}/v2/")
        with Registry(url) as images:
            assert images.put("small", "1.0", b"{}", []) == images.digest("small", "1.0")


def test_a_client_without_a_token_is_told(registry: str) -> None:
    """A push without one is an error that has the registry's words."""
    with Registry(registry) as images, pytest.raises(RegistryError, match=r"refuses POST .* 401 "):
        images.put("small", "1.0", b"{}", [])


def test_the_key_stays(tokens: RegistryTokens, tmp_path: Path) -> None:
    """A second run makes tokens with the same key, which nobody else may read."""
    assert tokens.public().read_text() == RegistryTokens(tmp_path).public().read_text()
    assert {0o600} == {file.stat().st_mode & 0o777 for file in tmp_path.glob("token-key*")}
