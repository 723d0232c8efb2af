"""The server of Git repositories: who is let in, and who is told of pushes."""

from __future__ import annotations

import http.server
import queue
import threading
from pathlib import Path

import httpx2
import pytest

from provision.delivery.git_server import main
from provision.delivery.repositories import Repositories, RepositoryError, files_of, git
from tests.delivery.conftest import PASSWORD, Hosted, served

_KNOWN = ("seatrial", PASSWORD)


@pytest.mark.parametrize(
    ("path", "known", "status"),
    [
        ("/msvc1.git/info/refs?service=git-upload-pack", _KNOWN, 200),
        ("/msvc1.git/info/refs?service=git-upload-pack", None, 401),
        ("/msvc1.git/info/refs?service=git-receive-pack", ("seatrial", "x"), 401),
        ("/other.git/info/refs?service=git-upload-pack", _KNOWN, 404),
        ("/msvc1.git/../../etc/passwd", _KNOWN, 404),
        ("/msvc1.git/config", _KNOWN, 404),
    ],
)
def test_who_is_let_in(hosted: Hosted, path: str, known: tuple[str, str] | None, status: int) -> None:
    """The password opens the repositories, and nothing else of the machine."""
    with httpx2.Client(trust_env=False, auth=known) as client:
        assert client.get(f"{hosted.url}{path}").status_code == status


def test_whoever_waits_is_told_of_a_push(hosted: Hosted, tmp_path: Path) -> None:
    """A push by HTTP tells of itself; a look does not."""
    told: queue.Queue[str] = queue.Queue()

    class Waiting(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.put(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Waiting) as waiting:
        threading.Thread(target=waiting.serve_forever, args=(0.02,), daemon=True).start()
        hook = f"http://127.0.0.1:{waiting.server_address[1]}/{{repository}}/check"
        with served(hosted.repositories.folder, hook) as url:
            work = tmp_path / "work"
            remote = url.replace("//", "//seatrial:" + PASSWORD + "@") + "/msvc1.git"
            git("clone", "--quiet", remote, str(work), at=tmp_path)
            (work / "big").write_bytes(bytes(range(256)) * 16384)  # more than git sends at once
            git("add", "--all", at=work)
            git("commit", "--quiet", "--message=More", at=work)
            git("push", "--quiet", "origin", "HEAD:main", at=work)
            assert told.get(timeout=10) == "/msvc1/check"
        waiting.shutdown()
    assert told.empty()
    assert hosted.repositories.head("msvc1") == git("rev-parse", "HEAD", at=work).strip()


def test_a_repository_is_made_once_of_what_a_checkout_has(tmp_path: Path) -> None:
    """Its first commit is the files; what was pushed since stays when it is asked for again."""
    checkout = tmp_path / "checkout"
    (checkout / "ci" / "__pycache__").mkdir(parents=True)
    (checkout / "ci" / "start.yml").write_text("jobs: []\n", encoding="utf-8")
    (checkout / "ci" / "__pycache__" / "x.pyc").write_text("", encoding="utf-8")
    found = files_of(checkout, ["ci"])
    assert list(found) == ["ci/start.yml"]
    repositories = Repositories(tmp_path / "git")
    assert repositories.ensure("platform", found)
    assert repositories.read("platform", "ci/start.yml") == "jobs: []\n"
    assert not repositories.ensure("platform", found)
    with pytest.raises(RepositoryError, match="manifests"):
        repositories.read("platform", "manifests")


def test_it_serves_neither_the_world_nor_everybody(capsys: pytest.CaptureFixture[str]) -> None:
    """It refuses a public address, and to begin without a password."""
    for argv, words in (
        (["--listen=192.0.2.1:3000", "--folder=x"], "expected a private address and a port, got 192.0.2.1:3000"),
        (["--listen=127.0.0.1:3000", "--folder=x"], "anybody could push"),
    ):
        with pytest.raises(SystemExit):
            main(argv)
        assert words in capsys.readouterr().err
