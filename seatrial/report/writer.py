"""Writes every report of a run: when it is planned, after each scenario, and at its end.

Whatever ends a run, its reports are there, and say of every planned scenario what became of it.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from seatrial.errors import UsageError
from seatrial.masking import MASK
from seatrial.report import (
    about,
    book,
    document,
    features,
    grouping,
    history,
    html,
    junit,
    looked,
    manifest,
    markdown,
    masked,
    messages,
    places,
)
from seatrial.scenarios.verdict import Result

_SHARE = 100
"""What takes long to write takes at most this fraction (one in so many) of a run's time, its plan and its end aside."""


class Writer:
    """Writes the reports of one run.

    Args:
        root: The project's root.
        home: The folder of all reports.
        team: The platform's ``$TEAMID``.
        target: Where it is built; names the folder of this run below *home*.
        began: When the run began, in seconds since the epoch.
        results: Gives the result of every planned scenario, as far as the run has come.
        shard: Gives which part of a run it is, as `Run.shard` has it.

    Attributes:
        begun: Whether it was said what is planned.
    """

    def __init__(
        self,
        root: Path,
        home: Path,
        team: str,
        target: str,
        began: float,
        results: Callable[[], Sequence[Result]],
        shard: Callable[[], dict[str, Any] | None] = lambda: None,
    ) -> None:
        self._root, self._home = root, home
        self._folder = home / target
        self._results, self._shard = results, shard
        self._run = document.Run(team, target, began, about.About(), grouping.Grouping())
        self._before: dict[str, history.Series] = {}
        self.begun = False
        self._ended: dict[str, dict[str, Any]] = {}
        self._waiting: dict[str, dict[str, Any]] = {}
        self._next_book = self._next_formats = 0.0

    def begin(self) -> None:
        """Remove what an earlier run has left, and say what is planned; once is enough.

        Raises:
            OSError: If the folder cannot be written to.
        """
        if self.begun:
            return
        places.clear(self._root, self._home, self._folder.name)
        groups = grouping.Grouping()
        with suppress(UsageError):  # `seatrial lint` says what is wrong with it
            groups = grouping.read(self._root)
        self._run = replace(self._run, about=about.look(self._root), grouping=groups, features=self._described())
        self._before = history.read(self._folder / "history.json")
        self._write()
        self.begun = True

    def refresh(self) -> None:
        """Write what is known by now: the verdict always, and what takes longer if that was not done just before."""
        if self.begun:
            with suppress(OSError):  # a disk that is full now is told of at the end
                run = self._write_verdict(indent=None)
                if time.monotonic() >= self._next_formats:
                    self._write_formats(run)
                if time.monotonic() >= self._next_book:
                    self._write_book()

    def draw(self, picture: dict[str, Any] | None) -> None:
        """Keep a picture of the platform, and the versions of what it is made of."""
        if self.begun and picture is not None:
            own = self._run.about
            versions = own.components | {str(k): str(v) for k, v in picture["components"].items()}
            self._run = replace(self._run, about=replace(own, components=versions))
            self._put("picture.json", json.dumps(MASK.data(picture), indent=1) + "\n")

    def finish(self) -> None:
        """Write everything for the last time.

        Raises:
            OSError: If a file cannot be written.
        """
        self._run = replace(self._run, complete=True, features=self._described())
        self._waiting.clear()  # why they never had their turn is known only now
        run = self._write()
        commit, before = self._run.about.commit, looked.read(self._folder)
        asked = {result.nodeid: result.asked for result in self._results()}
        self._put(looked.NAME, looked.text(looked.carry(before, run["scenarios"], asked, commit)))
        write_manifest(self._root, self._home)
        tell_job(self._folder)

    def _described(self) -> dict[str, dict[str, Any]]:
        return features.describe(self._root, dict.fromkeys(result.file for result in self._results()))

    def _write(self) -> document.Document:
        run = self._write_verdict(indent=1)
        self._write_formats(run)
        self._write_book()
        return run

    def _write_verdict(self, indent: int | None) -> document.Document:
        results = self._results()
        series = history.carry(self._before, results, self._run.began, self._run.about.commit)
        waiting = {result.nodeid for result in results if not result.began}
        self._run = replace(self._run, shard=self._shard())
        known = {**{nodeid: made for nodeid, made in self._waiting.items() if nodeid in waiting}, **self._ended}
        found = document.build(self._run, results, series, self._folder, known)
        scenarios = [one if one["nodeid"] in known else self._masked(one) for one in found.pop("scenarios")]
        run = {**masked.document(found), "scenarios": scenarios}
        self._put("verdict.json", json.dumps(run, indent=indent, ensure_ascii=False) + "\n")
        self._put("history.json", history.text(series))
        return run

    def _masked(self, scenario: dict[str, Any]) -> dict[str, Any]:
        """Return a scenario without secrets; one that has ended, or that waits for its turn, is kept as it is."""
        without = masked.scenario(scenario)
        kept = self._ended if scenario["ran"] else self._waiting
        kept[scenario["nodeid"]] = without
        return without

    def _write_formats(self, run: document.Document) -> None:
        began = time.monotonic()
        write_formats(run, self._folder, self._root)
        self._next_formats = time.monotonic() + _SHARE * (time.monotonic() - began)

    def _put(self, name: str, text: str) -> None:
        places.put(self._folder / name, text, self._root)

    def _write_book(self) -> None:
        began = time.monotonic()
        write_book(self._root, self._home)
        self._next_book = time.monotonic() + _SHARE * (time.monotonic() - began)


def write_run(run: document.Document, folder: Path, root: Path) -> None:
    """Write the verdict, the machine's other formats and the summary of one run into *folder*.

    Raises:
        OSError: If a file cannot be written.
    """
    places.put(folder / "verdict.json", json.dumps(run, indent=1, ensure_ascii=False) + "\n", root)
    write_formats(run, folder, root)


def write_formats(run: document.Document, folder: Path, root: Path) -> None:
    """Write JUnit, Cucumber Messages and the summary of one run into *folder*.

    Raises:
        OSError: If a file cannot be written.
    """
    places.put(folder / "junit.xml", junit.text(run), root)
    places.put(folder / "messages.ndjson", messages.text(run, root), root)
    places.put(folder / "summary.md", markdown.of_run(run), root)


def write_book(root: Path, home: Path, words: Sequence[str] = ()) -> Path:
    """Write the living document from what lies below *home*; give its path.

    Raises:
        OSError: If it cannot be written.
    """
    file = home / "index.html"
    places.put(file, html.page(book.gather(root, home), words), root)
    return file


def write_manifest(root: Path, home: Path) -> None:
    """Write the digest of every file below *home*; what is written later is not in it.

    Raises:
        OSError: If it cannot be written, or a file cannot be read.
    """
    places.put(home / manifest.NAME, manifest.text(home), root)


def tell_job(folder: Path) -> None:
    """Add the summary in *folder* to that of a job, where it has a place for one."""
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        with suppress(OSError), Path(summary).open("a", encoding="utf-8") as file:
            file.write((folder / "summary.md").read_text("utf-8"))
