"""Text and JSON that nobody thought of: masked, escaped and read within bounds."""

from __future__ import annotations

import base64
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as any_of

from seatrial import escaping
from seatrial.bounded import BoundsError, parse_json
from seatrial.errors import UsageError
from seatrial.masking import HIDDEN, Mask
from seatrial.report import artefact, grouping
from seatrial.scenarios import specification
from seatrial.scenarios.reading import SpecificationError

TEXT = any_of.text(max_size=200)
SECRETS = any_of.text(alphabet=any_of.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=8, max_size=40)
JSON = any_of.recursive(
    any_of.none() | any_of.booleans() | any_of.integers() | any_of.floats() | TEXT,
    lambda inner: any_of.lists(inner, max_size=4) | any_of.dictionaries(TEXT, inner, max_size=4),
)
STEERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@given(SECRETS, TEXT, TEXT, any_of.sampled_from(["text", "json", "url", "base64", "hex"]))
@settings(max_examples=300, deadline=None)
def test_a_known_secret_is_in_no_text(secret: str, before: str, after: str, encoding: str) -> None:
    """Whatever stands around a known secret, and however it is written, it is not in what comes out."""
    raw = secret.encode()
    written = {
        "text": secret,
        "json": json.dumps(secret)[1:-1],
        "url": quote(secret, safe=""),
        "base64": base64.b64encode(raw).decode(),
        "hex": raw.hex(),
    }[encoding]
    mask = Mask()
    mask.learn([secret])
    hidden = mask.text(f"{before} {written} {after}")
    assert written not in hidden.replace(HIDDEN, "\0") or written in f"{before} {after}"


@given(TEXT)
@settings(max_examples=300, deadline=None)
def test_any_text_is_shown_as_text(text: str) -> None:
    """In no medium does any text steer anything, and what was made visible stays as it is."""
    for shown in (escaping.terminal(text), escaping.xml(text), escaping.markdown(text), escaping.code(text)):
        assert not STEERS.search(shown)
        assert escaping.visible(shown).replace("\\u200b", "\u200b") == shown
    element = ET.Element("a", {"b": escaping.xml(text)})
    element.text = escaping.xml(text)
    ET.fromstring(ET.tostring(element, "unicode"))  # noqa: S314 - made here
    assert "\n" not in escaping.one_line(text) + escaping.markdown(text) + escaping.code(text)
    assert not re.search(r"[<>*_\[\]|`]|&(?!#\d+;|amp;|lt;|gt;)", escaping.markdown(text))


@given(JSON, any_of.sampled_from(["verdict", "picture", "history", "traffic", "writes", "cluster"]))
@settings(max_examples=200, deadline=None)
def test_any_json_is_refused_or_taken(tmp_path_factory: pytest.TempPathFactory, found: object, kind: str) -> None:
    """Any JSON in an artefact is one error of a user's kind, or fits."""
    file = tmp_path_factory.mktemp("json") / "x.json"
    file.write_text(json.dumps(found))
    told = str(file)
    try:
        artefact.read(file, kind)
    except UsageError as error:
        told = str(error)
    assert str(file) in told


@given(any_of.integers(1, 300))
@settings(deadline=None)
def test_depth(depth: int) -> None:
    """JSON is taken to its depth, and no deeper."""
    text = "[" * depth + "]" * depth
    if depth <= 65:
        assert parse_json(text, "it") is not None
        return
    with pytest.raises(BoundsError):
        parse_json(text, "it")


def test_a_feature_that_is_too_large(tmp_path: Path) -> None:
    """A feature of many megabytes is refused with its name, before it is parsed."""
    file = tmp_path / "large.feature"
    file.write_text("Feature: x\n" + "# x\n" * 2_000_000)
    with pytest.raises(SpecificationError, match=r"large\.feature:1: .*larger than"):
        specification.read(file)


@pytest.mark.parametrize("text", ["a = " + "[" * 5000, "[profiles]\nx = [1]", "\ud800", "x" * (2 << 20), "[other]"])
def test_a_grouping_that_is_hostile(tmp_path: Path, text: str) -> None:
    """What groups the specification is within bounds too, and says so in one message."""
    (tmp_path / "features").mkdir()
    (tmp_path / grouping.FILE).write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(UsageError, match=r"specification\.toml"):
        grouping.read(tmp_path)


@pytest.mark.parametrize(
    "line", ["::add-mask::e", "  ::stop-commands::x", "x ##[error]y", "##vso[task.setvariable variable=PATH]x"]
)
def test_no_text_is_a_command_of_a_runner(line: str) -> None:
    """What a runner of CI would obey, wherever in a text it stands, it does not find on the console."""
    shown = escaping.terminal(f"before\n{line}")
    assert not re.search(r"(?m)^\s*::|##", shown)
    assert "features/a.feature::One" == escaping.terminal("features/a.feature::One")
