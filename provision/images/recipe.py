"""What a recipe of an image is, and the lists of Debian's packages that several of them take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from provision.images.parts import Part

LIBC = ("libc6", "libgcc-s1")
PYTHON = (
    *LIBC, "libbz2-1.0", "libcrypt1", "libexpat1", "libffi8", "liblzma5", "libpython3.11-minimal",
    "libpython3.11-stdlib", "libssl3", "libuuid1", "python3.11", "python3.11-minimal", "zlib1g",
)  # fmt: skip


@dataclass(frozen=True)
class Recipe:
    """How an image is made.

    Attributes:
        name: The recipe's name, and its repository's in the registry.
        version: The tag that it gets.
        parts: Its layers, from the lowest to the topmost.
        entrypoint: As in a Dockerfile.
        cmd: As in a Dockerfile.
        env: Its environment.
        user: The numeric user, who is never root unless the program must be.
        ports: Matcher as ``8080/tcp``.
    """

    name: str
    version: str
    parts: tuple[Part, ...]
    entrypoint: tuple[str, ...] = ()
    cmd: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    user: str = "65532:65532"
    ports: tuple[str, ...] = ()

    def inputs(self) -> Iterator[str]:
        """Return what the image depends on: when none of it changes, it is not made again."""
        yield from (self.name, self.version, self.user, *self.entrypoint, "", *self.cmd, "", *self.ports)
        yield from (f"{name}={value}" for name, value in sorted(self.env.items()))
        for part in self.parts:
            yield from part.inputs()
