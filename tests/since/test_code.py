"""Which files of code others import."""

from __future__ import annotations

from pathlib import Path

from seatrial.since.code import Imports


def test_everything_that_is_imported(tmp_path: Path) -> None:
    """Directly, through another, relatively, within functions; and the packages that it is in."""
    files = {
        "words/__init__.py": "",
        "words/shop.py": "from words.support import prices\nfrom . import names\nimport json",
        "words/names.py": "",
        "words/support/__init__.py": "from .deep import nothing",
        "words/support/deep.py": "",
        "words/support/prices.py": "def f():\n    import helpers",
        "helpers.py": "",
        "words/other.py": "",
        "broken.py": "def",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    found = Imports(tmp_path).closure(["words/shop.py"])
    assert {name for name in files if name not in ("words/other.py", "broken.py")} == found
    assert {"broken.py"} == Imports(tmp_path).closure(["broken.py"])
