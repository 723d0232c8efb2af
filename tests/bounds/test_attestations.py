"""Entries of what is attested that a change has brought along are the project's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from seatrial.scenarios import attesting


def test_a_linked_folder(tmp_path: Path) -> None:
    """What lies where a committed link leads is not read, so that no message says what is in it."""
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (outside / "theirs.toml").write_text('planted = "x"\n')
    (root / attesting.FOLDER).symlink_to(outside)
    with pytest.raises(attesting.AttestationError, match="without links") as refused:
        attesting.read(root)
    assert "planted" not in str(refused.value)
