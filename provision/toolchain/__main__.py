"""``python -m provision.toolchain [NAME...]``: have tools in the cache; those of the target ``local`` unless named.

``--kubernetes VERSION`` has the control plane's programs of that version.
"""

from __future__ import annotations

import argparse
import sys

from provision.toolchain.catalogue import LOCAL_TOOLS
from provision.toolchain.catalogue_kubernetes import KUBERNETES
from provision.toolchain.errors import ToolchainError
from provision.toolchain.model import ToolProgress
from provision.toolchain.toolchain import Toolchain


def main(arguments: list[str]) -> None:
    """Have the tools that the command line names.

    Raises:
        SystemExit: If one cannot be had; its message says what to do.
    """
    parser = argparse.ArgumentParser(prog="python -m provision.toolchain")
    parser.add_argument("names", nargs="*", metavar="NAME", help="a tool; those of the target local when left out")
    parser.add_argument("--kubernetes", default=KUBERNETES, metavar="VERSION", help="the control plane's version")
    chosen = parser.parse_args(arguments)
    try:
        Toolchain(report=_tell).at(chosen.kubernetes).ensure_all(chosen.names or LOCAL_TOOLS)
    except ToolchainError as error:
        sys.exit(str(error))


def _tell(progress: ToolProgress) -> None:
    if not progress.tick:
        sys.stderr.write(f"{progress}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
