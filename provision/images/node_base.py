"""The root file system under a node image: a small Debian with systemd and containerd, and kind's own files."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from provision import programs
from provision.engine import packages
from provision.images.archive import Image, ImageError, Layer, hash_file, write_archive
from provision.images.node_packages import NODE_LOCK, SUITE, node_pins, see_as_pinned, write_packages
from provision.images.node_source import KindSource
from provision.images.node_workshop import Say, digest, made_once, timed

_PROGRAMS = {"debootstrap": "debootstrap", "tar": "tar", "chroot": "coreutils"}
_PLUGINS = ("host-local", "loopback", "ptp", "portmap")
_CONTAINERD = ("containerd", "containerd-shim-runc-v2")
_SECONDS = 1800.0
_TAIL_LINES = 12

# Debian's containerd is older than the one that kind expects: its command line lacks a command by which kind asks for
# signs of life, and a label that keeps images from being collected, which kind's kubelets never do.
_CTR = """#!/bin/bash
if [ "${1:-}" = info ]; then exec /usr/bin/ctr version; fi
arguments=()
for argument in "$@"; do
  [[ $argument == --label=io.cri-containerd.pinned=* ]] || arguments+=("$argument")
done
exec /usr/bin/ctr "${arguments[@]}"
"""

# As in kind's own Dockerfile of its base image: nothing starts but what a node needs.
_SETTLE = r"""
find /lib/systemd/system/sysinit.target.wants/ -name systemd-tmpfiles-setup.service -delete
rm -f /lib/systemd/system/multi-user.target.wants/* /etc/systemd/system/*.wants/* \
  /lib/systemd/system/local-fs.target.wants/* /lib/systemd/system/basic.target.wants/* \
  /lib/systemd/system/sockets.target.wants/*udev* /lib/systemd/system/sockets.target.wants/*initctl*
echo ReadKMsg=no >>/etc/systemd/journald.conf
systemctl enable kubelet.service containerd.service undo-mount-hacks.service
systemctl mask systemd-binfmt.service
ctr oci spec \
  | jq '.hooks.createContainer[.hooks.createContainer|length] |= . + {"path": "/kind/bin/mount-product-files.sh"}' \
  | jq 'del(.process.rlimits)' >/etc/containerd/cri-base.json
rm -rf /var/cache/apt/* /var/lib/apt/lists/* /usr/share/doc /usr/share/man /usr/share/locale /usr/share/info \
  /var/log/*.log /var/log/apt /usr/sbin/policy-rc.d /etc/apt/sources.list /etc/hostname /etc/resolv.conf /LICENSES
: >/etc/machine-id
"""


@dataclass(frozen=True)
class NodeBase:
    """A finished root file system.

    Attributes:
        root: Its folder; libraries and programs for other images can be taken out of it.
        archive: The base image, as a docker archive.
        image: The base image's name.
    """

    root: Path
    archive: Path
    image: str


def base_folder(cache: Path, source: KindSource) -> Path:
    """Say where they are kept once they are made, which depends on all that goes into them."""
    return cache / "images" / f"node-base-{digest(Path(__file__), NODE_LOCK, source.base_files)}"


def node_base(cache: Path, source: KindSource, say: Say) -> NodeBase:
    """Return the root file system and the base image, making them unless they are in the cache.

    Args:
        cache: The cache's folder.
        source: Kind's source.
        say: Told how it goes.

    Raises:
        ImageError: They cannot be made; the message has the last words of what failed.
    """
    folder = base_folder(cache, source)
    base = NodeBase(folder / "root", folder / "base.tar", folder.name.replace("node-base-", "seatrial/node-base:"))
    with made_once(folder, say) as scratch:
        if scratch is None:
            return base
        if os.geteuid() != 0:
            raise ImageError(
                "Building a node image needs root: run the command as root, or where images can be pulled."
            )
        packages.ensure(_PROGRAMS, say)
        root = scratch / "root"
        with timed(say, f"node base: Debian {SUITE}, {len(node_pins())} packages"):
            _debootstrap(root, write_packages(cache, scratch), scratch / "debootstrap.log")
            see_as_pinned(root)
            shutil.rmtree(scratch / "archive")
        with timed(say, "node base: kind's files"):
            _add_kind(root, source)
            _run(["chroot", str(root), "bash", "-euo", "pipefail", "-c", _SETTLE])
        with timed(say, "node base: archive"):
            _archive(scratch, base.image)
    return base


def _debootstrap(root: Path, archive: Path, log: Path) -> None:
    # What signs that archive is the lock: each package was compared with it when the archive was written.
    command = ["debootstrap", "--no-check-gpg", "--arch=amd64", "--variant=minbase"]
    command += [f"--include={','.join(pin.name for pin in node_pins())}", SUITE, str(root), f"file://{archive}"]
    with log.open("wb") as stream:
        try:
            done = programs.run(command, within=_SECONDS, log=stream)
        except subprocess.TimeoutExpired as error:
            raise ImageError(f"debootstrap did not end within {_SECONDS:.0f} s") from error
    if done.returncode != 0:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-_TAIL_LINES:])
        raise ImageError(f"debootstrap ended with {done.returncode}:\n{tail}")


def _add_kind(root: Path, source: KindSource) -> None:
    for path in sorted(path for path in source.base_files.rglob("*") if path.is_file()):
        inside = path.relative_to(source.base_files)
        target = root / inside
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)  # Go's module folder is read-only: its modes are not wanted
        target.chmod(0o755 if "bin" in inside.parts else 0o644)
    config = root / "etc/containerd/config.toml"
    # Without CAP_SYS_RESOURCE containerd cannot lower the score by which the kernel picks what to kill.
    config.write_text(config.read_text().replace("restrict_oom_score_adj = false", "restrict_oom_score_adj = true"))
    for name in _CONTAINERD:
        (root / "usr/local/bin" / name).symlink_to(f"/usr/bin/{name}")
    control = root / "usr/local/bin/ctr"
    control.write_text(_CTR)
    control.chmod(0o755)
    for folder in ("opt/cni/bin", "etc/kubernetes/manifests", "etc/cni/net.d"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    for name in _PLUGINS:
        shutil.copy2(root / "usr/lib/cni" / name, root / "opt/cni/bin" / name)


def _archive(folder: Path, name: str) -> None:
    layer = folder / "layer.tar"
    _run(["tar", "-C", str(folder / "root"), "--numeric-owner", "--sort=name", "-cf", str(layer), "."])
    image = Image(
        name,
        [Layer(layer, hash_file(layer))],
        entrypoint=("/usr/local/bin/entrypoint", "/sbin/init"),
        env={"container": "docker"},
        stop_signal="SIGRTMIN+3",  # what systemd ends on
    )
    write_archive(folder / "base.tar", [image])
    layer.unlink()


def _run(command: list[str]) -> None:
    done = programs.run(command, within=_SECONDS)
    if done.returncode != 0:
        raise ImageError(f"`{' '.join(command[:3])} ...` ended with {done.returncode}: {done.stderr.strip()}")
