"""Feature files of a checkout that are none: what a run says of itself does not read them."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from seatrial.scenarios import specification
from seatrial.scenarios.reading import SpecificationError

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


MANY = 20_000
BOMBS = {
    "cells in a step": f"Scenario Outline: s\nGiven {'<a>' * 1000}\nExamples:\n|a|\n|{'x' * 100_000}|",
    "cells in a block": f'Scenario Outline: s\nGiven x\n"""\n{"<a>" * MANY}\n"""\nExamples:\n|a|\n|{"x" * MANY}|',
    "steps of rows": "Scenario Outline: s\n" + "Given x\n" * 400 + "Examples:\n|a|\n" + "|x|\n" * 400,
    "steps of a background": "Background:\n"
    + "Given x\n" * 400
    + "".join(f"Scenario: {n}\nGiven x\n" for n in range(400)),
    "signs that nothing closes": f"Scenario Outline: s\nGiven x\n|{'<' * MANY}|\nExamples:\n|a|\n|x|",
    "a long step": f"Scenario: s\nGiven {'x ' * MANY}",
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_what_stands_for_more(tmp_path: Path, bomb: str) -> None:
    """A small file that stands for more than memory holds, or takes minutes to read, is refused at its line."""
    file = tmp_path / "bomb.feature"
    file.write_text(f"Feature: f\n{BOMBS[bomb]}\n")
    began = time.process_time()
    with pytest.raises(
        SpecificationError, match=r"bomb\.feature:\d+: (longer|more|with its rows filled in, more) than"
    ):
        specification.read(file, "bomb.feature")
    assert time.process_time() - began < 5
