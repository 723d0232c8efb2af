"""Which files of a project's code others import, directly or through one another; nothing of it is run."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from seatrial.bounded import MEBI, BoundsError, read_bytes

_PACKAGE = "__init__.py"


class Imports:
    """What the Python files of a project import of it.

    Args:
        root: The project's root, by which its modules are named.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._of: dict[str, frozenset[str]] = {}

    def closure(self, files: Iterable[str]) -> set[str]:
        """Return *files* (paths below the root) with everything that they import, the packages it is in included."""
        found: set[str] = set()
        todo = list(files)
        while todo:
            file = todo.pop()
            if file not in found:
                found.add(file)
                todo += self._imports(file)
        return found

    def _imports(self, file: str) -> frozenset[str]:
        if file not in self._of:
            try:
                tree = ast.parse(read_bytes(self._root / file, MEBI))
            except (OSError, BoundsError, SyntaxError, ValueError, RecursionError):
                tree = ast.Module([], [])  # what cannot be read now is no part of what is run now
            names = {name for node in ast.walk(tree) for name in _named(node, Path(file))}
            self._of[file] = frozenset(path for name in names for path in self._paths(name))
        return self._of[file]

    def _paths(self, module: str) -> Iterator[str]:
        """Yield the files that importing *module*, or a name of it, runs."""
        folder = Path()
        for part in module.split("."):
            if (self._root / (file := folder / f"{part}.py")).is_file():
                yield file.as_posix()
            folder = folder / part
            if (self._root / folder / _PACKAGE).is_file():
                yield (folder / _PACKAGE).as_posix()


def _named(node: ast.AST, file: Path) -> Iterator[str]:
    """Yield the names that a statement imports, in full; of ``from a import b`` also ``a.b``, which may be a module."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        above = file.parent.parts[: len(file.parent.parts) - node.level + 1] if node.level else ()
        base = ".".join((*above, *([node.module] if node.module else ())))
        yield from (f"{base}.{alias.name}" if base else alias.name for alias in node.names)
