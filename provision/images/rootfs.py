"""Files out of a root file system, with the links on the way and the libraries that they need."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

from provision.images.archive import Content, File, ImageError, Link

_TOP_OF_MERGED_USR = {"bin", "sbin", "lib", "lib32", "lib64", "libx32"}


def from_root(root: Path, paths: Iterable[str]) -> dict[str, Content]:
    """Take files out of a root file system, with the links on the way and the shared libraries that they need.

    Args:
        root: The root file system, such as debootstrap has made; its own ``ldd`` tells the libraries.
        paths: Absolute paths in it: files, or directories with all that is below.

    Raises:
        ImageError: A path is not there.
    """
    taken: dict[str, Content] = {}
    links, todo = _merged_usr(root), list(paths)
    while todo:
        batch = _walk(root, todo, taken)
        todo = _libraries(root, batch) if batch else []
    return {**links, **taken}


def _merged_usr(root: Path) -> dict[str, Content]:
    tops = (root / name for name in sorted(_TOP_OF_MERGED_USR))
    return {f"/{top.name}": Link(str(top.readlink())) for top in tops if top.is_symlink()}


def _walk(root: Path, paths: Iterable[str], taken: dict[str, Content]) -> list[str]:
    """Put paths and what they lead to into ``taken``; return those that are files and new."""
    files, todo = [], list(paths)
    while todo:
        path = _inside(root, todo.pop())
        here = root / path.lstrip("/")
        if path in taken:
            continue
        if here.is_symlink():
            target = here.readlink()
            taken[path] = Link(str(target))
            todo.append(os.path.normpath(PurePosixPath(path).parent / target))
        elif here.is_dir():
            todo += [f"{path}/{child.name}" for child in here.iterdir()]
        elif here.is_file():
            taken[path] = File(here)
            files.append(path)
        else:
            raise ImageError(f"{path} is not in {root}: it is needed in an image. Remove the folder to make it anew.")
    return files


def _inside(root: Path, path: str) -> str:
    """Name a path as it is once /bin, /lib and so on are links into /usr."""
    top = path.split("/")[1]
    return f"/usr{path}" if top in _TOP_OF_MERGED_USR and (root / top).is_symlink() else path


def _libraries(root: Path, files: Sequence[str]) -> list[str]:
    programs = [path for path in files if _is_elf(root / path.lstrip("/"))]
    if not programs:
        return []
    told = subprocess.run(["chroot", str(root), "ldd", *programs], capture_output=True, text=True, check=False).stdout
    return sorted(set(re.findall(r"(?:=>\s|^\s)(/\S+) \(0x", told, re.MULTILINE)))


def _is_elf(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(4) == b"\x7fELF"
