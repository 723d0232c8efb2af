"""How the words take what name servers answer."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from steps.support import names


class Answering:
    """A name server that has some answers, by name and kind."""

    def __init__(self, answers: dict[tuple[str, str], set[str]]) -> None:
        self.answers = answers

    def resolve(self, name: str, rdtype: str) -> Any:
        """Answer, as the observer does."""
        there = any(known == name for known, _ in self.answers)
        values = frozenset(self.answers.get((name, rdtype), set()))
        return SimpleNamespace(rcode="NOERROR" if there else "NXDOMAIN", ttl=300 if values else None, values=values)


def test_an_answer_has_addresses_of_both_kinds() -> None:
    """A name that leads visitors of IPv6 elsewhere is no name that leads to all nodes and to nothing else."""
    server: Any = Answering(
        {("one", "A"): {"192.0.2.1"}, ("two", "A"): {"192.0.2.1"}, ("two", "AAAA"): {"2001:db8::1"}}
    )
    found = {name: row["addresses"] for name, row in names.answers(server, ["one", "two", "three"]).items()}
    assert {"one": {"192.0.2.1"}, "two": {"192.0.2.1", "2001:db8::1"}, "three": set()} == found


@pytest.mark.parametrize(
    ("nodes", "answered", "lacking"),
    [(3, 3, 0), (3, 2, 1), (8, 8, 0), (12, 8, 0), (12, 7, 5)],
)
def test_one_answer_has_eight_addresses_at_most(nodes: int, answered: int, lacking: int) -> None:
    """Of more nodes than Route53 names in one answer, eight are enough, and seven are not."""
    wanted = {f"192.0.2.{number}" for number in range(nodes)}
    found: Any = {"msvc1": {"addresses": set(sorted(wanted)[:answered])}}
    judged: Any = names.answered(found, wanted)["msvc1"]
    assert set() == judged["addresses_too_many"]
    assert lacking == len(set(judged["addresses_lacking"]))
