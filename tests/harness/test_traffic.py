"""Traffic is steady, bounded, and counts every request honestly."""

from __future__ import annotations

import json
import threading
from pathlib import Path

from seatrial.checks.traffic import Traffic, keep


def test_it_counts_what_it_sent_and_what_failed() -> None:
    """Traffic counts what it sent and what failed, and keeps the first errors."""
    answers, done = iter([None, OSError("refused"), None]), threading.Event()

    def request() -> None:
        answer = next(answers, done)
        if answer is done:
            done.set()
        elif isinstance(answer, OSError):
            raise answer

    with Traffic(request, rate=1000) as traffic:
        assert done.wait(30)
    flow = traffic.flow
    assert 4 <= flow.sent
    assert 1 == flow.failed
    assert flow.last_error.endswith("OSError: refused")


def test_it_ends_at_its_limit() -> None:
    """No more requests are sent than agreed."""
    sent, most = [], threading.Event()

    def request() -> None:
        sent.append(1)
        if len(sent) == 3:
            most.set()

    with Traffic(request, rate=1000, most=3) as traffic:
        assert most.wait(30)
    assert (3, 3) == (traffic.flow.sent, len(sent))


def test_a_request_that_waits_holds_no_other_up() -> None:
    """With several at once, requests go on beside one that gets no answer."""
    stuck, others = threading.Event(), threading.Event()
    turn = iter(range(1000))

    def request() -> None:
        number = next(turn)
        if number == 0:
            assert stuck.wait(30)
            raise ConnectionError("no answer")
        if number == 5:
            others.set()

    with Traffic(request, rate=500, at_once=2) as traffic:
        assert others.wait(30)
        assert 0 == traffic.flow.failed
        stuck.set()
        flow = traffic.end()
    assert 1 == flow.failed
    assert flow == traffic.flow


def test_what_was_under_way_before_counting_began_anew_is_not_counted() -> None:
    """A request that was begun before the count and fails after it belongs to what came before."""
    stuck, begun, counted, others = (threading.Event() for _ in range(4))
    turn, since = iter(range(1_000_000)), iter(range(1_000_000))

    def request() -> None:
        if next(turn) == 0:
            begun.set()
            assert stuck.wait(30)
            raise ConnectionError("no answer")
        if counted.is_set() and next(since) == 8:
            others.set()

    with Traffic(request, rate=500, at_once=2) as traffic:
        assert begun.wait(30)
        traffic.count_anew()
        counted.set()
        stuck.set()
        assert others.wait(30)
    assert 0 == traffic.flow.failed
    assert 8 <= traffic.flow.sent


def test_a_gap_that_is_still_open_counts() -> None:
    """When nothing succeeds, the whole time is the gap."""
    failed = threading.Event()

    def request() -> None:
        failed.set()
        raise OSError("refused")

    with Traffic(request, rate=1000) as traffic:
        assert failed.wait(30)
    flow = traffic.flow
    assert flow.seconds <= flow.longest_gap + 0.001
    assert flow.failed == flow.sent


def test_its_course_is_kept(tmp_path: Path) -> None:
    """The file for a report has the sums, and they are the sums of the course."""
    enough = threading.Event()
    turn = iter(range(1000))

    def request() -> None:
        number = next(turn)
        if number == 10:
            enough.set()
        if number % 2:
            raise OSError("refused")

    with Traffic(request, rate=200) as traffic:
        assert enough.wait(30)
    keep(traffic, tmp_path / "evidence" / "traffic.json", "the page of msvc1")
    kept = json.loads((tmp_path / "evidence" / "traffic.json").read_text())
    assert "the page of msvc1" == kept["requests"]
    assert (kept["sent"], kept["failed"]) == (
        sum(entry["sent"] for entry in kept["course"]),
        sum(entry["failed"] for entry in kept["course"]),
    )
    assert 5 == len(kept["first_errors"])
