"""Keeps the score beside the verdict of the last run, and has its sum stand in it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from seatrial.errors import UsageError
from seatrial.masking import MASK
from seatrial.report import document, places, sabotaged, writer
from seatrial.sabotage.finding import Finding
from seatrial.sabotage.score import Score


class Keeper:
    """Writes ``sabotage.json`` after every round, so that it is there however a sabotage ends.

    Args:
        root: The project's root.
        home: The folder of all reports.
        score: The score that is kept.
    """

    def __init__(self, root: Path, home: Path, score: Score) -> None:
        self._root, self._home, self._score = root, home, score
        self._folder = home / score.target

    def keep(self, findings: Sequence[Finding]) -> None:
        """Write what is known by now.

        Raises:
            OSError: If it cannot be written.
        """
        self._score.findings = findings
        places.prepare(self._root, self._home, self._score.target)
        text = json.dumps(MASK.data(self._score.plain()), indent=1, ensure_ascii=False)
        places.put(self._folder / sabotaged.FILE, text + "\n", self._root)

    def finish(self) -> None:
        """Write it for the last time, and have the last run's reports say it as well, where there are any.

        Raises:
            OSError: If it cannot be written.
        """
        self._score.complete = True
        self.keep(self._score.findings)
        with suppress(UsageError):  # no run, or one of another version: the next one says it
            run = document.read(self._folder)
            writer.write_run({**run, "sabotage": sabotaged.summed(self._folder)}, self._folder, self._root)
            writer.write_book(self._root, self._home)
            writer.write_manifest(self._root, self._home)
