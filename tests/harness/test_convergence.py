"""Waiting without sleeping."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Hashable, Iterator, Mapping

import pytest

from seatrial.checks.convergence import PULSE, Pulse, UnmetError, always, eventually
from seatrial.checks.expectations import equal_to, every, rows, some
from seatrial.checks.observer import RECORDER, Fidelity, NotProvableError, Observer


class Clock(Observer):
    """Counts the looks at it, and shows 1 from the moment that it is set."""

    def __init__(self, *, watched: bool) -> None:
        super().__init__("clock", Fidelity.REAL)
        self.watched = watched
        self.looks = 0
        self.value = 0

    def read(self) -> int:
        """Look at it."""
        self.touch()
        self.looks += 1
        return self.value

    def set(self) -> None:
        """Let it show 1, and ring."""
        self.value = 1
        PULSE.beat()


@pytest.fixture(autouse=True)
def recorder() -> Iterator[None]:
    """Leave nothing in the recorder of this process."""
    yield
    RECORDER.clear()


def test_woken_by_the_pulse() -> None:
    """A watched observer is looked at again when something changed, and not in between."""
    clock = Clock(watched=True)
    started = time.monotonic()
    threading.Timer(0.1, clock.set).start()  # a tenth of the time after which it is looked again all the same
    assert 1 == eventually(clock.read, equal_to(1), within=30)
    assert time.monotonic() - started >= 0.1
    assert 2 == clock.looks


def test_polled_with_backoff() -> None:
    """What has no watch is looked at again and again, ever more seldom."""
    clock = Clock(watched=False)
    with pytest.raises(UnmetError) as unmet:
        eventually(clock.read, equal_to(1), within=0.5)
    assert clock.looks == unmet.value.looks
    assert 3 <= clock.looks <= 7  # 0.05, 0.075, 0.11, 0.17, ... seconds apart
    assert 0.5 <= unmet.value.seconds


def test_watched_and_unwatched_together() -> None:
    """A look that touched anything without a watch is followed by polling."""
    watched, polled = Clock(watched=True), Clock(watched=False)
    with pytest.raises(UnmetError):
        eventually(lambda: watched.read() + polled.read(), equal_to(1), within=0.3)
    assert 3 <= polled.looks


def test_a_beat_during_the_look_is_not_lost() -> None:
    """A change that comes while a look is made is followed by another look at once."""
    clock = Clock(watched=True)

    def read() -> int:
        seen = clock.read()
        clock.set()
        return seen

    assert 1 == eventually(read, equal_to(1), within=0.9)  # without a beat it would be looked at after a second


def test_in_a_row() -> None:
    """With `times`, every look between must hold too."""
    looks = iter([1, 1, 0, 1, 1, 1])
    assert 1 == eventually(lambda: next(looks), equal_to(1), within=30, times=3)
    assert [] == list(looks)


def test_a_look_that_fails() -> None:
    """An error is a look that failed: it is tried again, and shown if it was the last."""
    looks: Iterator[Exception | int] = iter([ConnectionError("refused"), 1])

    def look() -> int:
        found = next(looks)
        if isinstance(found, Exception):
            raise found
        return found

    assert 1 == eventually(look, equal_to(1), within=30)

    def refuse() -> int:
        raise ConnectionError("refused")

    with pytest.raises(UnmetError, match=r"^could not look: ConnectionError: refused    for 0\.0 s, 1 look$"):
        eventually(refuse, equal_to(1), within=0)


def test_not_provable_is_passed_on() -> None:
    """What a target lacks does not come by waiting."""

    def look() -> int:
        raise NotProvableError("no clock here")

    with pytest.raises(NotProvableError):
        eventually(look, equal_to(1), within=30)


def test_always_holds() -> None:
    """`always` looks for the whole time."""
    clock = Clock(watched=False)
    started = time.monotonic()
    always(clock.read, equal_to(0), during=0.3)
    assert time.monotonic() - started >= 0.3
    assert 3 <= clock.looks


def test_always_breaks_at_once() -> None:
    """`always` ends at the first look at which it does not hold, and says how long it had held."""
    clock = Clock(watched=True)
    threading.Timer(0.3, clock.set).start()
    with pytest.raises(UnmetError, match=r"last seen  time  1    held for 0\.\d s, then broke, 2 looks"):
        always(clock.read, equal_to(0, "time"), during=60)


@pytest.mark.parametrize("expectation", [every("rows"), every("rows", a=1), some("rows", a=1), rows("rows", {})])
def test_nothing_never_passes(expectation: Callable[..., object]) -> None:
    """No rows are never as expected, neither now nor all the time."""
    with pytest.raises(UnmetError):
        eventually(dict, expectation, within=0)  # type: ignore[arg-type]
    with pytest.raises(UnmetError):
        always(dict, expectation, during=0)  # type: ignore[arg-type]


def test_failure_text() -> None:
    """A failure has what was expected beside what was seen, only of what is wrong, and counts the others."""
    seen = {"a": {"ttl": 60, "kind": "A"}, "b": {"ttl": 300, "kind": "A"}, "c": {"ttl": 300, "kind": "A"}}
    with pytest.raises(UnmetError) as unmet:
        eventually(lambda: seen, every("records", ttl=300, kind="A"), within=0)
    assert [
        "expected   a  ttl 300",
        "last seen  a  ttl 60    for N s, 1 look",
        "2 others as expected.",
    ] == re.sub(r"\d+\.\d s", "N s", str(unmet.value)).splitlines()


def test_error_can_be_hashed() -> None:
    """Errors are put into sets by those who print chains of them."""
    assert 1 == len({UnmetError((), 0, 0.0, 1)})


def test_pulse_gives_up() -> None:
    """Nobody waits for a change longer than told."""
    pulse = Pulse()
    started = time.monotonic()
    pulse.wait(pulse.beats, 0.1)
    assert time.monotonic() - started >= 0.1
    pulse.wait(pulse.beats - 1, 60)  # a beat since then: at once
    assert time.monotonic() - started < 10


class _Watched(Observer):
    """An observer whose cache holds one state after another, a reading each; what is bad is over when confirmed."""

    def __init__(self, *states: str) -> None:
        super().__init__("watched", Fidelity.REAL)
        self._states, self._read = states, 0

    def state(self) -> str:
        """Read the next state; the last one stays."""
        self.recorder.rests_on(self, "state", 0)
        self._read = min(self._read + 1, len(self._states))
        return self._states[self._read - 1]

    def confirm(self, asked: Mapping[Hashable, int]) -> bool:
        """Say that something newer has come, if what was read is bad."""
        return bool(asked) and self._states[self._read - 1] == "bad"


def test_always_counts_what_is_over_as_it_is_confirmed() -> None:
    """A moment within the time at which it did not hold counts, though something newer has come meanwhile."""
    watched = _Watched("good", "bad", "good")
    with pytest.raises(UnmetError) as raised:
        always(watched.state, equal_to("good"), during=1)
    assert [miss.seen for miss in raised.value.mismatches] == ["bad"]


def test_always_does_not_count_what_is_older_than_its_time() -> None:
    """What a cache still held from before is looked at again."""
    always(_Watched("bad", "good").state, equal_to("good"), during=0.05)
