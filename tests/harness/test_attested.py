"""What nobody can look at: judged by a signed entry, never proven, and refused where it is forged."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from seatrial.cli.attesting import toml
from seatrial.scenarios import gate, specification
from seatrial.scenarios.attesting import AttestationError, Entry, attested, digest
from tests.report.test_formats import Written

from .project import Project

pytest_plugins = ["pytester"]

WHO, LATER = "jane@example.com", "2999-01-31"
ENTRY, SIGNERS = Path("attestations") / "s-9.toml", "attestations/allowed_signers"
_FEATURE = """
    Feature: X
      Scenario: One
        Then the apple is "red"
      @attested @id:S-9
      Scenario: Two
        Given the contract was read by both sides
        Then its price is agreed
"""


def _key(folder: Path, who: str = WHO, *, allowed: bool = True) -> Path:
    key = folder / f"key-{who.partition('@')[0]}"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", who, "-f", key], check=True)
    if allowed:
        signers = folder / "attestations" / "allowed_signers"
        signers.parent.mkdir(exist_ok=True)
        with signers.open("a") as file:
            file.write(f'{who} namespaces="seatrial" {key.with_suffix(".pub").read_text()}')
    return key


def _sign(project: Project, key: Path, purpose: str = "seatrial") -> None:
    (project.path / f"{ENTRY}.sig").unlink(missing_ok=True)
    command = ["ssh-keygen", "-q", "-Y", "sign", "-f", str(key), "-n", purpose, str(project.path / ENTRY)]
    subprocess.run(command, check=True, capture_output=True)


def _attest(project: Project, key: Path | None, *options: str, until: str = LATER) -> subprocess.CompletedProcess[str]:
    signed = [f"--key={key}"] if key else []
    told = ["--who", WHO, "--link", "https://example.com/9", f"--until={until}", *signed]
    return project.seatrial("attest", "@id:S-9", *told, *options)


def _edit(project: Project, old: str, new: str) -> None:
    file = project.path / ENTRY
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))


def test_attested(project: Project) -> None:
    """It is counted apart, says who has signed, and stands in every report as what nobody looked at."""
    project.feature(_FEATURE)
    done = _attest(project, _key(project.path))
    assert (0, "") == (done.returncode, done.stderr)
    result = project.run("features", "-v")
    assert 0 == result.ret
    assert {"One": "proven", "Two": "attested"} == project.verdicts
    said = f"attested by {WHO} on {gate.today()} until {LATER}: https://example.com/9"
    told = project.scenario("Two")
    assert (said, {}) == (told["reason"], told["touched"])
    assert {"not taken"} == {step["outcome"] for step in told["steps"]}
    result.stdout.fnmatch_lines(
        [
            "features/shelf.feature::Two ATTESTED*",
            "2 planned = 1 proven + 0 simulated + 1 attested + 0 not provable + *",
        ]
    )
    written = Written(project.path / "report" / "local")
    written.check({"One", "Two"})
    assert {"One": {"PASSED"}, "Two": {"SKIPPED"}} == written.statuses()
    assert "- ✍️ Two: attested by " in (written.folder / "summary.md").read_text()
    assert 'class="badge attested"' in written.page
    assert said in written.page
    assert 1 == project.run("features", "--seatrial-require=simulated").ret  # never as good as looked at
    problems = project.seatrial("lint")
    assert "undefined" not in problems.stdout


def test_it_counts_no_more(project: Project) -> None:
    """Once its day is over, or its words are others, it is not attested, and the run is red until it is signed anew."""
    project.feature(_FEATURE)
    key = _key(project.path)
    _attest(project, key)
    project.feature(_FEATURE.replace("its price is agreed", "its price is low"))
    result = project.run("features")
    assert 1 == result.ret
    assert {"One": "proven", "Two": "not provable"} == project.verdicts
    result.stdout.fnmatch_lines([f"attested no more: Two ({WHO}): its words are others than *; sign it anew"])
    project.feature(_FEATURE)
    yesterday = gate.today() - dt.timedelta(days=1)
    _edit(project, LATER, str(yesterday))
    _edit(project, f"when = {gate.today()}", f"when = {yesterday}")
    _sign(project, key)
    result = project.run("features")
    assert 1 == result.ret
    result.stdout.fnmatch_lines([f"attested no more: Two ({WHO}): that day is over; sign it anew"])


def _later(project: Project) -> None:
    _edit(project, LATER, "3999-01-31")


def _unsigned(project: Project) -> None:
    (project.path / f"{ENTRY}.sig").unlink()


def _anothers(project: Project) -> None:
    key = _key(project.path, "mallory@example.com", allowed=False)
    _sign(project, key)


def _in_her_name(project: Project) -> None:
    key = _key(project.path, "bob@example.com")  # who may sign, but not as Jane
    _sign(project, key)


def _for_mail(project: Project) -> None:
    _sign(project, project.path / "key-jane", "email")


def _nobody(project: Project) -> None:
    (project.path / "attestations" / "allowed_signers").unlink()


@pytest.mark.parametrize(
    ("forge", "said"),
    [
        (_later, "no signature of jane@example.com that counts"),
        (_unsigned, "there is no s-9.toml.sig; expected a signature"),
        (_anothers, "no signature of jane@example.com that counts"),
        (_in_her_name, "no signature of jane@example.com that counts"),
        (_for_mail, "no signature of jane@example.com that counts"),
        (_nobody, "there is no allowed_signers; expected the allowed signers"),
    ],
)
def test_forged(project: Project, forge: Callable[[Project], None], said: str) -> None:
    """It is refused, whoever has signed what else; the message names the entry."""
    file = project.feature(_FEATURE)
    planned = specification.read(file)[1]
    entry = Entry("@id:S-9", digest(planned), WHO, gate.today(), "https://example.com/9", dt.date(2999, 1, 31))
    (project.path / ENTRY).parent.mkdir()
    (project.path / ENTRY).write_text(toml(entry))
    _sign(project, _key(project.path))
    assert LATER == getattr(attested(planned, "x", project.path, SIGNERS), "until", None)
    forge(project)
    with pytest.raises(AttestationError, match=re.escape(str(ENTRY)) + ": refused: .*" + re.escape(said)):
        attested(planned, "x", project.path, SIGNERS)


def test_a_forged_one_in_a_run(project: Project) -> None:
    """It is an error, and the run is red."""
    project.feature(_FEATURE)
    _attest(project, _key(project.path))
    _later(project)
    assert 1 == project.run("features").ret
    assert {"One": "proven", "Two": "error"} == project.verdicts
    assert f"{ENTRY}: refused: it has no signature of {WHO} that counts" in project.scenario("Two")["reason"]


def test_nobody_has(project: Project) -> None:
    """Without an entry it is not provable, and no run is red for it."""
    project.feature(_FEATURE)
    assert 0 == project.run("features").ret
    assert {"One": "proven", "Two": "not provable"} == project.verdicts
    assert "nobody has attested to it: `seatrial attest` does" == project.scenario("Two")["reason"]


@pytest.mark.long
def test_what_is_no_entry(project: Project) -> None:
    """A field that is none is named with its file, by a run and by lint; so is one of nothing."""
    project.feature(_FEATURE)
    done = _attest(project, None)
    assert "sign it by: ssh-keygen -Y sign -f KEY -n seatrial attestations/s-9.toml" in done.stdout
    _edit(project, "@id:S-9", "Three")
    assert "attestations/s-9.toml: names no scenario tagged @attested: Three" in project.seatrial("lint").stdout
    _edit(project, "who =", "whom =")
    told = project.seatrial("lint").stdout
    assert "attestations/s-9.toml: Object contains unknown field `whom`; expected scenario, words, who" in told


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["One"], "is not tagged @attested"),
        (["Tow"], "no scenario is called so: Tow; near it is: Two"),
        (["Two", "--until=2001-01-31"], "--until 2001-01-31: is over; expected a day to come"),
    ],
)
def test_a_slip(project: Project, arguments: list[str], said: str) -> None:
    """It is one message, and nothing is written."""
    project.feature(_FEATURE)
    told = ["--who", WHO, "--link", "https://example.com/9", f"--until={LATER}"]
    done = project.seatrial("attest", *told, *arguments)
    assert 4 == done.returncode
    assert said in done.stderr
    assert not (project.path / "attestations").exists()
