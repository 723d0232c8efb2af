"""``seatrial sabotage --random``: any scenario may notice; what none did is named, with the one that should have."""

from __future__ import annotations

import pytest

from tests.sabotage.conftest import Sabotaged

pytest_plugins = ["pytester"]

SEED = "--seed=5"
"""It smears all three things on the shelf; nobody looks at the plum but a painter, who does more than look."""


def test_at_random(project: Sabotaged) -> None:
    """What was noticed is that scenario's; what was not is the scenario's that should have; all of it is undone."""
    ended = project.seatrial("sabotage", "--random=6", SEED)
    assert 3 == ended.returncode, ended.stderr  # a quince was to be broken as well, and there is none
    assert "seed: 5" in ended.stderr
    found = {one["name"].partition(": ")[2]: one for one in project.score["breaks"] if not one["trouble"]}
    told = {what.partition(" ")[0]: (one["noticed"], one["scenario"].partition("::")[2]) for what, one in found.items()}
    assert {"apple": (True, "apple"), "pear": (True, "pear"), "plum": (False, "apple")} == told
    smeared = [note.split(",")[0].removeprefix("smear ") for note in project.notes if note.startswith("smear")]
    cleaned = [note.removeprefix("clean ") for note in project.notes if note.startswith("clean")]
    assert sorted(smeared) == sorted(cleaned)
    assert 5 == project.score["seed"]
    assert "none was found in 20 tries" in ended.stderr
    assert {"proven"} == {one["again"] for one in found.values()}


@pytest.mark.parametrize(("who", "noticed"), [("the pear is dyed", False), ("the note was made", True)])
def test_who_changes_something_is_not_asked(project: Sabotaged, who: str, noticed: bool) -> None:
    """Who makes things of its own, too, does more than look; who only looks is asked."""
    first = f'When {who} "white"' if "dyed" in who else "Given a note was made"
    project.scenarios(apple='Then the apple is "red"', dyer=f'{first}; Then the plum is "blue"')
    project.seatrial("sabotage", "--random=6", SEED)
    plums = [one["noticed"] for one in project.score["breaks"] if ": plum" in one["name"]]
    assert plums
    assert {noticed} == set(plums)


def test_the_same_seed(project: Sabotaged) -> None:
    """The same is broken; another seed breaks something else."""
    names = []
    for seed in (SEED, SEED, "--seed=6"):
        project.seatrial("sabotage", "--random=3", seed)
        names.append([one["name"] for one in project.score["breaks"]])
    assert names[0] == names[1]
    assert names[0] != names[2]


@pytest.mark.parametrize("told", [("--target=oak",), ("-k", "quince")])
def test_nothing_to_break(project: Sabotaged, told: tuple[str, ...]) -> None:
    """On a target where nothing is broken at random, or where nobody would look, nothing is judged."""
    ended = project.seatrial("sabotage", "--random=3", SEED, *told)
    assert 5 == ended.returncode, ended.stderr
