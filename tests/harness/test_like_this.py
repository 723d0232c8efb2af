"""`seatrial init --like-this`: the platform that Seatrial comes with, as the start of another team's own."""

from __future__ import annotations

import re
import shutil
import subprocess
import tarfile
import tomllib
from pathlib import Path

import pytest
import yaml

from provision import spec_file
from seatrial import __version__, packed
from seatrial.cli import starting
from seatrial.cli.app import app
from seatrial.cli.likeness import Likeness
from seatrial.errors import SeatrialError, UsageError

ROOT = Path(__file__).parents[2]
PLATFORM = ("features", "steps", "provision", "manifests", "images", "ci")


@pytest.fixture(scope="module")
def red() -> dict[str, bytes]:
    """The files of a team's project that is called red."""
    return Likeness("red", "red.example.org", "github").files()


def test_the_same_files_give_the_same_archive(tmp_path: Path) -> None:
    """An archive has nothing of who made it, or when; what was compiled is left out."""
    for path, content in {
        packed.PLAN: 'take = ["a", "b"]',
        "a": "1",
        "b/c": "2",
        "b/__pycache__/c": "",
        "d": "",
    }.items():
        (tmp_path / path).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / path).write_text(content)
    archives = [tmp_path / "one", tmp_path / "other"]
    for archive in archives:
        packed.pack(tmp_path, archive)
    assert archives[0].read_bytes() == archives[1].read_bytes()
    assert {packed.PLAN, "a", "b/c"} == set(packed.unpack(archives[0]))


@pytest.mark.parametrize(("name", "kind"), [("../x", tarfile.REGTYPE), ("/x", tarfile.REGTYPE), ("x", tarfile.SYMTYPE)])
def test_an_archive_that_leads_elsewhere(name: str, kind: bytes, tmp_path: Path) -> None:
    """What is no file below it is refused, though the archive is our own."""
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, "/etc"
    with tarfile.open(tmp_path / "archive", "w:xz") as tar:
        tar.addfile(entry)
    with pytest.raises(ValueError, match="expected a file below it"):
        packed.unpack(tmp_path / "archive")


def test_all_of_the_platform(red: dict[str, bytes]) -> None:
    """Every file of it that Git knows is there, and nothing of the harness, its tests and its own settings."""
    asked = ["git", "ls-files", "-z", *PLATFORM]
    known = subprocess.run(asked, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    assert set(filter(None, known)) <= set(red)
    others = {path.partition("/")[0] for path in red} - set(PLATFORM)
    assert {".github", ".gitignore", "LICENSE", "README.md", "conftest.py", "pyproject.toml", "requirements"} == others


def test_what_is_the_teams_own(red: dict[str, bytes], tmp_path: Path) -> None:
    """Its domain and its name stand wherever ours did, and the image of tools installs Seatrial."""
    (tmp_path / "platform.yaml").write_bytes(red["provision/platform.yaml"])
    assert "red.example.org" == spec_file.read(tmp_path / "platform.yaml").domain
    said = tomllib.loads(red["pyproject.toml"].decode())["tool"]["seatrial"]
    assert ("red", "provision.provisioning:Provisioning") == (said["team"], said["provisioning"])
    defaults = yaml.safe_load(red["ci/defaults.yml"])
    assert "https://git.red.example.org/platform/red.git" == defaults["platform-repository"]
    assert b"example.com" not in red["ci/defaults.yml"] + red["ci/tasks/let-roll-out.yml"]
    dockerfile = red["images/tools/Dockerfile"].decode()
    assert f"--no-deps seatrial=={__version__}" in dockerfile
    assert "COPY seatrial" not in dockerfile
    workflow = yaml.safe_load(red[".github/workflows/seatrial.yml"])["jobs"]["verify"]["steps"]
    assert "seatrial verify --target local" in [step.get("run") for step in workflow]
    gitlab = Likeness("red", "red.example.org", "gitlab").files()
    assert ["seatrial verify --target local"] == yaml.safe_load(gitlab[".gitlab-ci.yml"])["verify"]["script"]
    assert not {".gitlab-ci.yml", ".github/workflows/seatrial.yml"} & set(Likeness("a", "b.c", "none").files())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--like-this", "--domain=a.example"), "--name: expected the team's name"),
        (("--like-this", "--name=Red", "--domain=a.example"), "team id 'Red'"),
        (("--like-this", "--name=red", "--domain=nowhere"), "--domain nowhere: expected the team's domain"),
        (
            ("--like-this", "--name=red", "--domain=a.example\nb: c"),
            r"--domain a.example\nb: c: expected the team's domain",
        ),
        (("--like-this", "--namespace=x"), "--namespace has no meaning with --like-this"),
        (("--name=red",), "--name has a meaning with --like-this only"),
    ],
)
def test_what_cannot_be_begun(arguments: tuple[str, ...], message: str, tmp_path: Path) -> None:
    """What is missing or means nothing is one message; no folder is made."""
    with pytest.raises(UsageError, match=f"^{re.escape(message)}"):
        app(["init", str(tmp_path / "ours"), *arguments], standalone_mode=False)
    assert [] == list(tmp_path.iterdir())


def test_it_is_begun(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of many files each folder at the top is named, with how many are in it; what to do next is said."""
    app(["init", str(tmp_path / "ours"), "--like-this", "--name=red", "--domain=a.example", "--ci=none"],
        standalone_mode=False)  # fmt: skip
    said = capsys.readouterr().out.splitlines()
    assert [line for line in said if line.startswith(f"made {tmp_path}/ours/features/: ")]
    assert said[-1].endswith("ours && pip install --require-hashes -r requirements/verify.txt && seatrial lint")
    assert (tmp_path / "ours" / "features" / "dns" / "records.feature").is_file()


def test_without_a_platform(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A Seatrial that was built alone says so; one whose archive is damaged, or leads elsewhere, is told apart."""
    monkeypatch.setattr(packed, "_PACKAGE", tmp_path / "seatrial")
    (tmp_path / "seatrial").mkdir()
    with pytest.raises(UsageError, match="was built without a platform beside it; install a wheel"):
        Likeness("red", "red.example.org", "none").files()
    (tmp_path / "seatrial" / packed.NAME).write_bytes(b"no archive")
    with pytest.raises(SeatrialError, match="what Seatrial came with cannot be read"):
        Likeness("red", "red.example.org", "none").files()


def test_a_plan_that_is_stale(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A text that the plan changes and nobody finds any more is an error, and no silent copy of ours."""
    (tmp_path / "seatrial").mkdir()
    for name in ("like-this", "provision"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "provision" / "platform.yaml").write_text("domain: another.example\n")
    monkeypatch.setattr(packed, "_PACKAGE", tmp_path / "seatrial")
    with pytest.raises(SeatrialError, match=r"provision/platform.yaml: expected 'domain: example.com' in it, as like-"):
        Likeness("red", "red.example.org", "none").files()


def test_a_half_made_folder_is_not_left(tmp_path: Path) -> None:
    """Where a file cannot be written, those before it and the folders go again, but for what was there before."""
    (tmp_path / "there" / ".git").mkdir(parents=True)
    for name in ("new/deep", "there"):
        with pytest.raises(SeatrialError, match=r"cannot be written: .*; nothing was left there"):
            starting._write({"a/b": "1", "c": "2", "c/d": "3"}, tmp_path / name)
    assert ["there", "there/.git"] == sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*"))


def test_what_was_made_meanwhile_is_kept(tmp_path: Path) -> None:
    """A file that somebody has made is left as it is, and what we had written goes."""
    (tmp_path / "b").write_text("mine")
    with pytest.raises(UsageError, match="is there by now, and is left as it is"):
        starting._write({"a": "1", "b": "2"}, tmp_path)
    assert (["b"], "mine") == ([path.name for path in tmp_path.iterdir()], (tmp_path / "b").read_text())
