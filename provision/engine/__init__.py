"""The container engine: one that is there is used as it is; else a private one is started for a command.

``python -m provision.engine run -- CMD`` starts the private one, runs CMD, and stops it.
"""

from __future__ import annotations

from provision.engine.client import Engine, EngineError, answers, find, need

__all__ = ["Engine", "EngineError", "answers", "find", "need"]
