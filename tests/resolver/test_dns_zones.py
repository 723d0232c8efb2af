"""The answers: from zones, records and health alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import pytest

from provision.resolver.health import Status
from provision.resolver.wire import respond
from provision.resolver.zones import Outcome, RecordSet, Reply, Zone, lookup, zone_of

APEX = "team1.example.com"
SOA = RecordSet(APEX, "SOA", 900, ("ns1.example.net. hostmaster.example.com. 1 7200 900 1209600 86400",))
NS = RecordSet(APEX, "NS", 172800, ("ns1.example.net", "ns2.example.net."))


def record(name: str, kind: str = "A", values: tuple[str, ...] = ("172.20.32.5",), **more: Any) -> RecordSet:
    return RecordSet(f"{name}.{APEX}", kind, 300, values, **more)


def several(name: str, count: int, check: str | None = None) -> list[RecordSet]:
    return [
        record(
            name, values=(f"172.20.0.{n}",), multivalue=True, identifier=str(n), health_check=check and f"{check}{n}"
        )
        for n in range(1, count + 1)
    ]


def ask(
    records: Iterable[RecordSet], name: str, kind: str = "A", healthy: Callable[[str], bool] = lambda _: True
) -> Reply:
    return lookup(name, kind, [Zone.of(f"{APEX}.", [SOA, NS, *records])], healthy)


def test_a_name_is_answered_whatever_its_case() -> None:
    """Names have no case, and may end with a dot."""
    reply = ask([record("web")], f"WEB.{APEX}.")

    assert (Outcome.ANSWER, ("172.20.32.5",), 300) == (reply.outcome, reply.answers[0].values, reply.answers[0].ttl)


@pytest.mark.parametrize(
    ("name", "kind", "outcome"),
    [
        (f"none.{APEX}", "A", Outcome.NO_NAME),
        (f"web.{APEX}", "TXT", Outcome.NO_DATA),
        (f"between.{APEX}", "A", Outcome.NO_DATA),
        (APEX, "A", Outcome.NO_DATA),
        ("example.com", "A", Outcome.REFUSED),
        (f"not{APEX}", "A", Outcome.REFUSED),
    ],
)
def test_what_is_not_there(name: str, kind: str, outcome: Outcome) -> None:
    """No such name, no such record, a name with something below it only, and names of other zones differ."""
    assert outcome is ask([record("web"), record("deep.between")], name, kind).outcome


def test_a_denial_carries_the_soa() -> None:
    """A denial says how long it may be kept: the lesser of the SOA's two figures."""
    authority = ask([], f"none.{APEX}").authority

    assert authority is not None
    assert (APEX, "SOA", 900) == (authority.name, authority.type, authority.ttl)


def test_only_healthy_answers_are_given() -> None:
    """Of several answers, those whose health check fails are left out."""
    reply = ask(several("web", 3, "check"), f"web.{APEX}", healthy=lambda check: check != "check2")

    assert {"172.20.0.1", "172.20.0.3"} == set(reply.answers[0].values)


def test_all_answers_are_given_when_none_is_healthy() -> None:
    """Where no answer is healthy, all are given."""
    reply = ask(several("web", 3, "check"), f"web.{APEX}", healthy=lambda _: False)

    assert 3 == len(reply.answers[0].values)


def test_at_most_eight_answers_are_given_in_changing_order() -> None:
    """Of twelve answers eight are given, and not always the same."""
    seen = {ask(several("web", 12), f"web.{APEX}").answers[0].values for _ in range(20)}

    assert {8} == {len(values) for values in seen}
    assert len(seen) > 1


def test_an_alias_is_followed() -> None:
    """A CNAME is given with what it points at, as far as that is served."""
    records = [record("www", "CNAME", (f"web.{APEX}",)), record("web"), record("far", "CNAME", ("example.org",))]

    assert ["CNAME", "A"] == [answers.type for answers in ask(records, f"www.{APEX}").answers]
    assert ["CNAME"] == [answers.type for answers in ask(records, f"far.{APEX}").answers]


def test_aliases_that_point_at_one_another_come_to_an_end() -> None:
    """A loop of CNAME records is answered, not followed for ever."""
    records = [record("a", "CNAME", (f"b.{APEX}",)), record("b", "CNAME", (f"a.{APEX}",))]

    assert Outcome.ANSWER is ask(records, f"a.{APEX}").outcome


def test_a_wildcard_answers_for_names_that_do_not_exist() -> None:
    """An asterisk, which Route53 lists escaped, covers what has no records of its own, and nothing else."""
    wild = RecordSet.from_api(
        {"Name": f"\\052.{APEX}.", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "172.20.0.9"}]}
    )
    records = [wild, record("web", "TXT", ('"x"',))]

    assert ("172.20.0.9",) == ask(records, f"any.{APEX}").answers[0].values
    assert Outcome.NO_DATA is ask(records, f"web.{APEX}").outcome


def test_the_longest_zone_answers() -> None:
    """A zone within another one answers for its own names."""
    zones = [Zone.of("example.com", []), Zone.of(APEX, [])]

    found = zone_of(f"web.{APEX}", zones)

    assert found is not None
    assert APEX == found.name


def test_a_status_changes_after_results_in_a_row() -> None:
    """Three failures in a row make a check fail; one success between them begins the count anew."""
    status = Status()
    results = [False, False, True, False, False, False, True, True, True]

    assert [True, True, True, True, True, False, False, False, True] == [
        status.note(passed=passed, threshold=3) is None or status.passing for passed in results
    ]


ZONES = [Zone.of(APEX, [SOA, NS, record("web"), record("big", "TXT", tuple(f'"{n:0200d}"' for n in range(20)))])]


def exchange(name: str, kind: str = "A", *, udp: bool = True, **options: Any) -> dns.message.Message:
    wire = respond(dns.message.make_query(name, kind, **options).to_wire(), ZONES, lambda _: True, udp=udp)
    assert wire is not None
    return dns.message.from_wire(wire)


def test_responses_are_authoritative() -> None:
    """A response from a served zone says so, and one from elsewhere is refused."""
    assert exchange(f"web.{APEX}").flags & dns.flags.AA
    assert dns.rcode.REFUSED == exchange("example.org").rcode()


def test_the_name_servers_are_given() -> None:
    """Host names are absolute, whether or not the record has the last dot."""
    assert {"ns1.example.net.", "ns2.example.net."} == {r.to_text() for r in exchange(APEX, "NS").answer[0]}


@pytest.mark.parametrize("options", [{}, {"use_edns": 0, "payload": 1232}])
def test_a_response_too_long_for_a_datagram_is_cut(options: Any) -> None:
    """By UDP it is empty and marked as cut; by TCP it is whole, with or without EDNS."""
    cut = exchange(f"big.{APEX}", "TXT", **options)

    assert cut.flags & dns.flags.TC
    assert [] == cut.answer
    assert 20 == len(exchange(f"big.{APEX}", "TXT", udp=False, **options).answer[0])


def test_edns_is_answered_with_edns() -> None:
    """A query with EDNS gets a response with EDNS; a version that does not exist is refused."""
    assert 0 == exchange(f"web.{APEX}", use_edns=0).edns
    assert dns.rcode.BADVERS == exchange(f"web.{APEX}", use_edns=1).rcode()


def test_without_zones_the_server_fails() -> None:
    """As long as the zones could not be read, the answer is SERVFAIL."""
    wire = respond(dns.message.make_query(APEX, "A").to_wire(), None, lambda _: True, udp=True)

    assert wire is not None
    assert dns.rcode.SERVFAIL == dns.message.from_wire(wire).rcode()


def test_rubbish_gets_no_answer() -> None:
    """What is no question is not answered; a broken one does no harm."""
    wire = dns.message.make_query(f"web.{APEX}", "A", use_edns=0).to_wire()

    assert respond(b"", ZONES, lambda _: True, udp=True) is None
    for length in range(1, len(wire)):
        respond(wire[:length], ZONES, lambda _: True, udp=True)
    for position in range(len(wire)):
        for value in (0, 1, 63, 127, 192, 255):
            respond(wire[:position] + bytes([value]) + wire[position + 1 :], ZONES, lambda _: True, udp=True)
