"""Every YAML file of a checkout is read within bounds, and says so in one message."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as any_of

from provision import spec_file
from provision.images.archive import ImageError
from provision.images.map import load_map
from provision.observers.delivery import Delivery
from provision.spec import PLATFORM_FILE
from provision.workloads.lint import lint
from seatrial import bounded_yaml
from seatrial.bounded import BoundsError
from seatrial.errors import UsageError

from .bombs import YAML

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def little_memory() -> Iterator[None]:
    """A test that takes 2 GiB more than the process has is one that has failed."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + (2 << 30), before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, before)


@pytest.fixture(params=YAML)
def bomb(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A file that is a bomb."""
    file = tmp_path / "bomb.yaml"
    file.write_text(YAML[request.param])
    return file


def test_bombs(bomb: Path) -> None:
    """A bomb is refused before anything is made of it; the message names the file."""
    with pytest.raises(BoundsError, match=r"bomb\.yaml"):
        bounded_yaml.read(bomb)


def test_bombs_everywhere(bomb: Path) -> None:
    """Whoever reads YAML of a checkout says so in an error of a user's kind."""
    with pytest.raises(UsageError):
        spec_file.read(bomb)
    with pytest.raises(ImageError):
        load_map(bomb)
    bomb.rename(bomb.with_name("bomb.yml"))
    with pytest.raises(UsageError):
        Delivery(bomb.parent).pipelines()


def test_bombs_in_manifests(bomb: Path) -> None:
    """A bomb among the manifests is a problem that lint tells of; nothing is rendered."""
    (bomb.parent / "base").mkdir()
    bomb.rename(bomb.parent / "base" / "bomb.yaml")
    for kubectl in (None, Path("/no/kubectl")):
        found = lint(spec_file.read(PLATFORM_FILE), bomb.parent, kubectl)
        assert ["bomb.yaml"] == [Path(problem.where.partition(":")[0]).name for problem in found]


def test_what_a_checkout_has() -> None:
    """The files of this checkout are far within the bounds, aliases included."""
    files = [f for folder in ("ci", "images", "manifests", "provision") for f in (ROOT / folder).rglob("*.y*ml")]
    assert len(files) > 50
    for file in files:
        assert bounded_yaml.read(file) == file.read_text("utf-8")


@given(any_of.text(alphabet="&*a0:[]{},- \n<|>'\"#!%@`?x", max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_text(text: str) -> None:
    """Any text is within bounds, or refused, or no YAML; and what is within bounds is as small as they say."""
    try:
        bounded_yaml.check(text, "it")
    except (BoundsError, yaml.YAMLError):
        return
    try:
        found = list(yaml.load_all(text, Loader=bounded_yaml.LOADER))
    except (yaml.YAMLError, ValueError):
        return
    assert len(repr(found)) < 1_000_000
