"""The public face: every name is there, says what it is, and comes with an example that works."""

from __future__ import annotations

import doctest
import subprocess
import sys

import pytest

import seatrial


@pytest.mark.parametrize("name", seatrial.__all__)
def test_the_example_works(name: str) -> None:
    """What the docstring shows is what comes of it."""
    found = getattr(seatrial, name)
    face = {each: getattr(seatrial, each) for each in seatrial.__all__}
    test = doctest.DocTestParser().get_doctest(found.__doc__, face | {"__name__": "seatrial"}, name, None, None)
    assert test.examples, f"seatrial.{name} has no example"
    told: list[str] = []
    failed, _ = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=told.append)
    assert not failed, "".join(told)


def test_a_name_that_is_not_there() -> None:
    """It is the error of any module."""
    with pytest.raises(AttributeError, match="has no attribute 'eventualy'"):
        _ = seatrial.eventualy


def test_the_face_loads_what_it_is_asked_for() -> None:
    """Waiting and expecting need no client of a cloud or a cluster."""
    code = "import sys; from seatrial import eventually, every; print({'lightkube', 'botocore'} & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "set()" == ran.stdout.strip()
