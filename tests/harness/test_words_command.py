"""What can be said in a project, and what is said of a step that cannot."""

from __future__ import annotations

import json
import re

import pytest

from seatrial.scenarios.said import definition, nearest

from .project import Project

pytest_plugins = ["pytester"]


def test_every_word(project: Project) -> None:
    """Each word has its keyword, what it takes, what it looks at, and where it is defined; features are not read."""
    project.feature("no feature at all")
    ended = project.seatrial("words", "--json")
    assert 0 == ended.returncode, ended.stderr
    found = {word["texts"][0]: word for word in json.loads(ended.stdout)}
    line = (
        (project.path / "words.py")
        .read_text()
        .splitlines()
        .index("@then(parsers.parse('the {thing} is \"{colour}\"'))")
    )
    assert {
        "keyword": "Then",
        "texts": ['the {thing} is "{colour}"'],
        "parameters": {"thing": "text", "colour": "text"},
        "explanation": "",
        "where": f"words.py:{line + 1}",
        "looks_at": ["shelf"],
        "declares": False,
    } == found['the {thing} is "{colour}"']
    assert found['the {thing} should be "{colour}"']["declares"]
    assert not [text for text in found if "trace" in text], "pytest-bdd's own"


def test_some_words(project: Project) -> None:
    """A text selects; where none has it, the nearest are named and the exit code says so."""
    ended = project.seatrial("words", "BELL", "heard")
    assert (0, "When  the bell is heard") == (ended.returncode, ended.stdout.splitlines()[0])
    assert "radio" not in ended.stdout
    ended = project.seatrial("words", "the ball is herd")
    assert (1, "") == (ended.returncode, ended.stdout.strip())
    assert "near it is  the bell is heard" in ended.stderr


def test_words_that_cannot_be_read(project: Project) -> None:
    """What is wrong with the words is said, without a verdict on them."""
    (project.path / "words.py").write_text("import nowhere")
    ended = project.seatrial("words")
    assert 4 == ended.returncode
    assert "No module named 'nowhere'" in ended.stderr


@pytest.mark.parametrize("named", ["nowhere", "broken"])
def test_a_vocabulary_that_cannot_be_had(project: Project, named: str) -> None:
    """What a project names as its words and has not is one message, from a run and from the list."""
    (project.path / "broken.py").write_text("1 / 0")
    with (project.path / "pyproject.toml").open("a") as file:
        file.write(f'words = ["{named}"]\n')
    project.scenarios(One="Given the shelf is filled")
    for command in ("verify", "words"):
        ended = project.seatrial(command)
        said = " ".join((ended.stdout + ended.stderr).split())
        assert 4 == ended.returncode, said
        assert f"words = '{named}' cannot be loaded" in said
    assert not project.calls


def test_an_undefined_step(project: Project) -> None:
    """The nearest words are named, and the definition that is offered defines it."""
    project.scenarios(One='Then the apple looks like 3 "pears"; Then the aple is "red"')
    result = project.run("features")
    result.stdout.fnmatch_lines([
        '*Then the apple looks like 3 "pears"', "  undefined: no words for this step", "  to define it:",
        "    @then(parsers.parse('the apple looks like {number_1:d} \"{text_2}\"'))",
        "    def _(number_1: int, text_2: str) -> None:", "        ...",
    ])  # fmt: skip
    offered = re.search(r"    (@then.*?\.\.\.)", result.stdout.str(), re.DOTALL)
    assert offered
    with (project.path / "words.py").open("a") as file:
        file.write("\n" + offered[1].replace("\n    ", "\n").replace("\n...", "\n    ...") + "\n")
    assert "undefined" not in project.seatrial("lint").stdout


@pytest.mark.parametrize(
    ("keyword", "text", "wanted"),
    [
        ("given", "a note", "@given('a note')\ndef _() -> None:"),
        ("when", "it takes 1.5 s", "@when(parsers.parse('it takes {number_1:g} s'))\ndef _(number_1: float) -> None:"),
        ("then", "a {b} v1.2", "@then('a {b} v1.2')\ndef _() -> None:"),
    ],
)  # fmt: skip
def test_a_definition(keyword: str, text: str, wanted: str) -> None:
    """What may vary is a parameter, and only that."""
    assert f"{wanted}\n    ..." == definition(keyword, text)


def test_what_is_near() -> None:
    """What varies does not count, and no more than three are named."""
    patterns = [
        "every pod is ready",
        'every pod is ready in "{namespace}"',
        "at least {count:d} nodes are ready",
        "a",
        "b",
    ]
    assert 'every pod is ready in "{namespace}"' == nearest('every pods are ready in "a very long name"', patterns)[0]
    assert "at least {count:d} nodes are ready" == nearest("at least 3 nodes is ready", patterns)[0]
    assert [] == nearest("something else entirely", patterns)
    assert 3 == len(nearest("every pod is ready", [f"every pod is ready {n}" for n in "abcd"]))
