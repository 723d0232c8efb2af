"""Which lines of some files were run by commands that a test has started, by the functions in which they stand."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from pathlib import Path

from coverage import Coverage


class Lines:
    """Measures the commands of a test, of which each has the variables of `environ`.

    Args:
        folder: An empty folder for what is measured.
        files: The files that are measured, as a pattern.
    """

    def __init__(self, folder: Path, files: str) -> None:
        self._folder = folder
        self._config = folder / "coveragerc"
        self._config.write_text(f"[run]\ninclude = {files}\ndata_file = {folder / 'lines'}\nparallel = true\n")

    @property
    def environ(self) -> Mapping[str, str]:
        """The variable by which each process of Python measures itself."""
        return {"COVERAGE_PROCESS_START": str(self._config)}

    def missed(self, files: Iterable[Path]) -> set[str]:
        """Name the functions of which a line was not run, as ``module.Class.method``."""
        measured = Coverage(config_file=str(self._config))
        measured.combine([str(self._folder)], keep=True)
        return {name for file in files for name in _missed(measured, file)}


def _missed(measured: Coverage, file: Path) -> set[str]:
    missing = measured.analysis2(str(file))[3]
    places = list(_places(ast.parse(file.read_text("utf-8")), file.stem))
    return {_innermost(places, line, file.stem) for line in missing}


def _places(node: ast.AST, name: str) -> Iterable[tuple[int, int, str]]:
    for child in ast.iter_child_nodes(node):
        inner = f"{name}.{child.name}" if isinstance(child, ast.ClassDef | ast.FunctionDef) else name
        if isinstance(child, ast.ClassDef | ast.FunctionDef):
            yield child.lineno, child.end_lineno or child.lineno, inner
        yield from _places(child, inner)


def _innermost(places: Iterable[tuple[int, int, str]], line: int, module: str) -> str:
    around = [(last - first, name) for first, last, name in places if first <= line <= last]
    return min(around, default=(0, module))[1]
