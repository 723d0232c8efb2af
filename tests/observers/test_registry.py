"""Images of a real registry are varied, and their tags moved."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from lightkube import Client

from provision.actuators import ImageTags, PushedVersions
from provision.observers import Containers
from provision.observers.exchanges import Exchanges
from provision.registry import Reference, Registry, RegistryError
from seatrial.checks.observer import Fidelity, Recorder
from tests.observers.conftest import free_port, program, until_listening

TOOLS = "registry.internal:5000/team/tools:1.0"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (TOOLS, Reference("registry.internal:5000", "team/tools", "1.0")),
        ("registry.internal:5000/tools@sha256:01", Reference("registry.internal:5000", "tools", "sha256:01")),
        ("registry.internal:5000/tools:1.0@sha256:01", Reference("registry.internal:5000", "tools", "sha256:01")),
    ],
)
def test_reference(name: str, expected: Reference) -> None:
    """A name is its registry, its repository, and its digest or tag."""
    assert expected == Reference.of(name)


@pytest.mark.parametrize("name", ["tools", "tools:1.0", "registry.internal:5000/tools"])
def test_a_name_without_registry_or_tag_is_refused(name: str) -> None:
    """The message has the name and says what was expected."""
    with pytest.raises(ValueError, match=f"{name}: expected an image's name with its registry and its tag"):
        Reference.of(name)


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """A real registry with the image of tools."""
    port = free_port()
    config = tmp_path / "registry.yml"
    config.write_text(
        f"version: 0.1\nstorage: {{filesystem: {{rootdirectory: {tmp_path}/images}}}}\n"
        f"http: {{addr: '127.0.0.1:{port}', secret: trial}}\n"
    )
    where = f"http://127.0.0.1:{port}"
    argv = [program("registry"), "serve", str(config)]
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            until_listening(port)
            _push_tools(where)
            yield where
        finally:
            process.terminate()


def _nobody() -> Client:
    raise AssertionError("nothing is asked of the cluster")


def _push_tools(url: str) -> None:
    blobs = [
        b'{"architecture":"amd64","os":"linux","config":{"Cmd":["sh"]},"rootfs":{"type":"layers","diff_ids":[]}}',
        b"x",
    ]
    kinds = ["application/vnd.oci.image.config.v1+json", "application/vnd.oci.image.layer.v1.tar+gzip"]
    parts = []
    for blob, kind in zip(blobs, kinds, strict=True):
        digest = "sha256:" + hashlib.sha256(blob).hexdigest()
        began = httpx2.post(f"{url}/v2/team/tools/blobs/uploads/")
        where = began.url.join(began.headers["location"]).copy_merge_params({"digest": digest})
        httpx2.put(where, content=blob).raise_for_status()
        parts.append({"mediaType": kind, "digest": digest, "size": len(blob)})
    kind = "application/vnd.oci.image.manifest.v1+json"
    manifest = {"schemaVersion": 2, "mediaType": kind, "config": parts[0], "layers": parts[1:]}
    put = httpx2.put(f"{url}/v2/team/tools/manifests/1.0", content=json.dumps(manifest), headers={"Content-Type": kind})
    put.raise_for_status()


def test_a_tag_is_moved(url: str, recorder: Recorder) -> None:
    """A tag leads to another image once it was moved; the same content is the same image again."""
    registry = Registry(url)
    kept = Exchanges()
    containers = Containers(_nobody, {"tools": TOOLS}, kept, fidelity=Fidelity.REAL, recorder=recorder)
    tags = ImageTags(registry, TOOLS, kept, fidelity=Fidelity.REAL, recorder=recorder)
    first, second = tags.tag("reused", "the first"), tags.tag("reused", "the second")
    assert first != second
    assert second == registry.digest("team/tools", "reused")
    assert first == tags.tag("reused", "the first")
    assert "registry.internal:5000/team/tools:reused" == containers.image("reused")
    assert TOOLS == containers.image("tools")
    assert {"containers": Fidelity.REAL} == recorder.touched
    kept_questions: Any = containers.evidence()
    assert "tag reused leads to 'the first'" == kept_questions[0]["asked"]
    registry.close()


def test_an_image_of_a_scenario_stays(url: str) -> None:
    """What a scenario's image runs goes on until it is ended, and its layers are those it was made from."""
    registry = Registry(url)
    registry.vary("team/tools", "1.0", "stays", "x", ["sleep", "3600"])
    manifest = httpx2.get(
        f"{url}/v2/team/tools/manifests/stays", headers={"Accept": "application/vnd.oci.image.manifest.v1+json"}
    ).json()
    config = httpx2.get(f"{url}/v2/team/tools/blobs/{manifest['config']['digest']}").json()
    assert (["sleep", "3600"], None) == (config["config"]["Entrypoint"], config["config"]["Cmd"])
    assert {"seatrial.dev/content": "x"} == config["config"]["Labels"]
    registry.close()


def test_another_version(url: str) -> None:
    """Another version of an image has a name of its own, and making it twice changes nothing."""
    registry = Registry(url)
    versions = PushedVersions(lambda: registry)
    assert "registry.internal:5000/team/tools:1.0-next" == versions.another(TOOLS)
    made = registry.digest("team/tools", "1.0-next")
    versions.another(TOOLS)
    assert made == registry.digest("team/tools", "1.0-next")
    assert made != registry.digest("team/tools", "1.0")
    registry.close()


def test_an_image_that_is_not_there(url: str) -> None:
    """The message has what was asked for and the registry's answer."""
    registry = Registry(url)
    with pytest.raises(RegistryError, match=r"/v2/team/other/manifests/1.0: 404"):
        registry.vary("team/other", "1.0", "x", "y")
    registry.close()
