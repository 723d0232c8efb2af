"""What says which lines were run: of commands in processes of their own, by function, and none of other files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from .lines import Lines

_CODE = """
import other
class Door:
    def opened(self):
        return other.walked()
    def shut(self):
        return None
def half(wide):
    if wide:
        return 1
    return 2
"""


def test_lines_that_no_command_ran(tmp_path: Path) -> None:
    """A function of which one line was not run is named; two commands run more than one."""
    project, folder = tmp_path / "project" / "target", tmp_path / "lines"
    project.mkdir(parents=True)
    folder.mkdir()
    (project / "doors.py").write_text(_CODE)
    (tmp_path / "project" / "other.py").write_text("def walked():\n    return None\ndef ran():\n    return None\n")
    lines = Lines(folder, "*/target/*")
    path = f"{project}:{project.parent}"
    for command in ("doors.half(True)", "doors.Door().opened()"):
        environ = {**os.environ, **lines.environ, "PYTHONPATH": path}
        subprocess.run([sys.executable, "-c", f"import doors; {command}"], check=True, env=environ, cwd=tmp_path)
    assert {"doors.Door.shut", "doors.half"} == lines.missed([project / "doors.py"])
    environ = {**os.environ, **lines.environ, "PYTHONPATH": path}
    subprocess.run([sys.executable, "-c", "import doors; doors.half(0)"], check=True, env=environ, cwd=tmp_path)
    assert {"doors.Door.shut"} == lines.missed([project / "doors.py"])
