"""``platform.yaml``: read, refused with every error at once, and described to editors."""

from __future__ import annotations

from pathlib import Path

import pytest

from provision.spec import PLATFORM_FILE
from provision.spec_file import SCHEMA_FILE, PlatformFileError, read, schema


def changed(tmp_path: Path, *replacements: tuple[str, str]) -> Path:
    """Return a copy of the platform's own file with some text replaced."""
    text = PLATFORM_FILE.read_text("utf-8")
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    file = tmp_path / "platform.yaml"
    file.write_text(text, "utf-8")
    return file


def test_the_projects_own_file_is_as_agreed() -> None:
    """The parameters of row 1 stand in the project's own file."""
    spec = read()
    assert (3, "t2.medium") == (spec.masters.count, spec.masters.type)
    assert (3, "t2.large") == (spec.nodes.count, spec.nodes.type)
    assert ["eu-west-1a", "eu-west-1b", "eu-west-1c"] == spec.zones
    assert "172.20.0.0/16" == spec.network
    assert "team1.example.com" == spec.zone_name("team1")
    assert "team1-store" == spec.store_name("team1")


def test_all_errors_come_at_once_with_their_lines(tmp_path: Path) -> None:
    """An unknown key, a wrong type and a missing field are told together, each with its line."""
    file = changed(tmp_path, ("domain: example.com", "domian: example.com"), ("ttl: 300", "ttl: soon"))
    line = next(n for n, text in enumerate(file.read_text("utf-8").splitlines(), 1) if text.startswith("domian"))
    with pytest.raises(PlatformFileError) as caught:
        read(file)
    problems = "\n".join(caught.value.problems)
    assert f"{file}:{line}: domian: unknown field; did you mean domain?" in problems
    assert "domain: this field is missing" in problems
    assert ": dns.ttl: " in problems
    assert "got 'soon'" in problems


def test_an_even_number_of_masters_is_refused(tmp_path: Path) -> None:
    """Masters grow in steps of two, so an even number of them is an error that says why."""
    file = changed(tmp_path, ("count: 3                    # odd", "count: 4 # odd"))
    with pytest.raises(PlatformFileError, match=r"masters.count: expected an odd number of masters.*got 4"):
        read(file)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("network: 172.20.0.0/16", "network: 8.8.0.0/16", "network: expected a private network"),
        ("network: 172.20.0.0/16", "network: 10.32.0.0/14", "network: expected a private network of /16 to /20"),
        ("zones: [eu-west-1a,", "zones: [us-east-1a,", "expected zones of the region eu-west-1, got us-east-1a"),
        ("zones: [eu-west-1a,", "zones: [eu-west-1b,", "expected each zone once"),
        ("members: 3", "members: three", "mongodb.members"),
        ("zone: public ", "zone: hidden ", "dns.zone: "),
        ("  count: 3\n", "  count: 2\n", "expected a node in each of the 3 zones, got nodes.count 2"),
        ("https: 443", "https: 80", "ingress.ports: expected three different ports of a node, got 80, 80, 18080"),
        ("status: 18080", "status: 10250", "expected ports that are free on a node, got 10250, which is the kubelet's"),
        ("names: [msvc1, msvc2]", "names: [msvc1, msvc1]", "microservices.names: expected each microservice once"),
        ("least: 4 ", "least: 9 ", "density: expected an average of at least 9, the least on any node, got 7"),
        ("ssh: []", "ssh: [everybody]", "access.ssh.0: expected a range of addresses such as .*, got everybody"),
        ("api: [0.0.0.0/0]", "api: [10.0.0.1/8]", "access.api.0: expected a range of addresses .* has host bits set"),
        ("api: [0.0.0.0/0]", "api: []", "access.api: "),
    ],
)
def test_a_value_that_cannot_be_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    """A value that the platform cannot have is refused by name."""
    with pytest.raises(PlatformFileError, match=message):
        read(changed(tmp_path, (old, new)))


@pytest.mark.parametrize(
    ("text", "message"), [("- a\n", "expected fields"), ("a: [\n", "not YAML"), ("", "expected fields")]
)
def test_a_file_that_is_no_mapping_is_refused(tmp_path: Path, text: str, message: str) -> None:
    """A list, broken YAML and an empty file are refused with the file's name."""
    file = tmp_path / "platform.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(PlatformFileError, match=message) as caught:
        read(file)
    assert str(file) in str(caught.value)


def test_the_exported_schema_is_up_to_date() -> None:
    """The JSON Schema in the repository is what the model gives; `python -m provision.spec_file` writes it anew."""
    assert schema() == SCHEMA_FILE.read_text("utf-8")
