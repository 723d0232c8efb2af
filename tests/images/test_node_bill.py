"""The nodes' image is made of what is pinned, and its bill is true: it is compared with the image's own files."""

from __future__ import annotations

import os
import tarfile
from io import BytesIO
from pathlib import Path

import pytest

from provision.debian.lock import pins
from provision.images.archive import ImageError
from provision.images.bill import holdings
from provision.images.node_balancer import BALANCER
from provision.images.node_base import base_folder
from provision.images.node_packages import (
    NODE_LOCK,
    PACKAGES,
    differing,
    installed,
    node_pins,
    see_as_pinned,
    write_packages,
)
from provision.images.node_source import kind_source
from provision.toolchain import Toolchain, cache_dir
from provision.toolchain.catalogue import NODE_TOOLS

from . import inside

CACHE = cache_dir(os.environ)
STATUS = "Package: {}\nStatus: install ok installed\nVersion: {}\n"


@pytest.fixture(scope="module")
def root() -> Path:
    """The root file system of the nodes' image, as it was made here."""
    try:
        found = base_folder(CACHE, kind_source()) / "root"
    except ImageError as error:
        pytest.skip(str(error))
    if not found.is_dir():
        pytest.skip("the nodes' image is not made here yet: `seatrial images build`")
    return found


def written(folder: Path, packages: dict[str, str]) -> Path:
    """Write what dpkg knows of *packages* to a root file system of their own."""
    status = folder / "var/lib/dpkg/status"
    status.parent.mkdir(parents=True)
    status.write_text("\n".join(STATUS.format(name, version) for name, version in packages.items()))
    return folder


def test_the_lock_has_what_is_asked_for() -> None:
    """Each package that a node is to have is pinned, and what those need beside them."""
    assert set(PACKAGES) < set(pins(NODE_LOCK))
    assert {"libc6", "dpkg", "usr-is-merged"} < set(pins(NODE_LOCK))


def test_the_packages_of_a_node(root: Path) -> None:
    """The root file system has the packages that are billed, in those versions, and no others."""
    billed = {one.name: one.version for one in holdings("node") if one.kind == "deb"}
    assert billed == installed(root)


def test_the_programs_of_a_node() -> None:
    """Every Go module that a program in a node was built from is billed, by version and hash."""
    paths = [status.path for name in NODE_TOOLS if (status := Toolchain().look(name)).path]
    paths += list((CACHE / "images").glob("kindnetd-*/kindnetd"))[-1:]
    built = {one for path in paths for one in inside.go_program(path.read_bytes())}
    if not built:
        pytest.skip("no program is built here yet")
    billed = {
        (f"{h.group}/{h.name}".strip("/"), h.version, h.hashes[0]) for h in holdings("node") if h.kind == "golang"
    }
    assert [] == sorted(built - billed)


def test_the_load_balancer(root: Path) -> None:
    """Each file beside Envoy is of a package that is billed, and each of these packages has one there."""
    layers = [path for path in (CACHE / "images").glob("balancer-*/balancer.tar") if _of(path, root)]
    if not layers:
        pytest.skip(f"{BALANCER} is not made here yet")
    held = {(path, digest) for path, digest in _inside(layers[-1]).items() if digest and not _ours(path)}
    shas = [one.hashes[0] for one in holdings("node-balancer") if one.kind == "deb"]
    known = {sha: set(inside.of_package(CACHE / f"images/debian/packages/{sha}.deb").items()) for sha in shas}
    assert set() == held - set().union(*known.values())
    assert [] == [sha for sha, files in known.items() if not held & files]


def _of(archive: Path, root: Path) -> bool:
    return archive.stat().st_mtime > root.stat().st_mtime  # it is made of that root file system, after it


def _inside(archive: Path) -> dict[str, str]:
    with tarfile.open(archive) as tar:
        (name,) = [one for one in tar.getnames() if one.endswith("/layer.tar")]
        layer = tar.extractfile(name)
        assert layer is not None
        return inside.files(BytesIO(layer.read()))


def _ours(path: str) -> bool:
    return path in ("etc/passwd", "etc/group", "usr/local/bin/envoy")


def test_what_is_not_as_pinned_is_named(tmp_path: Path) -> None:
    """A package of another version, one that lacks, and one too many: each is said, and none is made an image of."""
    there = {pin.name: pin.version for pin in node_pins()}
    assert [] == differing(written(tmp_path / "as-pinned", there), node_pins())
    del there["socat"]
    made = written(tmp_path / "other", {**there, "runc": "9.9", "netcat": "1.0"})
    versions = {pin.name: pin.version for pin in node_pins()}
    expected = [
        "netcat: pinned not at all, installed 1.0",
        f"runc: pinned {versions['runc']}, installed 9.9",
        f"socat: pinned {versions['socat']}, installed not at all",
    ]
    assert expected == differing(made, node_pins())
    with pytest.raises(ImageError, match=r"are not those of node\.lock .*netcat: pinned not at all"):
        see_as_pinned(made)


def test_an_archive_of_the_pinned_packages(root: Path, tmp_path: Path) -> None:
    """What debootstrap is given has each package once, with the hash that is committed."""
    del root  # where it was made the packages are kept
    archive = write_packages(CACHE, tmp_path)
    index = (archive / "dists/bookworm/main/binary-amd64/Packages").read_text()
    said = [line.partition(": ")[2] for line in index.splitlines() if line.startswith("SHA256: ")]
    assert sorted(pin.sha256 for pin in node_pins()) == sorted(said)
    assert all((archive / "pool" / f"{sha}.deb").is_file() for sha in said)
