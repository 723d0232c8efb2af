"""Images made and pushed into the real registry."""

from __future__ import annotations

from pathlib import Path

import httpx2
import pytest

from provision.images.archive import EXECUTABLE, File, Image, write_archive, write_layer
from provision.images.build import Builds, Built
from provision.images.parts import Basics, Files
from provision.images.pulling import Engine, put_archive
from provision.images.recipe import Recipe
from provision.registry import Registry, RegistryError
from provision.registry_tokens import OwnAccess, RegistryTokens


def _recipe(text: bytes) -> Recipe:
    return Recipe("small", "1.0", (Basics(), Files({"/usr/bin/say": File(text, EXECUTABLE)})), cmd=("say",))


def test_an_image_is_made_once(tmp_path: Path) -> None:
    """The same inputs give the image that is there; other inputs give another one."""
    first = Builds(tmp_path, recipes={"small": _recipe(b"a")}).make("small")
    again = Builds(tmp_path, recipes={"small": _recipe(b"a")})
    other = Builds(tmp_path, recipes={"small": _recipe(b"b")})
    assert again.find("small") == first
    assert other.find("small") is None
    assert other.make("small").layers[0] == first.layers[0]


def test_the_same_inputs_give_the_same_bytes(tmp_path: Path) -> None:
    """Two machines make the same image."""
    one, two = (Builds(tmp_path / name, recipes={"small": _recipe(b"a")}).make("small") for name in "ab")
    assert (one.config_digest, one.layers) == (two.config_digest, two.layers)


def _put(images: Registry, built: Built, builds: Builds) -> str:
    layers = [(digest, builds.layer(digest)) for digest in built.layers]
    return images.put(built.recipe, built.version, built.config.encode(), layers)


def test_a_pushed_image_can_be_pulled_by_its_digest(tmp_path: Path, registry: str, tokens: RegistryTokens) -> None:
    """The registry has the manifest, the configuration and each layer, and a second push changes nothing."""
    builds = Builds(tmp_path, recipes={"small": _recipe(b"a")})
    built = builds.make("small")
    with Registry(registry, OwnAccess(tokens)) as images:
        digest = _put(images, built, builds)
        assert _put(images, built, builds) == digest
    with httpx2.Client(base_url=registry, auth=OwnAccess(tokens), trust_env=False) as client:
        accept = {"Accept": "application/vnd.oci.image.manifest.v1+json"}
        manifest = client.get(f"/v2/small/manifests/{digest}", headers=accept).json()
        assert [layer["digest"] for layer in manifest["layers"]] == [f"sha256:{layer}" for layer in built.layers]
        assert client.get(f"/v2/small/blobs/{manifest['config']['digest']}").text == built.config
        layer = client.get(f"/v2/small/blobs/sha256:{built.layers[1]}").content
        assert layer == builds.layer(built.layers[1]).read_bytes()


def test_an_image_that_an_engine_has_saved_is_put_into_the_registry(
    tmp_path: Path, registry: str, tokens: RegistryTokens
) -> None:
    """A real image, pulled by the engine, reaches the nodes by the registry."""
    layer = write_layer({"/hello": File(b"hello")}, tmp_path)
    write_archive(tmp_path / "saved.tar", [Image(name="docker.io/library/mongo:8.0.15", layers=[layer], cmd=("x",))])
    with Registry(registry, OwnAccess(tokens)) as images:
        digest = put_archive(tmp_path / "saved.tar", images, "mongodb", "8.0.15", tmp_path)
    tags = httpx2.get(f"{registry}/v2/mongodb/tags/list", auth=OwnAccess(tokens), trust_env=False).json()
    assert (tags["tags"], digest.partition(":")[0]) == (["8.0.15"], "sha256")


def test_a_registry_that_is_away_is_named(tmp_path: Path) -> None:
    """A push to nowhere says where it went."""
    builds = Builds(tmp_path, recipes={"small": _recipe(b"a")})
    built = builds.make("small")
    with (
        Registry("http://127.0.0.1:1") as images,
        pytest.raises(RegistryError, match=r"127\.0\.0\.1:1 does not answer"),
    ):
        _put(images, built, builds)


def test_without_an_engine_nothing_can_be_pulled(tmp_path: Path) -> None:
    """An engine that is not there pulls nothing, and this is no failure."""
    assert Engine([str(tmp_path / "none")]).can_pull("docker.io/library/mongo:8.0.15") is False
