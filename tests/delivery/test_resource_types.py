"""The stand-ins for the types of resources, called as a worker calls them, against a real server of Git."""

from __future__ import annotations

from pathlib import Path

from provision.delivery.repositories import PASSED_BY, git
from tests.delivery.conftest import Hosted, ask


def test_a_push_is_a_new_version(hosted: Hosted, tmp_path: Path) -> None:
    """What was pushed since the last look is found, the oldest first; without a change nothing new is."""
    source = hosted.source("msvc1")
    first, _ = ask("git", "check", {"source": source})
    assert first == [{"ref": hosted.repositories.head("msvc1")}]
    pushed = [hosted.commit("msvc1", name, "x", tmp_path) for name in ("a", "b")]
    newer, _ = ask("git", "check", {"source": source, "version": first[0]})
    assert newer == [first[0], *({"ref": ref} for ref in pushed)]
    assert ask("git", "check", {"source": source, "version": newer[-1]})[0] == [newer[-1]]


def test_only_what_a_pipeline_watches_is_new(hosted: Hosted, tmp_path: Path) -> None:
    """A push that touches none of the paths is no new version."""
    source = hosted.source("msvc1", paths=["ci"])
    mine = hosted.commit("msvc1", "ci/start.yml", "jobs: []", tmp_path)
    assert ask("git", "check", {"source": source})[0] == [{"ref": mine}]
    hosted.commit("msvc1", "README.md", "other words", tmp_path)
    assert ask("git", "check", {"source": source, "version": {"ref": mine}})[0] == [{"ref": mine}]


def test_a_commit_that_says_so_is_passed_by(hosted: Hosted, tmp_path: Path) -> None:
    """As with the official type: what runs already is no change, and is none behind one that is."""
    hosted.repositories.ensure("msvc3", {"README.md": "a service\n"}, PASSED_BY)
    source = hosted.source("msvc3")
    assert ask("git", "check", {"source": source})[0] == []
    mine = hosted.commit("msvc3", "a", "x", tmp_path)
    assert ask("git", "check", {"source": source})[0] == [{"ref": mine}]


def test_a_commit_is_checked_out_and_another_put_on_top_of_what_others_pushed(hosted: Hosted, tmp_path: Path) -> None:
    """What is put is rebased where somebody was faster."""
    source, head = hosted.source("msvc1"), hosted.repositories.head("msvc1")
    work = tmp_path / "inputs" / "work"
    got, _ = ask("git", "in", {"source": source, "version": {"ref": head}}, str(work))
    assert got["version"] == {"ref": head}
    assert (work / "README.md").read_text(encoding="utf-8") == "a service\n"
    theirs = hosted.commit("msvc1", "theirs", "x", tmp_path)
    (work / "ours").write_text("x", encoding="utf-8")
    git("add", "--all", at=work)
    git("commit", "--quiet", "--message=Ours", at=work)
    put = {"source": source, "params": {"repository": "work", "rebase": True}}
    done, said = ask("git", "out", put, str(tmp_path / "inputs"))
    assert done is not None, said
    assert done["version"] == {"ref": hosted.repositories.head("msvc1")}
    assert git("rev-parse", "main~1", at=hosted.repositories.folder / "msvc1.git").strip() == theirs


def test_who_has_not_the_password_gets_nothing(hosted: Hosted) -> None:
    """Neither a look nor a push is let in, and the message says who refused."""
    answer, said = ask("git", "check", {"source": hosted.source("msvc1", password="wrong")})  # noqa: S106
    assert answer is None
    assert said.startswith("git: git ls-remote:")
    assert "wrong" not in said


def test_what_a_stand_in_does_not_know_is_refused_by_name() -> None:
    """A pipeline that asks for more is not misunderstood in silence."""
    answer, said = ask("git", "check", {"source": {"uri": "x", "branch": "main", "depth": 1}})
    assert answer is None
    assert said == ("git: source: depth: not known to this stand-in; expected branch, password, paths, uri, username\n")
    assert ask("git", "check", {"source": {"uri": "x"}})[1] == "git: source.branch: is missing\n"
    assert "expected a number of s, m or h" in ask("time", "check", {"source": {"interval": "1d"}})[1]
    assert "driver: s3" in ask("semver", "check", {"source": {"driver": "s3", "uri": "x", "branch": "b"}})[1]


def test_a_version_is_raised_and_kept(hosted: Hosted, tmp_path: Path) -> None:
    """It begins where the pipeline says, is raised for a build, and is found again once that has put it."""
    file = {"driver": "git", "branch": "version", "file": "version", "initial_version": "0.1.0"}
    source = hosted.source("msvc1", **file)
    found, said = ask("semver", "check", {"source": source})
    assert found == [{"number": "0.1.0"}], said
    version = tmp_path / "version"
    version.mkdir()
    request = {"source": source, "version": found[0], "params": {"bump": "minor"}}
    assert ask("semver", "in", request, str(version))[0]["version"] == {"number": "0.1.0"}
    assert (version / "version").read_text(encoding="utf-8") == "0.2.0"
    put = {"source": source, "params": {"file": "version/version"}}
    done, said = ask("semver", "out", put, str(tmp_path))
    assert done is not None, said
    assert ask("semver", "check", {"source": source})[0] == [{"number": "0.2.0"}]


def test_a_version_that_is_a_link(tmp_path: Path) -> None:
    """Where a link leads that somebody has pushed is neither read nor written."""
    (outside := tmp_path / "outside").write_text("a password\n")
    pushed = tmp_path / "pushed"
    pushed.mkdir()
    git("init", "--quiet", "--initial-branch=version", at=pushed)
    (pushed / "version").symlink_to(outside)
    git("add", "version", at=pushed)
    git("commit", "--quiet", "--message=a", at=pushed)
    git("checkout", "--quiet", "--detach", at=pushed)
    source = {"driver": "git", "branch": "version", "file": "version", "uri": f"file://{pushed}"}
    found, said = ask("semver", "check", {"source": source})
    assert found is None
    assert "expected a version such as 1.2.3" in said
    assert "a password" not in said
    (tmp_path / "new").write_text("1.2.3")
    assert ask("semver", "out", {"source": source, "params": {"file": "new"}}, str(tmp_path))[0] is not None
    assert "a password\n" == outside.read_text()


def test_the_clock_strikes_when_its_time_has_come() -> None:
    """Nothing new is found before the interval has passed."""
    source = {"interval": "1h"}
    now, _ = ask("time", "check", {"source": source})
    assert ask("time", "check", {"source": source, "version": now[0]})[0] == now
    long_ago = {"time": "2026-01-01T00:00:00+00:00"}
    assert len(ask("time", "check", {"source": source, "version": long_ago})[0]) == 2
