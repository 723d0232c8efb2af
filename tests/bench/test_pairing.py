"""Commands in turn: who begins changes, what a run took is its own, and one that judges wrongly is no figure."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bench.assertions import COUNT, MIXES, chainsaw, kuttl, names, seatrial
from bench.pairing import Contestant, median, rounds


def command(name: str, folder: Path, code: str, ends: int = 0) -> Contestant:
    return Contestant(name, [sys.executable, "-c", code], folder, ends)


def test_in_turn(tmp_path: Path) -> None:
    """Each begins a round in its turn; requests and processors are counted for each run alone."""
    note = "open('order', 'a').write({!r}); [i * i for i in range({})]"
    contestants = [command(name, tmp_path, note.format(name, n)) for name, n in (("a", 0), ("b", 5_000_000))]
    counted, prepared = iter(range(0, 1000, 5)), []
    found = rounds(contestants, 3, lambda: next(counted), lambda: prepared.append(1))
    assert "abbaab" == (tmp_path / "order").read_text()
    assert [5] * 6 == [run.requests for runs in found.values() for run in runs]
    assert 6 == len(prepared)
    assert min(run.cpu for run in found["b"]) > min(run.cpu for run in found["a"])
    assert all(0 < run.cpu and 0 < run.wall for runs in found.values() for run in runs)


def test_one_that_judges_wrongly(tmp_path: Path) -> None:
    """A tool that ends well where it must not has measured nothing, and what it said is told."""
    with pytest.raises(RuntimeError, match="liar: expected exit code 1 and '', got 0 and\nall is well"):
        rounds([command("liar", tmp_path, "print('all is well')", 1)], 1, lambda: 0)
    idle = replace(command("idle", tmp_path, "print('nothing judged')"), says="100 proven")
    with pytest.raises(RuntimeError, match="idle: expected exit code 0 and '100 proven', got 0 and\nnothing judged"):
        rounds([idle], 1, lambda: 0)


def test_median() -> None:
    """With the least and the most."""
    assert "2.00 (1.00-9.00)" == median([9.0, 1.0, 2.0])


def test_everybody_is_asked_for_the_same(tmp_path: Path) -> None:
    """Every tool has each of the hundred assertions once, and has to fail where some can never hold."""
    for mix in MIXES:
        contestants = [
            seatrial(tmp_path / "seatrial", tmp_path / "kubeconfig", mix),
            kuttl(Path("kuttl"), tmp_path / "kuttl", tmp_path / "kubeconfig", mix),
            chainsaw(Path("chainsaw"), tmp_path / "chainsaw", tmp_path / "kubeconfig", mix),
        ]
        assert {int(mix.there + mix.late < COUNT)} == {one.code for one in contestants}
        for one in contestants:
            texts = [file.read_text() for file in one.folder.rglob("*") if file.suffix in (".feature", ".yaml")]
            asserted = [sum(_asserts(one.name, name) in text for text in texts) for name in names()]
            assert [1] * COUNT == asserted, one.name


def _asserts(tool: str, name: str) -> str:
    return f'Then "{name}" is set to "ready"' if tool == "seatrial" else f'"metadata": {{"name": "{name}"}}, "data"'
