"""The pytest plugin: it delegates."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seatrial.checks.limits import TIME
from seatrial.errors import UsageError
from seatrial.escaping import one_line, terminal
from seatrial.masking import MASK
from seatrial.provisioning import settings
from seatrial.provisioning.contract import KubeContext, Provisioning
from seatrial.provisioning.progress import Progress
from seatrial.report.writer import Writer
from seatrial.scenarios import gate, holding, hooks, paths, selecting, sharding, tags, turns, vocabulary
from seatrial.scenarios.collection import FeatureFile
from seatrial.scenarios.ending import end_with_parent, interrupt_on_sigterm
from seatrial.scenarios.fixtures import changes, faults, histories, platform, traffic
from seatrial.scenarios.gate import GATE, Gate
from seatrial.scenarios.presence import Role
from seatrial.scenarios.results import RESULTS, Results
from seatrial.scenarios.session import INSTRUMENTS, TRIAL, Trial
from seatrial.scenarios.sharding import Sharding
from seatrial.scenarios.verdict import Requirement, Verdict
from seatrial.since.selecting import SINCE, Since
from seatrial.verification import Verification, is_worker

__all__ = ["changes", "faults", "histories", "platform", "traffic"]

_PUT_BACK = pytest.StashKey[Callable[[], None]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of a trial."""
    group = parser.getgroup("seatrial", "the platform under trial")
    where = f"${settings.TARGET_VARIABLE}, else [tool.seatrial]'s, else {settings.TARGET}"
    group.addoption("--seatrial-target", help=f"where the platform is built ({where})")
    whose = f"${settings.TEAM_VARIABLE}, else [tool.seatrial]'s, else {settings.TEAM}"
    group.addoption("--seatrial-team", help=f"names the platform ({whose})")
    group.addoption("--seatrial-kubeconfig", metavar="FILE", help="reach a cluster that stands already by this file")
    group.addoption(
        "--seatrial-context", metavar="NAME", help="the context in it ($KUBECONFIG unless --kubeconfig is given)"
    )
    group.addoption(
        "--seatrial-scenario",
        action="append",
        metavar="NAME",
        help="only scenarios of this name, or with it in their names, or of this @id:...; may be given again",
    )
    group.addoption("--seatrial-shard", metavar="I/N", help="the I-th of N parts of the run, for N machines")
    group.addoption("--seatrial-since", metavar="REV", help="only what the changes since this commit may concern")
    group.addoption("--seatrial-times", type=int, default=1, metavar="N", help="so many turns for each scenario")
    group.addoption("--seatrial-keep", action="store_true", help="leave the platform up, even if this run stood it up")
    group.addoption(
        "--seatrial-hold",
        type=float,
        metavar="SECONDS",
        help="leave the platform as it is at a failing step, until Enter is pressed or so many seconds are over",
    )
    group.addoption("--seatrial-rehearse", action="store_true", help="play the target's cloud on this machine")
    group.addoption("--seatrial-require", choices=[str(r) for r in Requirement], help="anything weaker is a failure")
    group.addoption("--seatrial-patience", type=float, default=1.0, help="scales every time limit")
    group.addoption(
        "--seatrial-report",
        default="report",
        metavar="DIR",
        help="where the reports go: index.html, and a folder for each target",
    )
    group.addoption("--seatrial-evidence", help=argparse.SUPPRESS)  # as `seatrial rejudge` tells it
    group.addoption("--seatrial-sabotaged", action="store_true", help=argparse.SUPPRESS)  # as a saboteur tells it


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Set up a trial; nothing is touched before a scenario is collected."""
    patience: float = config.getoption("seatrial_patience")
    if patience <= 0:
        raise pytest.UsageError(f"--patience {patience:g}: expected a number above 0")
    TIME.patience = patience
    _refuse_reporters_that_lose_scenarios(config)
    holding.see_that_it_can(config)
    turns.see_that_it_can(config)
    team, target = _named(config)
    if settings.read(config.rootpath).words is not None:
        vocabulary.load(config)  # what is wrong with a project's own is said before anything is collected
    MASK.learn_environment()
    witness = config.getoption("seatrial_sabotaged")
    config.stash[GATE] = Gate() if witness else _gate(config)  # what a saboteur breaks has to be noticed, waived or not
    role = Role.WITNESS if witness else Role.JUDGE
    rehearsing: bool = config.getoption("seatrial_rehearse")
    kept = _kept(config)
    config.stash[TRIAL] = trial = Trial(
        config.rootpath, team, target, _reach(config), role, rehearsing=rehearsing, provisioning=kept
    )
    config.stash[RESULTS] = results = Results(config.rootpath, config.stash[GATE])
    shards = _sharding(config)
    writer = Writer(config.rootpath, paths.home(config), team, target, results.began, results.all, shards.plain)
    if witness or is_worker(config):
        end_with_parent()
    if not is_worker(config):
        config.stash[_PUT_BACK] = interrupt_on_sigterm()
    config.stash[SINCE] = since = Since(config.getoption("seatrial_since"), paths.folder(config), Progress().line)
    verification = Verification(config, trial, results, writer, shards)
    parts = {
        "results": results,
        "tags": tags,
        "names": selecting,
        "scenarios": hooks,
        "turns": turns,
        "since": since,
        "shards": shards,  # which deals last but for the next, which takes what is dealt as settled
        "verification": verification,
    }
    for name, part in parts.items():
        config.pluginmanager.register(part, f"seatrial-{name}")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave the process as it was."""
    config.stash.get(_PUT_BACK, lambda: None)()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect feature files."""
    if file_path.suffix != ".feature":
        return None
    vocabulary.load(parent.config)
    return FeatureFile.from_parent(parent, path=file_path)


@pytest.hookimpl(tryfirst=True)
def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Pass over no folder of features for its name, as pytest does ``build`` and ``dist``: nobody would miss it.

    Raises:
        CollectError: If it is a link: what it leads to is not the project's, and two of them lead round and round.
    """
    told = config.getoption("ignore") or config.getoption("ignore_glob")
    below = collection_path.parent.is_relative_to(config.rootpath / "features")
    if "features" in collection_path.parent.parts and collection_path.is_symlink() and collection_path.is_dir():
        shown = one_line(os.path.relpath(collection_path, config.invocation_params.dir))
        raise pytest.Collector.CollectError(f"{shown}: is a link; expected a folder of the project's own")
    if told or not below or collection_path.name.startswith(".") or not collection_path.is_dir():
        return None
    return False


@pytest.hookimpl(tryfirst=True)
def pytest_report_teststatus(report: Any) -> tuple[str, str, tuple[str, dict[str, bool]]] | None:
    """Show the verdict's own word beside each scenario."""
    phase = getattr(report, "seatrial", None)
    if phase is None:
        return None
    verdict = Verdict(phase["verdict"])
    if verdict is Verdict.NOT_PROVABLE:
        return "skipped", "s", ("NOT PROVABLE HERE", {"yellow": True})
    if verdict is Verdict.ATTESTED:
        return "attested", "a", ("ATTESTED", {"yellow": True})
    if verdict is Verdict.WAIVED:
        return "waived", "w", ("WAIVED", {"yellow": True})
    if verdict in (Verdict.PROVEN, Verdict.SIMULATED):
        return ("passed", ".", (str(verdict).upper(), {"green": True})) if report.when == "call" else None
    category = "failed" if report.when == "call" else "error"
    return category, str(verdict)[0].upper(), (str(verdict).upper(), {"red": True})


def _reach(config: pytest.Config) -> KubeContext | None:
    """Return how the cluster is reached, where options say so."""
    kubeconfig, context = config.getoption("seatrial_kubeconfig"), config.getoption("seatrial_context")
    if not kubeconfig and not context:
        return None
    return KubeContext(kubeconfig and config.invocation_params.dir / kubeconfig, context)


def _kept(config: pytest.Config) -> Provisioning | None:
    """Return what gives the platform out of a bundle of evidence, where one is to be judged again."""
    folder = config.getoption("seatrial_evidence")
    if not folder:
        return None
    from seatrial.adopted.kept import KeptProvisioning  # noqa: PLC0415 - what it imports is dear to every other session

    return KeptProvisioning(config.rootpath, Path(folder), INSTRUMENTS)


def _named(config: pytest.Config) -> tuple[str, str]:
    """Settle which team and target are meant, for whoever asks for the options, and give them."""
    try:
        config.option.seatrial_team = settings.team(config.rootpath, config.getoption("seatrial_team"))
        config.option.seatrial_target = settings.target(config.rootpath, config.getoption("seatrial_target"))
    except UsageError as error:
        raise pytest.UsageError(terminal(str(error))) from error
    return config.option.seatrial_team, config.option.seatrial_target


def _gate(config: pytest.Config) -> Gate:
    try:
        return gate.read(config.rootpath)[0]
    except UsageError as error:
        raise pytest.UsageError(terminal(str(error))) from error


def _sharding(config: pytest.Config) -> Sharding:
    given = config.getoption("seatrial_shard")
    try:
        return Sharding(sharding.read(given) if given is not None else None)
    except UsageError as error:
        raise pytest.UsageError(str(error)) from error


def _refuse_reporters_that_lose_scenarios(config: pytest.Config) -> None:
    """Refuse what pytest-bdd cannot do right, and say what to use instead."""
    if config.getoption("cucumber_json_path", None):
        raise pytest.UsageError(
            "--cucumberjson: pytest-bdd drops scenarios from it, and with -n it is empty; "
            f"every run writes {config.getoption('seatrial_report')}/<target>/messages.ndjson, Cucumber's own format"
        )
    if config.getoption("gherkin_terminal_reporter", False) and config.getoption("numprocesses", None):
        raise pytest.UsageError("--gherkin-terminal-reporter: pytest-bdd has it in one process only; leave -n out")
