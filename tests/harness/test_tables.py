"""Files of TOML are read within bounds, and whatever is wrong with one is a message that names it."""

from __future__ import annotations

from pathlib import Path

import pytest

from seatrial.errors import UsageError
from seatrial.tables import of_tool


@pytest.mark.parametrize("text", ["", "[tool.other]\n", 'tool = "none"\n'])
def test_nothing_of_ours(tmp_path: Path, text: str) -> None:
    """A file that is not there, or speaks of others, says nothing."""
    file = tmp_path / "pyproject.toml"
    assert {} == of_tool(file)
    file.write_text(text)
    assert {} == of_tool(file)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"[tool]\nseatrial = 1\n", r"\[tool.seatrial\]: expected a table, got 1"),
        (b"a = [", "there.toml: "),
        (b"a = '\xff'", "there.toml: "),
        (b"a = " + b"[" * 20_000, "nested too deeply"),
        (b"#" * (1 << 20 | 1), "there.toml"),
    ],
)
def test_what_is_wrong(tmp_path: Path, content: bytes, message: str) -> None:
    """It is one message."""
    file = tmp_path / "there.toml"
    file.write_bytes(content)
    with pytest.raises(UsageError, match=message):
        of_tool(file)
