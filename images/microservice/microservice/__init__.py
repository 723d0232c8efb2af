"""A small web page and an interface for programs, over MongoDB."""

from __future__ import annotations

__version__ = "0.1.0"
