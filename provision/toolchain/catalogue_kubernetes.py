"""Kubernetes' own programs in the table of tools: the version that is run, and an earlier one to upgrade from.

The pins are those that kops v1.36.1 carries (``pkg/assets/assetdata/k8s-1.36.yaml``). Of the earlier version there are
the control plane's programs only: the others are of nodes, or work with both.
"""

from __future__ import annotations

from provision.toolchain.model import GoModule, Release, Tool

KUBERNETES = "1.36.1"
EARLIER = "1.36.0"

_PINS = {
    KUBERNETES: {
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
    },
    EARLIER: {
        "kube-apiserver": {
            "linux-amd64": "8116b8f13d1c8bbbbba0599fff1a27959f2a13b6cbb18c4efad5f9777c0a839c",
            "linux-arm64": "f622843949492d97183dadf883b57ee96afcf04e19cc6799388eed5a08594965",
        },
        "kube-controller-manager": {
            "linux-amd64": "b15888043ee37302ce8fef36af5ae2b8470b3eba22a034d3573479daff33f6f0",
            "linux-arm64": "7ee96f14ddc2a9503235dd20356ba0212193908f03c21548b47640ff0d00eea4",
        },
        "kube-scheduler": {
            "linux-amd64": "0804ad35fb7b2fb11bb1f27b9cc3ab113b323fb5fc0e12e3b27fc4d6a7f43c54",
            "linux-arm64": "6a0d8e3fc19bf0ce37728e8ea342f2f194cc6f1637b577d10d54618a1a940735",
        },
    },
}
_MODULES = {KUBERNETES: "kubernetes", EARLIER: f"kubernetes-{EARLIER}"}
_VERSION_ARGS = {"kubectl": ("version", "--client"), "kubeadm": ("version", "-o", "short")}

VERSIONS = tuple(_PINS)
"""Every version that the control plane's programs can be had in, the one that is run first."""


def programs(version: str) -> tuple[Tool, ...]:
    """Return Kubernetes' programs at *version*, which is one of `VERSIONS`."""
    return tuple(_program(name, version) for name in _PINS[version])


def _program(name: str, version: str) -> Tool:
    pins = _PINS[version][name]
    return Tool(
        name=name,
        version=version,
        version_args=_VERSION_ARGS.get(name, ("--version",)),
        release=Release(
            url="https://dl.k8s.io/release/v{version}/bin/{os}/{arch}/" + name,
            platforms=tuple(pins),
            pins=pins,
        ),
        module=GoModule(_MODULES[version], f"k8s.io/kubernetes/cmd/{name}", _variables(version)),
    )


def _variables(version: str) -> tuple[str, ...]:
    """Without these, what is built from modules calls itself v0.0.0."""
    major, minor, _ = version.split(".")
    return (
        f"k8s.io/component-base/version.gitVersion=v{version}",
        f"k8s.io/component-base/version.gitMajor={major}",
        f"k8s.io/component-base/version.gitMinor={minor}",
        "k8s.io/component-base/version.gitTreeState=clean",
        f"k8s.io/client-go/pkg/version.gitVersion=v{version}",
    )
