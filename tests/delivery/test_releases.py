"""Which image of a microservice Git says: what the platform began with, or what its pipeline has pushed."""

from __future__ import annotations

from pathlib import Path

import pytest

from provision.delivery import releases
from provision.delivery.releases import ReleaseError
from provision.delivery.repositories import Repositories, git

BEGAN = "registry.example.com/microservice@sha256:0123"
PUSHED = "registry.example.com/teams/t1/msvc1"


def image(text: str) -> str:
    """Read what a file says of msvc1."""
    return releases.image(text, "msvc1", BEGAN, PUSHED)


@pytest.mark.parametrize("said", [BEGAN, f"{PUSHED}:0.2.0"])
def test_what_is_known_is_read(said: str) -> None:
    """It is what was written."""
    assert image(releases.said("msvc1", said)) == said


@pytest.mark.parametrize(
    "said",
    ["evil.example.com/miner:1.0.0", f"{PUSHED}:latest", f"{PUSHED}-2:0.2.0", PUSHED, f"{PUSHED}:1.0.0@sha256:1"],
)
def test_no_other_image_is_ever_run(said: str) -> None:
    """Whoever can push to the platform's repository has the platform run nothing but versions of the microservice."""
    with pytest.raises(ReleaseError, match="revert the commit that says so"):
        image(releases.said("msvc1", said))


@pytest.mark.parametrize(
    "text", ["", "a: [", "spec: {}", "&a [*a]", "spec: {template: {spec: {containers: [{name: x}]}}}"]
)
def test_what_is_no_release_is_told(text: str) -> None:
    """The message names the file."""
    with pytest.raises(ReleaseError, match=r"manifests/releases/msvc1\.yaml"):
        image(text)


def test_a_commit_changes_what_is_another(tmp_path: Path) -> None:
    """Files that are as they were make no commit; a link that somebody has pushed is not followed."""
    repositories, outside = Repositories(tmp_path / "git"), tmp_path / "outside"
    outside.write_text("ours\n", encoding="utf-8")
    repositories.ensure("platform", {"a": "1\n", "b/c": "2\n"})
    first = repositories.head("platform")
    assert repositories.commit("platform", {"a": "1\n"}, "Nothing") == first
    work = tmp_path / "work"
    git("clone", "--quiet", str(tmp_path / "git" / "platform.git"), str(work), at=tmp_path)
    (work / "a").unlink()
    (work / "a").symlink_to(outside)
    git("add", "--all", at=work)
    git("commit", "--quiet", "--message=Lead out", at=work)
    git("push", "--quiet", "origin", "HEAD:main", at=work)
    repositories.commit("platform", {"a": "3\n"}, "Write")
    assert outside.read_text("utf-8") == "ours\n"
    assert repositories.read("platform", "b/c") == "2\n"
