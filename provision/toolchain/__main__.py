"""``python -m provision.toolchain [NAME...]``: have tools in the cache; those of the target ``local`` unless named."""

from __future__ import annotations

import sys

from provision.toolchain.catalogue import LOCAL_TOOLS
from provision.toolchain.errors import ToolchainError
from provision.toolchain.model import ToolProgress
from provision.toolchain.toolchain import Toolchain


def main(names: list[str]) -> None:
    """Have the tools *names*.

    Raises:
        SystemExit: If one cannot be had; its message says what to do.
    """
    try:
        Toolchain(report=_tell).ensure_all(names or LOCAL_TOOLS)
    except ToolchainError as error:
        sys.exit(str(error))


def _tell(progress: ToolProgress) -> None:
    if not progress.tick:
        sys.stderr.write(f"{progress}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
