"""The map of images."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from provision.images.archive import ImageError
from provision.images.map import choose, load_map
from provision.images.recipes import RECIPES
from provision.workloads.overlay import MANIFESTS


def test_every_image_of_the_manifests_is_in_the_map() -> None:
    """No name of an image in the manifests is left without a meaning."""
    named = {
        line.split("image:")[1].strip()
        for file in MANIFESTS.rglob("*.yaml")
        if file.parent.name != "releases"  # which says what pipelines have delivered, by its full name
        for line in file.read_text().splitlines()
        if line.strip().startswith("image:")
    }
    assert set(load_map()) >= named


def test_every_recipe_and_component_that_the_map_names_is_there() -> None:
    """What the map refers to exists."""
    entries = load_map().values()
    recipes = {entry.recipe for entry in entries if entry.recipe} - set(RECIPES)
    components = {
        e.component for e in entries if e.component and not (MANIFESTS / "components/standins" / e.component).is_dir()
    }
    assert (set(), set()) == (recipes, components)


def test_where_nothing_can_be_pulled_stand_ins_and_another_controller_take_over() -> None:
    """Without a way out, each name is made here, stood in for, or left out."""
    selection = choose(load_map(), "nginx", lambda _: False)
    assert selection.controller == "skipper"
    assert selection.left_out == ("kibana", "grafana")
    assert selection.stand_ins == ("mongodb", "elasticsearch", "fluentd", "influxdb")
    assert selection.choices["kibana"].reason == "image docker.elastic.co/kibana/kibana:8.19.4 cannot be had"


def test_where_everything_can_be_pulled_only_our_own_is_made_here() -> None:
    """With a way out, the real images are used."""
    selection = choose(load_map(), "nginx", lambda _: True)
    assert selection.controller == "nginx"
    assert selection.recipes == ("default-backend", "microservice", "dns-updater")
    assert selection.components == ()


def test_a_controller_that_can_be_built_is_the_one_that_was_asked_for() -> None:
    """Asking for Traefik gives Traefik."""
    assert choose(load_map(), "traefik", lambda _: False).controller == "traefik"


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"reel": "x"}, "expected no other fields"),
        ({"component": "x"}, "expected an image to pull"),
        ({"recipe": "x", "is": "fake"}, "is: expected one of own, same, stand-in"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path: Path, entry: dict[str, str], said: str) -> None:
    """An entry that says what none may is refused with its name."""
    file = tmp_path / "map.yaml"
    file.write_text(yaml.safe_dump({"mongodb": entry}))
    with pytest.raises(ImageError, match=f"mongodb: .*{said}|mongodb: {said}"):
        load_map(file)
