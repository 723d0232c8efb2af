"""The manifest: a report that is not as the last run has left it is refused, file by file."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from seatrial.errors import UsageError
from seatrial.report import manifest
from tests.harness.project import Project

pytest_plugins = ["pytester"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A report with its manifest."""
    (tmp_path / "local" / "evidence" / "a 1").mkdir(parents=True)
    for name in ("index.html", "local/verdict.json", "local/evidence/a 1/failure.txt"):
        (tmp_path / name).write_text(name)
    (tmp_path / manifest.NAME).write_text(manifest.text(tmp_path))
    return tmp_path


def _too_many(home: Path) -> None:
    (home / "local" / "evidence" / "b.json").write_text("{}")


def _changed(home: Path) -> None:
    (home / "local" / "verdict.json").write_text("green")


def _missing(home: Path) -> None:
    (home / "index.html").unlink()


def _linked(home: Path) -> None:
    file = home / "local" / "verdict.json"
    shutil.copy(file, home.parent / "elsewhere")
    file.unlink()
    file.symlink_to(home.parent / "elsewhere")


def _linked_folder(home: Path) -> None:
    (home / "kind").symlink_to(home / "local")


def _strange(home: Path) -> None:
    (home / "a\nb").write_text("x")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_too_many, "one too many: local/evidence/b.json"),
        (_changed, "changed: local/verdict.json"),
        (_missing, "missing: index.html"),
        (_linked, "no file any more: local/verdict.json"),
        (_linked_folder, "one too many: kind"),
        (_strange, r"one too many: a\nb"),
    ],
)
def test_what_is_not_as_it_was(home: Path, change: Callable[[Path], None], said: str) -> None:
    """Each is named, and nothing else."""
    assert (3, []) == manifest.check(home)
    change(home)
    assert (3, [said]) == manifest.check(home)


def test_others_read_it(home: Path) -> None:
    """It is what sha256sum takes, and a signature of it is no file of the report."""
    (home / f"{manifest.NAME}.sig").write_text("signed")
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", manifest.NAME], cwd=home, check=True)
    assert (3, []) == manifest.check(home)


@pytest.mark.parametrize("line", ["nothing", f"{'0' * 64}  ../outside", f"{'0' * 64} *index.html"])
def test_no_manifest(home: Path, line: str) -> None:
    """One that is none, and one that is not there, are refused."""
    (home / manifest.NAME).write_text(f"{line}\n")
    with pytest.raises(UsageError, match=r"manifest\.sha256:1: expected a SHA-256"):
        manifest.check(home)
    (home / manifest.NAME).write_text(manifest.UNFINISHED)
    with pytest.raises(UsageError, match="the last run has not come to its end"):
        manifest.check(home)
    (home / manifest.NAME).unlink()
    with pytest.raises(UsageError, match=r"manifest\.sha256: No such file"):
        manifest.check(home)


def test_of_a_run(project: Project) -> None:
    """Each run leaves one, with its evidence; `seatrial report --check` says what was changed since."""
    project.scenarios(One='Then the apple is "green"')
    project.run("features")
    report = project.path / "report"
    count, problems = manifest.check(report)
    assert [] == problems
    assert count == sum(file.is_file() for file in report.rglob("*")) - 1
    assert "local/evidence/shelf-2/failure.txt" in (report / manifest.NAME).read_text()
    held = project.seatrial("report", "--check")
    assert (0, f"{count} files as the last run has left them\n") == (held.returncode, held.stdout)
    (report / "local" / "summary.md").write_text("all is well")
    refused = project.seatrial("report", "--check")
    assert (1, "changed: local/summary.md\n") == (refused.returncode, refused.stderr)
