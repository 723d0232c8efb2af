"""Programs of this machine that make parts of images."""

from __future__ import annotations

from functools import partial
from typing import Final

from provision.images.archive import ImageError
from provision.programs import complete

run_program: Final = partial(complete, raising=ImageError)
"""Runs a program to its end, and returns what it wrote; raises an `ImageError` where it fails."""
