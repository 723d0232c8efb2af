"""How far a changed object reaches."""

from __future__ import annotations

import pytest

from seatrial.since.asking import reaches
from seatrial.since.effects import Declared, Effect
from seatrial.since.objects import Thing, things

from .manifests import ALL, MAILER, ORDERS, SHOP


def read(text: str) -> dict[Thing, object]:
    found = things(text)
    assert found is not None
    return found


DECLARED = Declared(read(text) for text in ALL.values())


def effect(name: str, old: str, new: str) -> Effect | str | None:
    assert old in ALL[name]
    return DECLARED.effect(f"{name}.yaml", read(ALL[name]), read(ALL[name].replace(old, new)))


def known(name: str, old: str, new: str) -> Effect:
    found = effect(name, old, new)
    assert isinstance(found, Effect)
    return found


def test_what_names_it_is_concerned_too() -> None:
    """A shop that asks the orders is concerned by a change of the orders, and the orders by none of the shop."""
    assert {"orders", "shop"} == known("orders", "postgres:17", "postgres:18").names
    assert {"shop"} == known("shop", "shop:1", "shop:2").names


def test_comments_concern_nothing() -> None:
    """A file whose objects are the same has changed nothing."""
    assert None is DECLARED.effect("shop.yaml", read(SHOP), read("# a note\n" + SHOP))


@pytest.mark.parametrize(
    ("name", "old", "new", "why"),
    [
        ("quota", "10", "11", "what a ResourceQuota does to others is not known"),
        ("router", "router:1", "router:2", "its account router has rights of its own"),
        ("mailer", "name: mailer, namespace", "name: post, namespace", "was added or removed"),
    ],
)
def test_a_reach_that_nobody_knows(name: str, old: str, new: str, why: str) -> None:
    """It is said why."""
    found = effect(name, old, new)
    assert isinstance(found, str)
    assert why in found


def test_settings_that_nobody_names() -> None:
    """Who reads a ConfigMap that no manifest names is not known."""
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: lonely}\ndata: {a: b}\n"
    found = Declared([read(text)]).effect("lonely.yaml", read(text), read(text.replace("a: b", "a: c")))
    assert "nothing names it" in str(found)


@pytest.mark.parametrize(
    ("asked", "concerned"),
    [
        ("cluster.all(Deployment)", True),
        ("cluster.all(Pod)", True),
        ("cluster.all(Pod, namespace=back)", True),
        ("cluster.all(Pod, namespace=front)", False),
        ("cluster.all(Pod, namespace=back, name=mailer-5f-abc)", True),
        ("cluster.all(Pod, namespace=back, name=orders-0)", False),
        ("cluster.all(Pod, namespace=back, labels={'app': 'post'})", True),
        ("cluster.all(Pod, namespace=back, labels={'app': 'shop'})", False),
        ("cluster.all(Pod, namespace=back, labels={'app': 'shop', 'seatrial.dev/trac…)", True),
        ("cluster.all(Node)", False),
        ("http.get(https://shop.example.com/)", False),
        ("http.get(https://mailer.example.com/)", True),
        ("metrics.series()", True),
        ("aws.records(Z1)", False),
        ("aws.record(mailer.example.com)", True),
        ("cluster: an attempt", True),
    ],
)
def test_what_was_asked(asked: str, *, concerned: bool) -> None:
    """Of a change of one Deployment: whatever may have brought it, its pods, or everything."""
    assert concerned is reaches(known("mailer", "mailer:1", "mailer:2"), asked, DECLARED.names, {"aws"})


def test_made_of_a_folder() -> None:
    """What is built of a folder of files is named by whom it stands for."""
    found = DECLARED.of_names("images/orders/main.py", ["orders"])
    assert isinstance(found, Effect)
    assert {"orders", "shop"} == found.names
    assert "no manifest declares ghost" in str(DECLARED.of_names("images/ghost/main.py", ["ghost"]))
    assert "rights of its own" in str(DECLARED.of_names("images/router/main.py", ["router"]))


@pytest.mark.parametrize(
    "text",
    ["a: [", "nodes: {count: 3}", f"{ORDERS}---\n{ORDERS}", "apiVersion: v1\nkind: Pod\nmetadata: {name: [x]}", "- a"],
)
def test_what_is_no_manifest(text: str) -> None:
    """Settings, what is no YAML, an object twice: none of them is taken for objects."""
    assert None is things(text)


def test_a_list_of_objects() -> None:
    """A List is what is in it."""
    text = "apiVersion: v1\nkind: List\nitems:\n- " + MAILER.strip().replace("\n", "\n  ")
    assert {Thing("Deployment", "mailer", "back")} == set(read(text))
