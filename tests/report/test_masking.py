"""Secrets never reach a report."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

import pytest

from seatrial.masking import HIDDEN, Mask
from seatrial.provisioning.progress import Progress
from tests.harness.project import Project

pytest_plugins = ["pytester"]

KEY = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIPlantedPlantedPlanted\n-----END EC PRIVATE KEY-----"
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJwbGFudGVkIn0.c2lnbmF0dXJlLXBsYW50ZWQ"


@pytest.mark.parametrize(
    "secret",
    [
        KEY,
        KEY.replace("\n", "\\n"),
        base64.b64encode(KEY.encode()).decode(),
        JWT,
        "AKIAPLANTEDPLANTED12",
        "aws_secret_access_key = wJalrXUtnPLANTEDKEY/bPxRfiCY",
        "password: hunter-planted",
        '"token": "planted-token-value"',
        "Authorization: Bearer planted.bearer.token.value",
        "mongodb://user:planted@mongodb-0:27017/notes",
        "https://store/x?X-Amz-Signature=plantedplanted&x=1",
        "kubeadm join --token planted.0123456789abcdef",
        "client-key-data: LS0tLS1CRUdJTiBQbGFudGVkUGxhbnRlZA==",
        "DB_PASSWORD=planted-in-environment",
    ],
)
def test_what_looks_like_a_secret(secret: str) -> None:
    """Whatever looks like a secret is hidden, wherever in a text it stands."""
    hidden = Mask().text(f"before {secret} after")
    assert HIDDEN in hidden
    assert "planted" not in hidden.lower().replace("x-amz", "")
    assert hidden.startswith("before ")


@pytest.mark.parametrize(
    "text",
    [
        "automountServiceAccountToken: false",
        "secretName: mongodb-credentials",
        "expected   nodes  ready yes\nlast seen  nodes  ready no",
        "http://127.0.0.1:8899/healthz",
        "tokenExpirationSeconds: 3607",
        "Secret backing/mongodb there",
        "the key concept: tokens are words",
    ],
)
def test_what_is_none(text: str) -> None:
    """Ordinary text stays as it is."""
    assert text == Mask().text(text)


def test_data() -> None:
    """All of a Secret's content is hidden, and what a key names as secret, and nothing else."""
    mask = Mask()
    secret = {"kind": "Secret", "metadata": {"name": "mongodb"}, "data": {"user": "cGxhbnRlZA=="}}
    assert {"kind": "Secret", "metadata": {"name": "mongodb"}, "data": {"user": HIDDEN}} == mask.data(secret)
    env = [{"env": {"DB_PASSWORD": "short"}, "ttl": 300, "name": "msvc1"}]
    assert [{"env": {"DB_PASSWORD": HIDDEN}, "ttl": 300, "name": "msvc1"}] == mask.data(env)


def test_what_is_known() -> None:
    """A value that is known to be secret is hidden as it is and in base64; a short one would hide ordinary words."""
    mask = Mask()
    mask.learn(["correct horse battery", "kind"])
    encoded = base64.b64encode(b"correct horse battery").decode()
    assert f"{HIDDEN} {HIDDEN} kind" == mask.text(f"correct horse battery {encoded} kind")


def test_environment() -> None:
    """Values of variables whose names say so are secret; a path, or the simulated account's, is not."""
    mask = Mask()
    mask.learn_environment(
        {"CI_JOB_TOKEN": "planted-job-token", "SSH_KEY_TOKEN": "/home/x/.ssh", "AWS_SECRET_ACCESS_KEY": "simulated"}
    )
    assert f"{HIDDEN} /home/x/.ssh simulated" == mask.text("planted-job-token /home/x/.ssh simulated")


PLANTED = {
    "CI_JOB_TOKEN": "planted-environment-value",
    "thing": "planted-in-a-thing-of-the-shelf",
}
WORDS = '''

import os
@when("everything is told")
def _(shelf):
    print("printed", os.environ["CI_JOB_TOKEN"])
    seen = shelf.rows()
    raise AssertionError(f"token: planted-in-a-message {os.environ['CI_JOB_TOKEN']} {seen} {KEY} AKIAPLANTEDPLANTED12")
KEY = """-----BEGIN PRIVATE KEY-----
planted-private-key
-----END PRIVATE KEY-----"""
'''


@pytest.mark.parametrize("processes", [[], ["-n2"]], ids=["one", "two"])
def test_secrets_are_nowhere(project: Project, monkeypatch: pytest.MonkeyPatch, processes: list[str]) -> None:
    """Secrets planted in the environment, in messages and in what observers see are nowhere in what is written."""
    monkeypatch.setenv("CI_JOB_TOKEN", PLANTED["CI_JOB_TOKEN"])
    words = project.path / "words.py"
    words.write_text(words.read_text() + WORDS)
    _plant(project.path)
    project.scenarios(One="Given the shelf is filled; When everything is told", Two='Then the apple is "blue"')
    result = project.run_apart("features", "--seatrial-keep", *processes)
    assert {"One": "failed", "Two": "failed"} == project.verdicts
    written = {file: file.read_text("utf-8") for file in (project.path / "report").rglob("*") if file.is_file()}
    assert {"index.html", "verdict.json", "junit.xml", "messages.ndjson", "summary.md", "diagnosis.log"} <= {
        file.name for file in written
    }
    told = [str(file.name) for file, text in written.items() if "planted" in text.lower()]
    assert [] == told
    assert "planted" not in result.stdout.str().lower()
    assert "planted" not in result.stderr.str().lower()


def _plant(root: Path) -> Any:
    """Make their provisioning know a secret, and show it in its diagnosis."""
    file = root / "theirs.py"
    text = file.read_text().replace(
        '"""Builds shelves."""',
        '''"""Builds shelves."""

    def picture(self, team, target):
        from seatrial.provisioning.picture import Picture
        return Picture(components={"shelf": "password=planted-version"})

    def diagnose(self, team, target):
        return {"logs/diagnosis.log": "planted-in-a-thing-of-the-shelf", "d.json": {"password": "planted"}}

    def secrets(self, team, target):
        return ["planted-in-a-thing-of-the-shelf"]
''',
    )
    file.write_text(text.replace('"red"', '"planted-in-a-thing-of-the-shelf"'))


def test_words_of_the_specification_stay(project: Project) -> None:
    """Rows that differ in what stands beside a word like token stay two, in every report, whichever of them fails."""
    words = project.path / "words.py"
    words.write_text(
        words.read_text()
        + '\n@then(parsers.parse("a request with token={token} is refused"))\ndef _(shelf, token):\n'
        + '    shelf.rows()\n    assert token != "foreign", f"token={token} was taken, and password=planted"\n'
    )
    project.feature(
        """
        Feature: The token: of visitors

          Scenario Outline: Refused token=<token>
            Given the shelf is filled
            Then a request with token=<token> is refused

            Examples:
              | token   |
              | expired |
              | foreign |
        """
    )
    project.run_apart("features")
    verdicts = {"Refused token=expired": "proven", "Refused token=foreign": "failed"}
    assert verdicts == {name: verdict.replace("simulated", "proven") for name, verdict in project.verdicts.items()}
    assert "password=***" in project.scenario("Refused token=foreign")["reason"]
    for file in ("local/verdict.json", "local/junit.xml", "local/messages.ndjson", "index.html"):
        text = (project.path / "report" / file).read_text("utf-8")
        assert "token=foreign" in text
        assert "planted" not in text
        assert "The token: of visitors" in text
    assert "token=foreign was taken" in (project.path / "report" / "local" / "summary.md").read_text("utf-8")


def test_what_the_doctor_says(project: Project) -> None:
    """The password of a mirror's address, and markup of the console, are not what a reader sees."""
    file = project.path / "theirs.py"
    told = "from https://user:planted@mirror.example.com/x [/red] \\x1b[2J"
    file.write_text(file.read_text().replace('"found", remedy=', f'"found", "{told}", remedy='))
    ended = project.seatrial("doctor")
    assert "Traceback" not in ended.stderr
    assert "planted" not in ended.stdout
    assert "https://***@mirror.example.com/x [/red] \\x1b[2J" in "".join(ended.stdout.split("\n"))


def test_what_progress_says() -> None:
    """Nor is the password in a message of a standup."""
    told = io.StringIO()
    Progress(told).line("cannot download https://user:planted@mirror.example.com/x\x1b[2J")
    assert told.getvalue() == "cannot download https://***@mirror.example.com/x\\x1b[2J\n"
