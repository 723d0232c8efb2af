"""The images of the target ``kind``, built before anybody needs them."""

from __future__ import annotations

import os
from collections.abc import Callable

from provision.engine import find, need
from provision.images import pulling
from provision.images.node import PUBLISHED, built_name, ensure_node
from provision.images.supply import Supply
from provision.toolchain import Toolchain, cache_dir
from seatrial.provisioning.contract import ImageRow


def images(say: Callable[[str], None], *, build: bool) -> list[ImageRow]:
    """Say of the nodes' image and of every workload's what it is.

    Args:
        say: Told how it goes.
        build: Whether to build first what is missing and can be built here.

    Raises:
        EngineError: There is no container engine to build the nodes' image with.
        ImageError: One cannot be made.
        ToolchainError: A program cannot be had.
    """
    engine = need() if build else find()
    supply = Supply(cache_dir(os.environ), None if engine is None else pulling.Engine((engine.program,)), say)
    if engine is not None and build:
        ensure_node(engine, Toolchain(), say)
        supply.build_all()
    there = engine is not None and (engine.has_image(PUBLISHED) or engine.has_image(built_name()))
    node = ImageRow("node", "pulled or made here", "there" if there else "not there yet")
    rows = supply.status(ask=engine is not None)
    return [node, *(ImageRow(row.name, row.source, row.what, row.size) for row in rows)]
