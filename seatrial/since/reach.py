"""How far what has changed since a commit reaches; whatever is not known reaches everything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from seatrial.repository import git
from seatrial.since.changes import Change, changes, text_of
from seatrial.since.effects import Declared, Effect
from seatrial.since.objects import Thing, things
from seatrial.since.settings import FILE, Since

_YAML = (".yaml", ".yml")


@dataclass
class Reach:
    """How far the changes of some files reach.

    Attributes:
        features: Feature files that have changed.
        code: Files of Python that have changed, on which words may rest.
        effects: What changed manifests may concern.
        unknown: Why everything is concerned; empty where that is not so.
    """

    features: set[str] = field(default_factory=set)
    code: set[str] = field(default_factory=set)
    effects: list[Effect] = field(default_factory=list)
    unknown: str = ""


class Project:
    """The files of a project, as they are now.

    Args:
        root: The project's root.
        settings: What the project says of them.
    """

    def __init__(self, root: Path, settings: Since) -> None:
        self._root, self._settings = root, settings
        self._since: dict[str, Reach] = {}

    @cached_property
    def declared(self) -> Declared:
        """Every object that a file declares which git knows, or would take."""
        said = git(self._root, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "*.yaml", "*.yml")
        paths = (path for path in (said or b"").decode("utf-8", "surrogateescape").split("\0") if path)
        return Declared(found for path in paths if (found := self._things(path)))

    def since(self, revision: str) -> Reach:
        """Say how far what has changed since *revision* reaches.

        Raises:
            UsageError: If it names no commit, or git cannot say what has changed.
        """
        if revision not in self._since:
            reach = Reach()
            for change in changes(self._root, revision):
                self._add(reach, change)
            self._since[revision] = reach
        return self._since[revision]

    def _add(self, reach: Reach, change: Change) -> None:
        path = change.path
        if path == FILE:  # it says itself which files concern nothing, and whoever changes it could have it say all
            self._effect(reach, f"{path}: what depends on it is not known")
            return
        if self._settings.concerns_nothing(path):
            return
        if names := self._settings.named(path):
            self._effect(reach, self.declared.of_names(path, names))
        elif path.endswith(".feature"):
            reach.features.add(path)
        elif path.endswith(".py"):
            reach.code.add(path)
        elif path.endswith(_YAML):
            before, now = things(change.before or "", path), things(change.now or "", path)
            if before is None or now is None or change.before is None or change.now is None:
                self._effect(reach, f"{path}: what it does to the platform is not known")
            else:
                self._effect(reach, self.declared.effect(path, before, now))
        else:
            self._effect(reach, f"{path}: what depends on it is not known")

    @staticmethod
    def _effect(reach: Reach, effect: Effect | str | None) -> None:
        if isinstance(effect, str):
            reach.unknown = reach.unknown or effect
        elif effect is not None:
            reach.effects.append(effect)

    def _things(self, path: str) -> Mapping[Thing, Any] | None:
        if self._settings.concerns_nothing(path):
            return None
        text = text_of(self._root, path)
        return None if text is None else things(text, path)
