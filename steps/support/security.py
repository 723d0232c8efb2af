"""What no program may do, what no pod may have, and who Kubernetes itself is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from lightkube.resources.core_v1 import Pod

from seatrial.checks.expectations import Expectation, Judgement, Matcher, Rows, every, none, rows
from seatrial.observers.aws import Aws
from seatrial.observers.cluster import Cluster
from steps.support import manifests
from steps.support.machines import OWNER
from steps.support.workloads import NAME

SECRETS = "/registry/secrets/"
"""Where etcd has the Secrets."""

_RBAC, _APPS, _HOOKS = "rbac.authorization.k8s.io", "apps", "admissionregistration.k8s.io"
_CERTIFICATES, _NETWORK = "certificates.k8s.io", "networking.k8s.io"
DEEDS: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "change a workload": (
        ("create", "", "pods"), ("delete", "", "pods"), ("create", _APPS, "deployments"),
        ("patch", _APPS, "deployments"), ("patch", _APPS, "daemonsets"), ("patch", _APPS, "statefulsets"),
        ("create", "batch", "jobs"), ("create", "batch", "cronjobs"),
    ),
    "enter a pod": (
        ("create", "", "pods/exec"), ("get", "", "pods/exec"), ("create", "", "pods/attach"),
        ("create", "", "pods/portforward"), ("create", "", "pods/proxy"), ("patch", "", "pods/ephemeralcontainers"),
    ),
    "change what accounts may do": (
        ("create", _RBAC, "clusterrolebindings"), ("create", _RBAC, "rolebindings"), ("patch", _RBAC, "clusterroles"),
        ("patch", _RBAC, "roles"), ("bind", _RBAC, "clusterroles"), ("escalate", _RBAC, "clusterroles"),
    ),
    "act as somebody else": (
        ("impersonate", "", "users"), ("impersonate", "", "groups"), ("impersonate", "", "serviceaccounts"),
        ("create", "", "serviceaccounts/token"), ("update", _CERTIFICATES, "certificatesigningrequests/approval"),
        ("sign", _CERTIFICATES, "signers"),
    ),
    "take over a machine": (
        ("patch", "", "nodes"), ("delete", "", "nodes"), ("get", "", "nodes/proxy"), ("create", "", "nodes/proxy"),
        ("create", "", "pods/binding"),
    ),
    "change what the platform lets in": (
        ("create", _HOOKS, "mutatingwebhookconfigurations"), ("patch", _HOOKS, "validatingwebhookconfigurations"),
        ("patch", "", "namespaces"), ("patch", "", "resourcequotas"), ("delete", _NETWORK, "networkpolicies"),
        ("patch", _NETWORK, "ingresses"),
    ),
    "change what is stored": (
        ("delete", "", "persistentvolumeclaims"), ("patch", "", "persistentvolumes"), ("patch", "", "configmaps"),
        ("patch", "", "secrets"), ("patch", "", "services"),
    ),
}  # fmt: skip
"""What no program may do: verbs, groups and resources of the API."""

_PROGRAM, _CONTROLLERS = "ServiceAccount ", "ServiceAccount kube-system/"
_ADMINISTRATORS = ("Group system:masters", "Group kubeadm:cluster-admins")
_OF_KUBERNETES = frozenset(
    (
        "User system:kube-controller-manager",
        *(
            f"{_CONTROLLERS}{name}"
            for name in (
                "generic-garbage-collector", "namespace-controller", "resourcequota-controller",
                "bootstrap-signer", "token-cleaner",
            )
        ),
    )
)  # fmt: skip
"""Who reads Secrets in any cluster of this version: its controllers, by name."""

_WANTS: Mapping[str, Mapping[str, Any]] = {
    "may do everything": {"container": {"securityContext": {"privileged": True}}},
    "runs as root": {"container": {"securityContext": {**manifests.SAFE, "runAsNonRoot": False, "runAsUser": 0}}},
    "mounts a folder of its machine": {"spec": {"volumes": [{"name": "machine", "hostPath": {"path": "/"}}]}},
    "takes a port of its machine": {"container": {"ports": [{"containerPort": 22, "hostPort": 22}]}},
    "sees the network of its machine": {"spec": {"hostNetwork": True}},
    "wants nothing": {},
}


def none_but(agreed: Mapping[str, Collection[str]]) -> Expectation[Rows]:
    """Expect that Secrets are read by administrators, who are seen to, by Kubernetes itself and by those *agreed* on.

    Args:
        agreed: The namespaces whose Secrets somebody may read, by the name of the account.
    """
    own = {*_ADMINISTRATORS, *_OF_KUBERNETES}

    def judge(readers: Rows) -> Judgement:
        administrators = {name: row for name, row in readers.items() if name in _ADMINISTRATORS}
        others = {name: row for name, row in readers.items() if name not in own and not _within(name, row, agreed)}
        return _both(every("administrators", reads={"everything"})(administrators), none("reader of Secrets")(others))

    return judge


def none_of(
    deeds: Collection[tuple[str, str, str]], agreed: Mapping[str, Collection[str]] | None = None
) -> Expectation[Rows]:
    """Expect that no program may do any of *deeds*, and that an administrator is seen to be allowed all of them.

    Args:
        deeds: Verbs, groups and resources.
        agreed: What an account may do nonetheless, all of it and nothing else, by its name.
    """
    named = {name: {"may": set(may)} for name, may in (agreed or {}).items()}

    def judge(accounts: Rows) -> Judgement:
        administrators = {name: row for name, row in accounts.items() if not name.startswith(_PROGRAM)}
        programs = {name: row for name, row in accounts.items() if name.startswith(_PROGRAM)}
        all_of_it = Matcher("all of it", lambda may: len(may) >= len(deeds))
        others = {name: row for name, row in programs.items() if name not in named}
        nobody = _both(every("administrators", may=all_of_it)(administrators), every("accounts", 4, may=set())(others))
        return _both(nobody, rows("accounts", named, exactly=False)(programs)) if named else nobody

    return judge


def pod_that(wants: str, namespace: str) -> dict[str, Any]:
    """Write a pod that *wants* something of its machine.

    Raises:
        LookupError: If nobody knows how.
    """
    if wants not in _WANTS:
        raise LookupError(f"nobody knows a pod that {wants!r}; known are {', '.join(_WANTS)}")
    pod = manifests.pod("trial-pod", "trial:1.0", namespace=namespace)
    pod["spec"] |= _WANTS[wants].get("spec", {})
    pod["spec"]["containers"][0] |= _WANTS[wants].get("container", {})
    return pod


def silent_pod(namespace: str) -> dict[str, Any]:
    """Write a pod that says nothing of a token, nor of an account."""
    pod = manifests.pod("trial-pod", "trial:1.0", namespace=namespace)
    del pod["spec"]["automountServiceAccountToken"]
    return pod


def pods_with_token(cluster: Cluster) -> Rows:
    """Return every pod that runs outside of Kubernetes' own namespace and has a token of the API."""
    pods: list[Any] = [p for p in cluster.all(Pod) if p.status and p.status.phase == "Running"]
    return {
        f"{p.metadata.namespace}/{p.metadata.name}": {"workload": f"{p.metadata.namespace}/{_component(p)}"}
        for p in pods
        if p.metadata.namespace != "kube-system" and _carries(p)
    }


def volumes(aws: Aws, cluster: str) -> Rows:
    """Return every volume that bears the platform's name, or that one of its machines has."""
    machines = {m.id for m in aws.instances({OWNER: cluster})}
    ours = [v for v in aws.volumes() if v.tags.get(OWNER) == cluster or v.attached in machines]
    return {v.id: {"encrypted": v.encrypted, "size": v.size} for v in ours}


def copies(aws: Aws, cluster: str) -> Rows:
    """Return every copy of a volume of the platform's."""
    return {s.id: {"encrypted": s.encrypted, "of": s.volume} for s in aws.snapshots(list(volumes(aws, cluster)))}


def stored(aws: Aws, bucket: str) -> Rows:
    """Return what is kept in a bucket: whether it was encrypted when it was written."""
    return {o.key: {"encrypted": bool(o.encryption)} for o in aws.stored(bucket)}


def _both(one: Judgement, other: Judgement) -> Judgement:
    return Judgement(one.mismatches + other.mismatches, one.as_expected + other.as_expected)


def _within(name: str, row: Mapping[str, Any], agreed: Mapping[str, Collection[str]]) -> bool:
    """Say whether somebody reads no other Secrets than those of namespaces that were agreed on."""
    spaces = agreed.get(name.removeprefix(_PROGRAM), ())
    return all(read.removeprefix("all of ").partition("/")[0] in spaces for read in row["reads"])


def _component(pod: Any) -> str:
    return str((pod.metadata.labels or {}).get(NAME, pod.metadata.name))


def _carries(pod: Any) -> bool:
    return any(s.serviceAccountToken for v in pod.spec.volumes or [] if v.projected for s in v.projected.sources or [])
