"""A session that is told to end does so, even where the interruption is swallowed."""

from __future__ import annotations

from .project import Project

pytest_plugins = ["pytester"]

_SWALLOWING = """
import signal
from contextlib import suppress

@given("the end is told, and swallowed")
def _(shelf):
    with suppress(KeyboardInterrupt):
        signal.raise_signal(signal.SIGTERM)
"""


def test_an_end_that_is_swallowed(project: Project) -> None:
    """The scenario at hand goes on to its end; the next one does not begin."""
    words = project.path / "words.py"
    words.write_text(words.read_text() + _SWALLOWING)
    project.scenarios(
        One="Given the end is told, and swallowed; Given the shelf is filled", Two="Given the shelf is filled"
    )
    result = project.run_apart("features")
    assert 2 == result.ret
    assert "proven" == project.scenario("One")["verdict"]
    assert "proven" != project.scenario("Two")["verdict"]
