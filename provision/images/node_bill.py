"""What the images of the nodes and of the load balancer before them hold of others' work, where they are built here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from provision.images.holding import Holding, locked_in, modules, of_debian
from provision.images.node_balancer import REQUIREMENT
from provision.images.node_packages import node_pins
from provision.images.node_programs import SOURCES
from provision.toolchain.catalogue import NODE_TOOLS, TOOLS
from provision.toolchain.catalogue_kubernetes import KUBERNETES
from provision.toolchain.gobuild import MODULES

_OWN = ("kindnetd",)  # our other program in a node, pause, is of nothing else
_SHELL = frozenset(("bash", "coreutils", "libacl1", "libattr1", "libc6", "libpcre2-8-0", "libselinux1", "libtinfo6"))
"""The packages whose files are beside Envoy: the shell that kind starts it by, and libraries."""


def _of_node() -> Iterator[Holding]:
    yield from map(of_debian, node_pins())
    for folder in sorted({TOOLS[name].module.directory for name in NODE_TOOLS}):
        yield from modules(MODULES / folder)
    for name in _OWN:
        yield from modules(SOURCES / name)


def _of_balancer() -> Iterator[Holding]:
    yield from locked_in(REQUIREMENT)
    yield from (of_debian(pin) for pin in node_pins() if pin.name in _SHELL)


NODE_IMAGES: Final[Mapping[str, tuple[str, Callable[[], Iterator[Holding]]]]] = {
    "node": (KUBERNETES, _of_node),
    "node-balancer": (KUBERNETES, _of_balancer),
}
"""The version of each of them, and what gives its holdings, by the image's name."""
