"""The table of tools: versions, releases, pins and Go modules. Data only.

Kubernetes' own programs stand in ``catalogue_kubernetes``. The other
projects publish their hashes beside the release: those are trusted on first use, see ``lockfile``.
There is no macOS release of the control plane's programs: there they are built.
"""

from __future__ import annotations

from provision.toolchain.catalogue_kubernetes import KUBERNETES, VERSIONS, programs
from provision.toolchain.errors import ToolchainError
from provision.toolchain.model import GoModule, Release, Tool

ETCD = "3.7.3"
KWOK = "0.8.0"
KOPS = "1.36.1"
KIND = "0.33.0"
COREDNS = "1.14.2"  # the one that kubeadm asks for

_LINUX = ("linux-amd64", "linux-arm64")
_LINUX_AND_MACOS = (*_LINUX, "darwin-amd64", "darwin-arm64")
_GITHUB = "https://github.com"


def _etcd(name: str, package: str, *version_args: str) -> Tool:
    stem = "etcd-v{version}-{os}-{arch}"
    return Tool(
        name=name,
        version=ETCD,
        version_args=version_args,
        release=Release(
            url=_GITHUB + "/etcd-io/etcd/releases/download/v{version}/" + stem + "{ext}",
            platforms=_LINUX_AND_MACOS,
            hashes=_GITHUB + "/etcd-io/etcd/releases/download/v{version}/SHA256SUMS",
            member=f"{stem}/{name}",
            ext={"linux": ".tar.gz", "darwin": ".zip"},
        ),
        module=GoModule("etcd", package),
    )


_ALL = (
    *programs(KUBERNETES),
    _etcd("etcd", "go.etcd.io/etcd/server/v3", "--version"),
    _etcd("etcdctl", "go.etcd.io/etcd/etcdctl/v3", "version"),
    Tool(
        name="kwok",
        version=KWOK,
        version_args=("--version",),
        release=Release(
            url=_GITHUB + "/kubernetes-sigs/kwok/releases/download/v{version}/kwok-{os}-{arch}",
            platforms=_LINUX_AND_MACOS,
            # KWOK publishes no hash file; GitHub itself names each file's digest in the release's description.
            hashes="https://api.github.com/repos/kubernetes-sigs/kwok/releases/tags/v{version}",
        ),
        module=GoModule("kwok", "sigs.k8s.io/kwok/cmd/kwok", (f"sigs.k8s.io/kwok/pkg/consts.Version=v{KWOK}",)),
    ),
    Tool(
        name="kops",
        version=KOPS,
        version_args=("version", "--short"),
        release=Release(
            url=_GITHUB + "/kubernetes/kops/releases/download/v{version}/kops-{os}-{arch}",
            platforms=_LINUX_AND_MACOS,
            hashes="{url}.sha256",
        ),
        module=GoModule("kops", "k8s.io/kops/cmd/kops", (f"k8s.io/kops.Version={KOPS}",)),
    ),
    Tool(
        name="kind",
        version=KIND,
        version_args=("--version",),
        release=Release(
            url=_GITHUB + "/kubernetes-sigs/kind/releases/download/v{version}/kind-{os}-{arch}",
            platforms=_LINUX_AND_MACOS,
            hashes="{url}.sha256sum",
        ),
        module=GoModule("kind", "sigs.k8s.io/kind"),
    ),
    Tool(
        name="coredns",
        version=COREDNS,
        version_args=("-version",),
        release=Release(
            url=_GITHUB + "/coredns/coredns/releases/download/v{version}/coredns_{version}_{os}_{arch}.tgz",
            platforms=_LINUX_AND_MACOS,
            hashes="{url}.sha256",
            member="coredns",
        ),
        module=GoModule("coredns", "."),
    ),
)

TOOLS = {tool.name: tool for tool in _ALL}
"""Every tool by its name."""


def tools_at(kubernetes: str) -> dict[str, Tool]:
    """Return every tool by its name, Kubernetes' control plane at the version *kubernetes*.

    Raises:
        ToolchainError: There are no programs of that version.
    """
    if kubernetes not in VERSIONS:
        known = ", ".join(VERSIONS)
        text = f"There are no programs of Kubernetes {kubernetes} in the toolchain. It has those of {known}."
        raise ToolchainError(text)
    return TOOLS | {tool.name: tool for tool in programs(kubernetes)}


LOCAL_TOOLS = (
    "etcd",
    "etcdctl",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kubectl",
    "kwok",
    "kops",
)
"""What the target ``local`` runs."""

KIND_TOOLS = ("kind", "kubectl", "kops")
"""What the target ``kind`` runs on the host."""

NODE_TOOLS = (
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kube-proxy",
    "kubelet",
    "kubeadm",
    "kubectl",
    "etcd",
    "etcdctl",
    "coredns",
    "kind",
)
"""What a node image of the target ``kind`` is made of, where the published one cannot be pulled."""
