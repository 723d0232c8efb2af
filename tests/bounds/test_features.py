"""Feature files of a checkout that are none: what a run says of itself does not read them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

LOOK = """
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
from seatrial.report import about
print(about.look(Path(sys.argv[1])).files)
"""


@pytest.mark.parametrize("leads_to", ["/dev/zero", "/proc/self/mem", "nowhere"])
def test_a_link_in_the_place_of_a_feature(tmp_path: Path, leads_to: str) -> None:
    """A feature that leads elsewhere is counted, and nothing of what it leads to is read, however much that is."""
    (tmp_path / "features").mkdir()
    (tmp_path / "features/one.feature").write_text("Feature: One\n")
    (tmp_path / "features/two.feature").symlink_to(leads_to)
    run = subprocess.run(
        [sys.executable, "-c", LOOK, str(tmp_path)], capture_output=True, text=True, check=False, timeout=60
    )
    assert (0, "2\n", "") == (run.returncode, run.stdout, run.stderr[-800:])
