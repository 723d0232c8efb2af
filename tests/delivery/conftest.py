"""What the tests of delivery share: a server of repositories, and what calls a type of resources as a worker does."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from provision.delivery.git_server import GitServer, Served
from provision.delivery.repositories import Repositories, git
from provision.images.parts import IMAGES

PASSWORD = "s3cret-of-git"  # noqa: S105 - of a server that lives for one test
_CALL = "import sys; from resource_types.protocol import main; sys.exit(main(sys.argv.pop(1), sys.argv.pop(1)))"


@dataclass(frozen=True)
class Hosted:
    """Repositories that are served.

    Attributes:
        repositories: The repositories.
        url: Where they are served.
    """

    repositories: Repositories
    url: str

    def source(self, name: str, **more: Any) -> dict[str, Any]:
        """Return what a pipeline says of a repository."""
        known = {"username": "seatrial", "password": PASSWORD}
        return {"uri": f"{self.url}/{name}.git", "branch": "main", **known, **more}

    def commit(self, name: str, path: str, text: str, scratch: Path) -> str:
        """Change a file in a repository without asking its server; return the commit."""
        work = scratch / f"work-{path}-{len(list(scratch.iterdir()))}".replace("/", "-")
        git("clone", "--quiet", str(self.repositories.folder / f"{name}.git"), str(work), at=scratch)
        (work / path).parent.mkdir(parents=True, exist_ok=True)
        (work / path).write_text(text, encoding="utf-8")
        git("add", "--all", at=work)
        git("commit", "--quiet", f"--message=Change {path}", at=work)
        git("push", "--quiet", "origin", "HEAD:main", at=work)
        return git("rev-parse", "HEAD", at=work).strip()


@contextmanager
def served(folder: Path, hook: str = "", address: str = "127.0.0.1") -> Iterator[str]:
    """Serve the repositories of a folder; give the URL."""
    with GitServer((address, 0), Served(folder, PASSWORD, hook)) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://{address}:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture
def hosted(tmp_path: Path) -> Iterator[Hosted]:
    repositories = Repositories(tmp_path / "git")
    first = tmp_path / "README.md"
    first.write_text("a service\n", encoding="utf-8")
    repositories.ensure("msvc1", {"README.md": first})
    with served(repositories.folder) as url:
        yield Hosted(repositories, url)


def ask(kind: str, called: str, request: dict[str, Any], *arguments: str) -> tuple[Any, str]:
    """Call one of the programs of a type; return what it answers, or ``None``, and what it says beside."""
    done = subprocess.run(
        [sys.executable, "-c", _CALL, kind, called, *arguments],
        input=json.dumps(request),
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(IMAGES / "resource-types")},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return (json.loads(done.stdout) if done.returncode == 0 else None), done.stderr
