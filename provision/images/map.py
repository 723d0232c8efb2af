"""The map of images: what each name of the manifests stands for, depending on what can be had."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from provision.images.archive import ImageError
from provision.images.parts import IMAGES
from seatrial import bounded_yaml
from seatrial.bounded import BoundsError

MAP = IMAGES / "map.yaml"
CONTROLLER = "ingress-"
FALL_BACKS = ("skipper", "traefik")
"""The ingress controllers that packages give, in the order in which one takes the place of one that cannot be had."""

Is = Literal["own", "same", "stand-in"]
Source = Literal["real", "own", "same", "stand-in", "none"]
_FIELDS = ("real", "recipe", "is", "component")


@dataclass(frozen=True)
class Entry:
    """What a name of the manifests may stand for.

    Attributes:
        name: The name.
        real: The image to pull; empty where there is none.
        recipe: How it is made from packages; empty where it cannot be.
        kind: What comes out of the recipe: our own program, the very program of the real image, or a stand-in.
        component: What the manifests change for it, under ``manifests/components/standins``; empty for nothing.
    """

    name: str
    real: str = ""
    recipe: str = ""
    kind: Is = "own"
    component: str = ""


@dataclass(frozen=True)
class Choice:
    """What a name stands for on one platform.

    Attributes:
        entry: Its entry in the map.
        source: Where it comes from; ``none`` when it cannot be had.
    """

    entry: Entry
    source: Source

    @property
    def name(self) -> str:
        """Return the name."""
        return self.entry.name

    @property
    def reason(self) -> str:
        """Say in words where it comes from, or that it cannot be had."""
        entry = self.entry
        return {
            "real": f"image {entry.real}",
            "own": "our own, made here",
            "same": f"{entry.recipe}, built from its own source",
            "stand-in": f"{entry.recipe} stands in for {entry.real}",
            "none": f"image {entry.real} cannot be had",
        }[self.source]


@dataclass(frozen=True)
class Selection:
    """What all names stand for on one platform.

    Attributes:
        choices: By name; of the ingress controllers, the chosen one alone.
        controller: The ingress controller.
        wanted: The one that was asked for.
    """

    choices: Mapping[str, Choice]
    controller: str
    wanted: str

    @property
    def left_out(self) -> tuple[str, ...]:
        """Name what cannot be had: its workloads are left out, and what needs them is not provable."""
        return tuple(name for name, choice in self.choices.items() if choice.source == "none")

    @property
    def stand_ins(self) -> tuple[str, ...]:
        """Name what a stand-in takes the place of: what is seen of it is simulated."""
        return tuple(name for name, choice in self.choices.items() if choice.source == "stand-in")

    @property
    def components(self) -> tuple[str, ...]:
        """Name the components of the manifests that the stand-ins need."""
        return tuple(c.entry.component for c in self.choices.values() if c.source == "stand-in" and c.entry.component)

    @property
    def recipes(self) -> tuple[str, ...]:
        """Name the recipes of what is made here."""
        return tuple(c.entry.recipe for c in self.choices.values() if c.source in ("own", "same", "stand-in"))


def load_map(path: Path = MAP) -> dict[str, Entry]:
    """Read the map.

    Raises:
        ImageError: The file cannot be read, or an entry says what none may; the message names it.
    """
    try:
        document = bounded_yaml.LOADER(bounded_yaml.read(path)).get_single_data()
    except (OSError, BoundsError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ImageError(f"{path}: {error}") from error
    if not isinstance(document, dict):
        raise ImageError(f"{path}: expected an entry for each image of the manifests")
    return {name: _entry(path, name, fields) for name, fields in document.items()}


def choose(entries: Mapping[str, Entry], controller: str, pullable: Callable[[str], bool]) -> Selection:
    """Choose what each name stands for.

    Args:
        entries: The map.
        controller: The ingress controller that is asked for; where it cannot be had, another takes its place.
        pullable: Says whether a real image can be pulled.
    """
    choices = {name: Choice(entry, _source(entry, pullable)) for name, entry in _besides(entries, CONTROLLER)}
    chosen = controller
    for candidate in dict.fromkeys((controller, *FALL_BACKS)):
        entry = entries.get(CONTROLLER + candidate, Entry(CONTROLLER + candidate))
        source = _source(entry, pullable)
        if source != "none":
            chosen = candidate
            choices[entry.name] = Choice(entry, source)
            break
    return Selection(choices, chosen, controller)


def _besides(entries: Mapping[str, Entry], prefix: str) -> Iterable[tuple[str, Entry]]:
    return ((name, entry) for name, entry in entries.items() if not name.startswith(prefix))


def _source(entry: Entry, pullable: Callable[[str], bool]) -> Source:
    if entry.real and pullable(entry.real):
        return "real"
    return entry.kind if entry.recipe else "none"


def _entry(path: Path, name: str, fields: Any) -> Entry:
    if not isinstance(fields, dict) or not set(fields) <= set(_FIELDS):
        raise ImageError(f"{path}: {name}: expected no other fields than {', '.join(_FIELDS)}, got {fields!r}")
    if not (fields.get("real") or fields.get("recipe")):
        raise ImageError(f"{path}: {name}: expected an image to pull (real), or a recipe")
    if fields.get("recipe") and fields.get("is") not in get_args(Is):
        raise ImageError(f"{path}: {name}: is: expected one of {', '.join(get_args(Is))}, got {fields.get('is')!r}")
    return Entry(
        name=name,
        real=fields.get("real", ""),
        recipe=fields.get("recipe", ""),
        kind=fields.get("is", "own"),
        component=fields.get("component", ""),
    )
