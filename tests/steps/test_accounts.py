"""What accounts may do is what was agreed on, no more and no less."""

from __future__ import annotations

import pytest

from seatrial.checks.expectations import Rows
from steps.support.security import none_of

DEEDS = (("patch", "apps", "deployments"), ("create", "", "pods"))
ONE, TWO = "patch deployments in microservices", "create pods in microservices"
PIPELINES = "ServiceAccount microservices/roll-out"


def seen(pipelines: set[str] | None, other: set[str]) -> Rows:
    """Return what is seen of five accounts, of that of pipelines, and of an administrator."""
    found: dict[str, dict[str, object]] = {f"ServiceAccount dns/{n}": {"may": set()} for n in range(4)}
    found["ServiceAccount dns/other"] = {"may": other}
    found["an administrator"] = {"may": {ONE, TWO}}
    if pipelines is not None:
        found[PIPELINES] = {"may": pipelines}
    return found


def test_what_was_agreed_on() -> None:
    """An exception may do what it is named for."""
    assert [] == list(none_of(DEEDS, {PIPELINES: {ONE}})(seen({ONE}, set())).mismatches)
    assert [] == list(none_of(DEEDS)(seen(set(), set())).mismatches)


@pytest.mark.parametrize(
    ("pipelines", "other", "named"),
    [
        ({ONE, TWO}, set(), PIPELINES),
        (set(), set(), PIPELINES),
        (None, set(), PIPELINES),
        ({ONE}, {ONE}, "ServiceAccount dns/other"),
    ],
    ids=["more", "less", "nobody", "another"],
)
def test_what_was_not(pipelines: set[str] | None, other: set[str], named: str) -> None:
    """An exception that may do more, or less, or is not there, is named; so is another account that may do the same."""
    wrong = none_of(DEEDS, {PIPELINES: {ONE}})(seen(pipelines, other)).mismatches
    assert [named] == [mismatch.subject.partition(" may")[0] for mismatch in wrong]


def test_no_exception_unless_it_is_named() -> None:
    """Without a table nobody is let off."""
    assert none_of(DEEDS)(seen({ONE}, set())).mismatches
