"""The images that run on every node: Kubernetes' own and what kind expects, written from files."""

from __future__ import annotations

import platform
import subprocess
from collections.abc import Mapping
from pathlib import Path

from provision.images.archive import (
    EXECUTABLE,
    Content,
    File,
    Folder,
    Image,
    ImageError,
    Layer,
    Link,
    write_archive,
    write_layer,
)
from provision.images.node_source import KindSource
from provision.images.rootfs import from_root

CONTROL_PLANE = ("kube-apiserver", "kube-controller-manager", "kube-scheduler")

_USERS: dict[str, Content] = {
    "/etc/passwd": File(b"root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n"),
    "/etc/group": File(b"root:x:0:\nnogroup:x:65534:\n"),
    "/tmp": Folder(0o1777),  # noqa: S108 - the image's own
}
_NETWORK_PROGRAMS = (
    *("/usr/sbin/xtables-nft-multi", "/usr/sbin/nft", "/usr/sbin/ipset"),
    *("/usr/bin/ip", "/usr/sbin/conntrack"),
)
_IPTABLES = tuple(f"ip{six}tables{action}" for six in ("", "6") for action in ("", "-save", "-restore"))
_SHELL_PROGRAMS = ("bash", "chmod", "cp", "mkdir", "mv", "sleep")


class NodeImages:
    """Writes the archives that `kind build node-image` takes.

    Args:
        tools: Kubernetes' programs, etcd and CoreDNS by name.
        own: Our own programs by name: ``pause`` and ``kindnetd``.
        root: The node's root file system, where libraries come from.
        source: Kind's source, which says the images' names.
    """

    def __init__(self, tools: Mapping[str, Path], own: Mapping[str, Path], root: Path, source: KindSource) -> None:
        self._tools = tools
        self._own = own
        self._root = root
        self._source = source

    def write(self, folder: Path) -> None:
        """Write ``kube-apiserver.tar`` and its like to a folder; all images that are not Kubernetes' ride in the first.

        Raises:
            ImageError: A file is missing.
        """
        names = self._wanted_by_kubeadm()
        network = write_layer(network_tree(self._root), folder)
        pause = write_layer({"/pause": File(self._own["pause"], EXECUTABLE)}, folder)
        etcd = {f"/usr/local/bin/{one}": File(self._tools[one], EXECUTABLE) for one in ("etcd", "etcdctl")}
        extra = [
            Image(self._source.sandbox_image, [pause], entrypoint=["/pause"]),
            # The version that runs is the toolchain's, the same as on the target local; kubeadm knows one tag only.
            Image(names["etcd"], [write_layer({**_USERS, **etcd}, folder)]),
            Image(names["coredns"], [self._program(folder, "coredns", "/coredns")], entrypoint=["/coredns"]),
            Image(
                self._source.network_image,
                [network, write_layer({"/usr/local/bin/kindnetd": File(self._own["kindnetd"], EXECUTABLE)}, folder)],
                entrypoint=["/usr/local/bin/kindnetd"],
            ),
            # kind's storage provisioner is never deployed here, see the cluster's storage class; but the build of the
            # node image asks for these names.
            *(Image(name, [pause], entrypoint=["/pause"]) for name in self._source.storage_images),
        ]
        for name in CONTROL_PLANE:
            image = Image(names[name], [self._program(folder, name, f"/usr/local/bin/{name}")])
            write_archive(folder / f"{name}.tar", [image, *(extra if name == CONTROL_PLANE[0] else [])])
        proxy = Image(names["kube-proxy"], [network, self._program(folder, "kube-proxy", "/usr/local/bin/kube-proxy")])
        write_archive(folder / "kube-proxy.tar", [proxy])
        for path in {layer.path for image in [*extra, proxy] for layer in image.layers}:
            path.unlink()

    def _program(self, folder: Path, name: str, where: str) -> Layer:
        return write_layer({**_USERS, where: File(self._tools[name], EXECUTABLE)}, folder)

    def _wanted_by_kubeadm(self) -> dict[str, str]:
        """Give the full names of the images that kubeadm deploys, by their last part."""
        version = self._run("kubeadm", "version", "-o", "short")
        told = self._run("kubeadm", "config", "images", "list", "--kubernetes-version", version)
        return {name.rsplit("/", 1)[-1].partition(":")[0]: name for name in told.split()}

    def _run(self, name: str, *arguments: str) -> str:
        command = [str(self._tools[name]), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        if done.returncode != 0:
            raise ImageError(f"`{' '.join(command)}` ended with {done.returncode}: {done.stderr.strip()}")
        return done.stdout.strip()


def network_tree(root: Path) -> dict[str, Content]:
    """Give what programs that set up networks need: iptables with all its modules, nft, ipset, ip, conntrack."""
    libraries = f"/usr/lib/{platform.machine()}-linux-gnu"
    # The modules of iptables are loaded when a rule names them: no program says that it needs them, or libm.
    taken = from_root(root, [*_NETWORK_PROGRAMS, "/usr/bin/kmod", f"{libraries}/xtables"])
    links = {f"/usr/sbin/{name}": Link("xtables-nft-multi") for name in _IPTABLES}
    return {**_USERS, **taken, **links, "/usr/sbin/modprobe": Link("../bin/kmod"), **_shell(root)}


def balancer_tree(root: Path, envoy: Path) -> dict[str, Content]:
    """Give what kind's load balancer needs: Envoy, and the shell that kind starts it by."""
    libraries = f"/usr/lib/{platform.machine()}-linux-gnu"
    # Envoy is linked against these; it is not in the root file system, so ldd cannot tell.
    needed = [f"{libraries}/lib{name}" for name in ("m.so.6", "rt.so.1", "dl.so.2", "pthread.so.0", "resolv.so.2")]
    taken = from_root(root, [*needed, f"{libraries}/libnss_dns.so.2", f"{libraries}/libnss_files.so.2"])
    return {
        **_USERS,
        **taken,
        **_shell(root),
        "/home/envoy": Folder(),
        "/usr/local/bin/envoy": File(envoy, EXECUTABLE),
    }


def _shell(root: Path) -> dict[str, Content]:
    taken = from_root(root, [f"/usr/bin/{name}" for name in _SHELL_PROGRAMS])
    return {**taken, "/usr/bin/sh": Link("bash")}
