"""Processes: found again after any crash, and nobody else's ever signalled."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from seatrial.provisioning.processes import MARK, ProcessError, ProcessSpec, ProcessTable
from seatrial.provisioning.state import PlatformState

SLEEP = "import time; time.sleep(600)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); time.sleep(600)"
)
PARENT = (
    "import subprocess, sys; child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); "
    "print(child.pid, flush=True); child.wait()"
)


def python(name: str, code: str) -> ProcessSpec:
    return ProcessSpec(name, [sys.executable, "-c", code], {})


def written(table: ProcessTable, name: str) -> str:
    """Wait for the first line that a process writes."""
    log = table.log(name)
    while not (text := log.read_text(encoding="utf-8")).endswith("\n"):
        assert table.alive(name)
    return text.strip()


def test_a_process_outlives_the_table_that_started_it(state: PlatformState, table: ProcessTable) -> None:
    """Another table of the same state finds it by its record."""
    table.start(python("one", SLEEP))
    again = ProcessTable(state)
    assert (table.pid("one"), True) == (again.pid("one"), again.alive("one"))


def test_a_process_has_a_session_a_mark_and_a_private_log(table: ProcessTable) -> None:
    """No signal of our terminal reaches it, and a sweep can tell whose it is."""
    table.start(python("one", "import sys; print(sys.stdin.read() == '', flush=True); import time; time.sleep(600)"))
    pid = table.pid("one")
    assert pid is not None
    assert "True" == written(table, "one")
    assert pid == os.getsid(pid)
    assert table.mark("one") == psutil.Process(pid).environ()[MARK]
    assert 0o600 == table.log("one").stat().st_mode & 0o777


def test_it_runs_once(table: ProcessTable) -> None:
    """Starting it again is an error; ensuring it changes nothing."""
    table.start(python("one", SLEEP))
    pid = table.pid("one")
    with pytest.raises(ProcessError, match="runs already"):
        table.start(python("one", SLEEP))
    assert (False, pid) == (table.ensure(python("one", SLEEP)), table.pid("one"))


def test_a_program_that_is_not_there_is_named(state: PlatformState, table: ProcessTable) -> None:
    """Nothing stays recorded of what never ran."""
    with pytest.raises(ProcessError, match=r"cannot start one \(/nowhere/etcd\): No such file"):
        table.start(ProcessSpec("one", ["/nowhere/etcd"], {}))
    assert [] == state.names("processes")


def test_a_killed_process_restarts_as_it_was(table: ProcessTable) -> None:
    """Its record says how."""
    table.start(ProcessSpec("one", [sys.executable, "-c", SLEEP], {"COLOUR": "blue"}))
    table.kill("one")
    assert not table.alive("one")
    assert table.restart("one")
    assert "blue" == psutil.Process(table.pid("one")).environ()["COLOUR"]


def test_a_renewed_process_is_another_from_its_next_start_on(table: ProcessTable) -> None:
    """Until then it goes on as it was started; what was never recorded cannot be renewed."""
    table.start(python("one", SLEEP))
    pid = table.pid("one")
    table.renew(python("one", f"print('renewed', flush=True); {SLEEP}"))
    assert (pid, "") == (table.pid("one"), table.log("one").read_text(encoding="utf-8"))
    table.kill("one")
    table.restart("one")
    assert "renewed" == written(table, "one")
    with pytest.raises(ProcessError, match="no process two is recorded"):
        table.renew(python("two", SLEEP))


def test_a_stubborn_process_is_killed_after_the_grace(table: ProcessTable) -> None:
    """SIGTERM is a request, and has a limit."""
    table.start(python("one", STUBBORN))
    written(table, "one")
    table.stop("one", 0.1)
    assert not table.alive("one")


def test_many_stop_side_by_side(table: ProcessTable) -> None:
    """All are gone afterwards, those that do not run are no obstacle."""
    for name in ("one", "two"):
        table.start(python(name, SLEEP))
    table.stop_all(["one", "two", "three"], 5)
    assert [None, None] == [table.pid("one"), table.pid("two")]


def test_children_go_with_their_parent(table: ProcessTable) -> None:
    """A child carries its parent's mark, and ends with it."""
    table.start(python("one", PARENT))
    child = psutil.Process(int(written(table, "one")))
    table.kill("one")
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


def test_what_a_process_starts_under_another_name_is_not_its_child(state: PlatformState, table: ProcessTable) -> None:
    """The daemon that restarts masters may be stopped without them."""
    code = (
        "import sys, time; from pathlib import Path; from seatrial.provisioning.state import PlatformState; "
        "from seatrial.provisioning.processes import ProcessSpec, ProcessTable; "
        f"table = ProcessTable(PlatformState(Path({str(state.dir.parent.parent)!r}), 'team1')); "
        f"table.start(ProcessSpec('master', [sys.executable, '-c', {SLEEP!r}], {{}})); "
        "print('started', flush=True); time.sleep(600)"
    )
    table.start(ProcessSpec("daemon", [sys.executable, "-c", code], {"PYTHONPATH": os.pathsep.join(sys.path)}))
    written(table, "daemon")
    table.kill("daemon")
    assert (False, True) == (table.alive("daemon"), table.alive("master"))


def test_a_crash_between_intent_and_pid_loses_nothing(state: PlatformState, table: ProcessTable) -> None:
    """A process whose pid was never written is found by its mark."""
    table.start(python("one", SLEEP))
    pid = table.pid("one")
    record = state.read("processes/one") or {}
    state.write("processes/one", {key: record[key] for key in ("argv", "env", "cwd")} | {"status": "starting"})
    assert pid == ProcessTable(state).pid("one")
    assert pid == (state.read("processes/one") or {})["pid"]


def test_a_crash_before_the_spawn_leaves_nothing_running(state: PlatformState, table: ProcessTable) -> None:
    """An intent without a process can be carried out again."""
    spec = python("one", SLEEP)
    state.write("processes/one", {"argv": list(spec.argv), "env": {}, "cwd": None, "status": "starting"})
    assert not table.alive("one")
    table.start(spec)
    assert table.alive("one")


def test_a_reused_pid_is_never_signalled(state: PlatformState, table: ProcessTable) -> None:
    """A stranger that got the pid of a dead process lives on, even through a sweep."""
    stranger = subprocess.Popen([sys.executable, "-c", SLEEP])
    try:
        created = psutil.Process(stranger.pid).create_time() - 1000
        record: dict[str, object] = {
            "argv": ["x"],
            "env": {},
            "cwd": None,
            "status": "running",
            "pid": stranger.pid,
            "created": created,
        }
        state.write("processes/one", record)
        assert not table.alive("one")
        table.kill("one")
        table.sweep()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_sweep_finds_what_nobody_recorded(state: PlatformState, table: ProcessTable) -> None:
    """The mark alone is enough, and a damaged record is no obstacle."""
    table.start(python("recorded", SLEEP))
    table.start(python("damaged", SLEEP))
    table.start(python("lost", PARENT))
    pids = [table.pid(name) for name in ("recorded", "damaged", "lost")] + [int(written(table, "lost"))]
    (state.dir / "processes/damaged.json").write_text("{", encoding="utf-8")
    state.forget("processes/lost")
    assert ["damaged", "lost", "recorded"] == table.sweep()
    assert [] == [pid for pid in pids if pid and psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie"]
    assert [] == state.names("processes")


def test_a_sweep_leaves_other_platforms_alone(tmp_path: Path, table: ProcessTable) -> None:
    """A platform whose id begins with ours is not ours."""
    other = ProcessTable(PlatformState(tmp_path, "team10"))
    other.start(python("one", SLEEP))
    try:
        table.sweep()
        assert other.alive("one")
    finally:
        other.sweep()


def test_the_records_say_what_runs(table: ProcessTable) -> None:
    """Running processes have a pid and resident memory, others have none."""
    table.start(python("one", SLEEP))
    table.start(python("two", SLEEP))
    table.kill("two")
    one, two = table.list()
    assert ("one", table.pid("one"), True) == (one.name, one.pid, one.resident > 0)
    assert ("two", None, 0) == (two.name, two.pid, two.resident)
