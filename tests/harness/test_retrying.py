"""What may be done twice is tried again while what keeps it from being done is passing."""

from __future__ import annotations

import doctest

import pytest

from seatrial import retrying as module
from seatrial.retrying import retrying


class Calls:
    """Raises each of *errors* in turn, and then returns how often it was called."""

    def __init__(self, *errors: Exception) -> None:
        self._errors = list(errors)
        self.count = 0

    def __call__(self) -> int:
        """Raise the next error, or return the number of this call."""
        self.count += 1
        if self._errors:
            raise self._errors.pop(0)
        return self.count


def passing(error: Exception) -> bool:
    return isinstance(error, ConnectionError)


def test_the_example() -> None:
    """The example of its docstring holds."""
    assert (0, True) == ((found := doctest.testmod(module)).failed, found.attempted > 0)


def test_until_it_goes_well() -> None:
    """What is passing is borne as often as it comes."""
    assert 3 == retrying(Calls(ConnectionError(), ConnectionResetError()), passing=passing, within=60.0, pause=0.0)


def test_what_does_not_pass() -> None:
    """What another try would not mend is raised at once."""
    calls = Calls(ConnectionError(), ValueError("no"), ConnectionError())
    with pytest.raises(ValueError, match="no"):
        retrying(calls, passing=passing, within=60.0, pause=0.0)
    assert 2 == calls.count


@pytest.mark.parametrize("least", [1, 3])
def test_no_longer_than_told(least: int) -> None:
    """Once its time is over it is tried no more, but as often as it has to be; the last error is raised."""
    calls = Calls(*(ConnectionError(number) for number in range(1, 10)))
    with pytest.raises(ConnectionError, match=f"^{least}$"):
        retrying(calls, passing=passing, within=0.0, pause=0.001, least=least)
    assert least == calls.count
