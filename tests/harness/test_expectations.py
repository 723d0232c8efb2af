"""Expectations name every mismatch, and only the mismatches."""

from __future__ import annotations

import pytest

from seatrial.checks.expectations import (
    Judgement,
    Mismatch,
    at_least,
    covering,
    equal_to,
    every,
    holds,
    none,
    not_equal,
    one_of,
    rows,
    show,
    some,
)

PODS = {
    "one": {"zone": "a", "ready": True},
    "two": {"zone": "b", "ready": False},
    "three": {"zone": "c", "ready": True},
}


def test_every() -> None:
    """Only the wrong fields of the wrong rows are named."""
    assert Judgement((Mismatch("two", "ready yes", "ready no"),), 2) == every("pods", ready=True)(PODS)
    assert Judgement((), 3) == every("pods", zone=one_of("a", "b", "c"))(PODS)


def test_every_of_too_few() -> None:
    """Too few rows are a mismatch that names those that are there; least may not allow none."""
    assert Judgement((Mismatch("pods", "at least 4", "3: one three two"),), 3) == every("pods", least=4)(PODS)
    assert Judgement((Mismatch("pods", "at least 1", "none at all"),), 0) == every("pods")({})
    with pytest.raises(ValueError, match="least=0"):
        every("pods", least=0)


def test_some_shows_the_nearest() -> None:
    """When none fits, the row that came nearest is shown."""
    judgement = some("pod", zone="b", ready=True)(PODS | {"two": {"zone": "b", "ready": False, "name": "x"}})
    assert (Mismatch("pod, nearest: one", "zone b  ready yes", "zone a  ready yes"),) == judgement.mismatches
    assert some("pod", zone="b", ready=False)(PODS).holds
    assert (Mismatch("pod", "zone b", "none at all"),) == some("pod", zone="b")({}).mismatches


def test_rows() -> None:
    """Missing, differing and additional rows are named."""
    expected = {"one": {"zone": "a"}, "two": {"zone": "x"}, "four": {"zone": "d"}}
    assert Judgement(
        (
            Mismatch("four", "zone d", "missing among 3 pods"),
            Mismatch("two", "zone x", "zone b"),
            Mismatch("three", "not among the pods", "zone c  ready yes"),
        ),
        1,
    ) == rows("pods", expected)(PODS)
    assert Judgement((), 1) == rows("pods", {"one": {"zone": "a"}}, exactly=False)(PODS)


def test_nothing_to_compare_with() -> None:
    """Expecting no row in particular, or covering nothing, is never met."""
    assert not rows("pods", {}, exactly=False)(PODS).holds
    assert not every("pods", zones=covering([]))({"one": {"zones": ["a"]}}).holds


def test_none() -> None:
    """Each row is one too many."""
    assert none("pods")({}).holds
    assert (Mismatch("one", "no pods", "zone a"),) == none("pods")({"one": {"zone": "a"}}).mismatches


def test_fields_of_another_kind() -> None:
    """A field may be expected to be at least, one of, covering or not."""
    row = {"one": {"n": 2, "zones": ["a", "b"]}}
    assert every("x", n=at_least(2), zones=covering({"a"}))(row).holds
    judgement = every("x", n=at_least(3), zones=covering(["a", "c"]), gone=not_equal(None))(row)
    assert (
        Mismatch("one", "n at least 3  zones at least a c  gone not nothing", "n 2  zones a b  gone nothing"),
    ) == judgement.mismatches
    assert not at_least(1).test(None)


def test_values() -> None:
    """A single value is compared, or put to a test that has words."""
    assert (Mismatch("leader", "b", "a"),) == equal_to("b", "leader")("a").mismatches
    assert (Mismatch("value", "even", "3"),) == holds("even", lambda n: n % 2 == 0)(3).mismatches


def test_show() -> None:
    """Values are written as a person would."""
    assert ["nothing", "yes", "a b", "b a", "a=1, b=no", "nothing"] == [
        show(v) for v in (None, True, {"b", "a"}, ["b", "a"], {"b": False, "a": 1}, [])
    ]
