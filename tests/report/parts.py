"""A run in three shards, written by hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from seatrial.report import about, manifest, merging, shards
from seatrial.report.grouping import Grouping
from seatrial.scenarios.gate import Gate
from seatrial.scenarios.sharding import digest

from .runs import run, scenario

FILE = "features/dns/names.feature"
NAMES = ("One", "Two", "Three")


class Shards:
    """Three shards of a scenario each, written by hand below a project's root."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "features" / "dns").mkdir(parents=True)
        lines = [f"  Scenario: {name}\n    Then it stands\n" for name in NAMES]
        (root / FILE).write_text("Feature: Names\n" + "".join(lines))
        self.homes = [root / "shards" / name for name in ("b", "a", "c")]
        for number, (home, name) in enumerate(zip(self.homes, NAMES, strict=True), 1):
            self.write(home, number, scenario(name, line=2 * number))

    def write(self, home: Path, number: int, *scenarios: dict[str, Any], **rest: Any) -> None:
        """Write a shard anew."""
        plan = {"scenarios": 3, "sha256": digest(f"{FILE}::{name}" for name in NAMES)}
        shard = {"number": number, "of": 3, "ended": True, "plan": plan} | rest.pop("shard", {})
        own = {"sha256": about.look(self.root).sha256, "files": 1}
        told = run(*scenarios, complete=False, shard=shard, specification=own) | rest
        folder = home / str(told["target"])
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "verdict.json").write_text(json.dumps(told))
        self.seal(home)

    @staticmethod
    def seal(home: Path) -> None:
        """Have the manifest say that all is as it is now."""
        (home / manifest.NAME).write_text(manifest.text(home))

    def keep(self, home: Path, path: str, text: str = "seen") -> None:
        """Add a file of evidence."""
        file = home / "local" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        self.seal(home)

    def whole(self, gate: Gate | None = None, homes: Sequence[Path] = ()) -> merging.Whole:
        """Put them together."""
        parts = shards.read(list(homes) or self.homes)
        shards.see_of_project(parts, about.look(self.root))
        return merging.put_together(self.root, parts, gate or Gate(), Grouping({"names": ["dns"]}))
