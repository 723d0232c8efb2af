"""The packages of Debian in the nodes' image: each is pinned, and debootstrap is given an archive of these alone."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from provision.debian.apt import Apt
from provision.debian.lock import REFRESH, Pin, pins
from provision.debian.packages import Debian
from provision.images.archive import ImageError
from provision.images.running import run_program

NODE_LOCK: Final = Path(__file__).with_name("node.lock")
SUITE: Final = "bookworm"
PACKAGES: Final = (
    *("systemd", "systemd-sysv", "dbus"),
    *("containerd", "runc", "containernetworking-plugins"),
    *("conntrack", "ethtool", "iproute2", "ipset", "iptables", "kmod", "nftables", "socat"),
    *("ca-certificates", "curl", "hostname", "jq", "pigz", "procps"),
)
"""What kind's base image has, without storage over the network; containerd, runc and CNI plugins are Debian's."""

_INDEX = "main/binary-amd64/Packages"


def node_pins(lock: Path = NODE_LOCK) -> list[Pin]:
    """Return the pins of all packages of a node, those that others need among them.

    Raises:
        ImageError: The lock cannot be read.
    """
    return list(pins(lock).values())


def write_packages(cache: Path, folder: Path) -> Path:
    """Write an archive of the pinned packages, as debootstrap takes it, into *folder*; return its place.

    Args:
        cache: The cache's folder, which keeps packages; those that are not there are downloaded.
        folder: Where to write; it must be there.

    Raises:
        ImageError: This machine has no apt, or a package cannot be had, or is not what is pinned.
    """
    if not Apt.there():
        raise ImageError("the nodes' image is made of packages of Debian, and this machine has no apt-get: use Debian")
    debian = Debian(cache / "images" / "debian", NODE_LOCK)
    wanted = debian.ensure([pin.name for pin in node_pins()])
    archive = folder / "archive"
    index = archive / "dists" / SUITE / _INDEX
    index.parent.mkdir(parents=True)
    (archive / "pool").mkdir()
    entries = []
    for pin in wanted:
        file, place = debian.file(pin), f"pool/{pin.sha256}.deb"
        (archive / place).symlink_to(file.absolute())
        said = run_program("dpkg-deb", "--field", str(file), missing="dpkg")
        entries.append(f"{said.strip()}\nFilename: {place}\nSize: {file.stat().st_size}\nSHA256: {pin.sha256}\n")
    text = "".join(f"{entry}\n" for entry in entries).encode()  # debootstrap takes what an empty line ends
    index.write_bytes(text)
    release = f"Suite: {SUITE}\nCodename: {SUITE}\nComponents: main\nArchitectures: amd64\nSHA256:\n"
    release += f" {hashlib.sha256(text).hexdigest()} {len(text)} {_INDEX}\n"
    (archive / "dists" / SUITE / "Release").write_text(release)
    return archive


def differing(root: Path, wanted: Sequence[Pin]) -> list[str]:
    """Say which packages of the root file system *root* are not as they are pinned, and which are there beside them."""
    pinned = {pin.name: pin.version for pin in wanted}
    there = installed(root)
    return [
        f"{name}: pinned {pinned.get(name, 'not at all')}, installed {there.get(name, 'not at all')}"
        for name in sorted(pinned.keys() | there.keys())
        if pinned.get(name) != there.get(name)
    ]


def installed(root: Path) -> dict[str, str]:
    """Return the version of each package that a root file system has, by name, as its own dpkg says."""
    found: dict[str, str] = {}
    for paragraph in (root / "var/lib/dpkg/status").read_text(encoding="utf-8", errors="replace").split("\n\n"):
        fields = dict(line.split(": ", 1) for line in paragraph.splitlines() if ": " in line and line[0] != " ")
        if fields.get("Status") == "install ok installed":
            found[fields["Package"]] = fields["Version"]
    return found


def see_as_pinned(root: Path) -> None:
    """See that a root file system has the packages that are pinned, and no others.

    Raises:
        ImageError: It has not; the message names each package.
    """
    if found := differing(root, node_pins()):
        raise ImageError(f"the nodes' packages are not those of {NODE_LOCK.name} (`{REFRESH}` writes it): {found}")
