"""What pyproject.toml cannot say of a build: a wheel has this platform, for `seatrial init --like-this`."""

from __future__ import annotations

import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

_ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(_ROOT))

from seatrial import packed  # noqa: E402 - from here, as it is not installed yet


class _WithPlatform(build_py):
    """Puts the archive beside the modules; an editable one reads the checkout instead."""

    def run(self) -> None:
        super().run()
        if not self.editable_mode and (_ROOT / packed.PLAN).is_file():
            packed.pack(_ROOT, Path(self.build_lib) / "seatrial" / packed.NAME)


setup(cmdclass={"build_py": _WithPlatform})
