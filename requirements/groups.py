"""Print the requirements of dependency groups in pyproject.toml: pip-compile reads extras, but no groups (PEP 735)."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path


def main(names: list[str]) -> None:
    """Print the requirements of the groups *names*, one a line.

    Raises:
        SystemExit: If pyproject.toml has no such group.
    """
    groups = tomllib.loads(Path(__file__).parents[1].joinpath("pyproject.toml").read_text("utf-8"))["dependency-groups"]
    if unknown := [name for name in names if name not in groups]:
        sys.exit(f"pyproject.toml: no dependency group {unknown[0]}; there are {', '.join(groups)}")
    print("\n".join(requirement for name in names for requirement in groups[name]))


if __name__ == "__main__":
    main(sys.argv[1:])
