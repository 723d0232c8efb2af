"""The table of tools: versions, releases, pins and Go modules. Data only.

The pins of Kubernetes are those that kops v1.36.1 carries for it (``pkg/assets/assetdata/k8s-1.36.yaml``). The other
projects publish their hashes beside the release: those are trusted on first use, see ``lockfile``.
There is no macOS release of the control plane's programs: there they are built.
"""

from __future__ import annotations

from provision.toolchain.model import GoModule, Release, Tool

KUBERNETES = "1.36.1"
KUBERNETES_MAJOR, KUBERNETES_MINOR, _ = KUBERNETES.split(".")
ETCD = "3.7.3"
KWOK = "0.8.0"
KOPS = "1.36.1"
KIND = "0.33.0"
COREDNS = "1.14.2"  # the one that kubeadm asks for

_LINUX = ("linux-amd64", "linux-arm64")
_LINUX_AND_MACOS = (*_LINUX, "darwin-amd64", "darwin-arm64")
_GITHUB = "https://github.com"

_KUBERNETES_PINS = {
    "kube-apiserver": {
        "linux-amd64": "9b4dba0a5b945f1fe0ce18f47535c5ff0c46ae384f9222047bce39fe91b6023e",
        "linux-arm64": "4652cb7637891e9ca1c639802a3a4e7c658c6291fdaa8bcbd173b0d610a7b290",
    },
    "kube-controller-manager": {
        "linux-amd64": "41a41cd08f8035661848e883479816d5e65f832a461c004840eb2cd54998af08",
        "linux-arm64": "100b2da64ff32467334eab1c9c17eeab16588b7b7de30a3d4c5d8375c43634e4",
    },
    "kube-scheduler": {
        "linux-amd64": "37729fdcd47c791cbebe413951150f58d36e05cbc759ad77e5cf66196fccbec8",
        "linux-arm64": "0598118032b5b5780fb1c0f3b79f295ac706dcd4294d2963ca1ea9f388b50b73",
    },
    "kubectl": {
        "linux-amd64": "629d3f410e09bf49b64ae7079f7f0bda1191efed311f7d37fdbab0ad5b0ec2b7",
        "linux-arm64": "59f7ee8e477fae658447607dc3c8790ac17a1b016c01c622c12070e969e2d4e7",
        "darwin-amd64": "b4973e90ebb00537d735b63d6f8293c1959156e6ff435f6a43c08aeaa1a2e7d7",
        "darwin-arm64": "9092778abaef3079449da4cd70ded0e4be112480c93efcdeace3155968d1d133",
    },
    "kubeadm": {
        "linux-amd64": "f35980333a4dae753807345ae359eca03f48f9945855e6a6a6708fe8b3b24038",
        "linux-arm64": "82fa5119d6687f721cd80cb278bac08f54cc5d3fd0320c66cef9394d42e153a9",
    },
    "kubelet": {
        "linux-amd64": "7efa1780c73d9fb3a464002864e582eb2d15aa691e475eaae323093d08feae14",
        "linux-arm64": "bf274dd3affbf2543d20465dee1f763f668f78c6fbd56197794f81337a49d687",
    },
    "kube-proxy": {
        "linux-amd64": "8d8bac4775f466e0056eb5af491508fd05000945c8754aa040f91128b581544f",
        "linux-arm64": "d37640dcc161cfc96ddf87c47b254c460e8841f7dc024c6b2149dc4ef543e07f",
    },
}

# Without these, what is built from modules calls itself v0.0.0.
_KUBERNETES_VARIABLES = (
    f"k8s.io/component-base/version.gitVersion=v{KUBERNETES}",
    f"k8s.io/component-base/version.gitMajor={KUBERNETES_MAJOR}",
    f"k8s.io/component-base/version.gitMinor={KUBERNETES_MINOR}",
    "k8s.io/component-base/version.gitTreeState=clean",
    f"k8s.io/client-go/pkg/version.gitVersion=v{KUBERNETES}",
)


def _kubernetes(name: str, *version_args: str) -> Tool:
    pins = _KUBERNETES_PINS[name]
    return Tool(
        name=name,
        version=KUBERNETES,
        version_args=version_args,
        release=Release(
            url="https://dl.k8s.io/release/v{version}/bin/{os}/{arch}/" + name,
            platforms=tuple(pins),
            pins=pins,
        ),
        module=GoModule("kubernetes", f"k8s.io/kubernetes/cmd/{name}", _KUBERNETES_VARIABLES),
    )


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
    _kubernetes("kube-apiserver", "--version"),
    _kubernetes("kube-controller-manager", "--version"),
    _kubernetes("kube-scheduler", "--version"),
    _kubernetes("kubectl", "version", "--client"),
    _kubernetes("kubeadm", "version", "-o", "short"),
    _kubernetes("kubelet", "--version"),
    _kubernetes("kube-proxy", "--version"),
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
