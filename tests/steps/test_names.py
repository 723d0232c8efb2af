"""How the words take what name servers answer."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

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
