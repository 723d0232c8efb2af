"""What the provisioning gives for reports."""

from __future__ import annotations

from pathlib import Path

from provision.reporting import diagnosis, picture
from seatrial.provisioning.state import PlatformState


def test_stages(tmp_path: Path) -> None:
    """The standup has its finished steps in their order, with the time of each gate."""
    state = PlatformState(tmp_path, "trial")
    assert [] == picture.stages(state)
    step = {"step": "cluster", "began": 1.0, "done": True, "seconds": 2.0, "gates": {"ready": 0.5}}
    later = {**step, "step": "DNS"}
    state.write("standup", {"steps": {"10": later, "2": step, "11": {"step": "x", "began": 3.0, "done": False}}})
    assert ["cluster", "DNS"] == [stage.name for stage in picture.stages(state)]
    assert {"ready": 0.5} == picture.stages(state)[0].gates


def test_tail(tmp_path: Path) -> None:
    """Of a log the last lines are kept, however long it is; one that is not there says so."""
    log = tmp_path / "etcd.log"
    log.write_text("".join(f"line {number}\n" for number in range(20_000)))
    kept = diagnosis.tail(log).splitlines()
    assert ["line 19880", "line 19999"] == [kept[0], kept[-1]]
    assert diagnosis.tail(tmp_path / "none.log").startswith("could not be read: ")


def test_gather() -> None:
    """A source that fails says so in its place, and keeps no other from being asked."""

    def broken() -> dict[str, object]:
        raise ConnectionError("no answer")

    found = diagnosis.gather(lambda: {"a.log": "a"}, broken, lambda: {"b.log": "b"})
    failed = {"could not be kept": "ConnectionError: no answer"}
    assert {"a.log": "a", "b.log": "b", "diagnosis-2.json": failed} == found


def test_processes_of_nothing(tmp_path: Path) -> None:
    """A platform that was never begun has no process, and a diagnosis all the same."""
    found = diagnosis.of_processes(PlatformState(tmp_path, "trial"))
    assert {"processes.json": {}, "standup.json": {}} == found
