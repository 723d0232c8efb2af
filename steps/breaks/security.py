"""Breaks of who may do what: a Secret in the clear, rights too many, restrictions that are gone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, ClassVar

from lightkube.resources.core_v1 import Pod

from seatrial.faults import Fault
from seatrial.faults.base import Memory
from seatrial.provisioning.processes import ProcessSpec, ProcessTable
from seatrial.sabotage import Sabotage, Site, until
from steps.breaks import rounds
from steps.support import manifests
from steps.support.capabilities import Actuators, have
from steps.support.security import SECRETS
from steps.support.site import nodes

_SECRETS, _ACCOUNTS = "features/security/secrets.feature", "features/security/accounts.feature"
_PODS, _ETCD = "features/security/pods.feature", "features/security/etcd.feature"
_ENFORCED = "pod-security.kubernetes.io/enforce"
_GRACE = 1.0  # seconds


@dataclass(frozen=True)
class PutInEtcd(Fault):
    """Write something into etcd past the API; undone by removing it."""

    kind: ClassVar[str] = "put-in-etcd"
    key: str
    value: str

    def apply(self, actuators: Actuators) -> None:
        """Write it."""
        have(actuators.own.etcd_content).put(self.key, self.value)

    def undo(self, actuators: Actuators, memory: Memory) -> None:  # noqa: ARG002
        """Remove it."""
        have(actuators.own.etcd_content).remove(self.key)

    def __str__(self) -> str:
        return f"put {self.key} into etcd"


@dataclass(frozen=True)
class RunWithout(Fault):
    """Run a process of the platform without some of its arguments; undone by running it as it was."""

    kind: ClassVar[str] = "run-without"
    name: str
    arguments: tuple[str, ...]

    def before(self, actuators: Actuators) -> Memory:
        """Keep how it is run."""
        spec = _table(actuators).spec(self.name)
        if spec is None:
            raise LookupError(f"no process {self.name} is recorded")
        return {"argv": list(spec.argv), "env": dict(spec.env)}

    def apply(self, actuators: Actuators) -> None:
        """Run it anew."""
        spec = _table(actuators).spec(self.name)
        if spec is not None:
            self._run(actuators, [a for a in spec.argv if not a.startswith(self.arguments)], dict(spec.env))

    def undo(self, actuators: Actuators, memory: Memory) -> None:
        """Run it as it was."""
        self._run(actuators, memory["argv"], memory["env"])

    def __str__(self) -> str:
        return f"run {self.name} without {' '.join(self.arguments)}"

    def _run(self, actuators: Actuators, argv: list[str], env: dict[str, str]) -> None:
        table = _table(actuators)
        table.stop(self.name, _GRACE)
        table.ensure(ProcessSpec(self.name, argv, env))


def secret_in_the_clear(site: Site) -> tuple[str, ...]:
    """Have etcd hold a Secret as an API server without a key would write it."""
    secret = manifests.secret("in-the-clear", "")
    secret["metadata"] |= {"uid": "00000000-0000-0000-0000-000000000001", "creationTimestamp": "2026-01-01T00:00:00Z"}
    site.inject(PutInEtcd(f"{SECRETS}{manifests.ROOM}/in-the-clear", json.dumps(secret)))
    return (f"{manifests.ROOM}/in-the-clear",)


def member_open(site: Site) -> tuple[str, ...]:
    """Have a member of etcd ask its clients for no certificate."""
    how, door = "without a certificate", "etcd-2, clients"
    site.inject(RunWithout("etcd-2", ("--client-cert-auth", "--trusted-ca-file=")))
    strangers: Any = site.platform.instruments()["strangers"]
    until("the member is back", lambda: strangers.at_etcd(how)[door]["answer"].startswith("answered"))
    return (door,)


def colleague_reads(site: Site) -> tuple[str, ...]:
    """Let a colleague work in the namespace of the backing services, Secrets and all."""
    site.create(_binding("colleagues", "backing", "edit", {"kind": "User", "name": "colleague", "apiGroup": _RBAC}))
    return ("User colleague",)


def controller_reads_all(site: Site) -> tuple[str, ...]:
    """Let the ingress controller read whatever there is."""
    subject = {"kind": "ServiceAccount", "name": "ingress-controller", "namespace": "ingress"}
    role = {"apiGroup": _RBAC, "kind": "ClusterRole", "name": "system:controller:resourcequota-controller"}
    meta = {"name": "readers"}
    kind = {"apiVersion": f"{_RBAC}/v1", "kind": "ClusterRoleBinding"}
    site.create({**kind, "metadata": meta, "roleRef": role, "subjects": [subject]})
    return ("ServiceAccount ingress/ingress-controller",)


def program_deploys(site: Site) -> tuple[str, ...]:
    """Let the DNS updater change whatever runs beside the microservices."""
    account = {"kind": "ServiceAccount", "name": "dns-updater", "namespace": "dns"}
    site.create(_binding("updaters", "microservices", "edit", account))
    return ("dns/dns-updater",)


def program_enters(site: Site) -> tuple[str, ...]:
    """Let the collector of logs enter the pods that keep the names."""
    account = {"kind": "ServiceAccount", "name": "fluentd", "namespace": "backing"}
    site.create(_binding("collectors", "dns", "edit", account))
    return ("backing/fluentd",)


def pipeline_deploys(site: Site) -> tuple[str, ...]:
    """Let pipelines change whatever runs beside the microservices."""
    account = {"kind": "ServiceAccount", "name": "roll-out", "namespace": "microservices"}
    site.create(_binding("pipelines", "microservices", "edit", account))
    return ("microservices/roll-out",)


def tokens_for_all(site: Site) -> tuple[str, ...]:
    site.patch("v1 ServiceAccount", "default", "ingress", {"automountServiceAccountToken": True})
    return ("ingress",)


def pod_with_token(site: Site) -> tuple[str, ...]:
    """Run a pod that asks for a token beside the microservices."""
    pod = manifests.pod("nosy", "trial:1.0", namespace="microservices", node=str(nodes(site)[0].metadata.name))
    pod["spec"]["automountServiceAccountToken"] = True
    site.create(pod)

    def runs() -> bool:
        found = site.kube.get(Pod, "nosy", namespace="microservices")
        return bool(found.status and found.status.phase == "Running")

    until("the pod runs", runs)
    return ("microservices/nosy",)


def namespace_unrestricted(site: Site) -> tuple[str, ...]:
    site.patch("v1 Namespace", "dns", "", {"metadata": {"labels": {_ENFORCED: "privileged"}}})
    return ()


def workload_demanding(site: Site) -> tuple[str, ...]:
    """Have a workload that could not run where a team deploys."""
    site.create(manifests.workload("demanding", "backing"))
    return ("backing/demanding",)


_RBAC = "rbac.authorization.k8s.io"


def _binding(name: str, namespace: str, role: str, subject: dict[str, str]) -> dict[str, Any]:
    of = {"apiGroup": _RBAC, "kind": "ClusterRole", "name": role}
    meta = {"name": name, "namespace": namespace}
    kind = {"apiVersion": f"{_RBAC}/v1", "kind": "RoleBinding"}
    return {**kind, "metadata": meta, "roleRef": of, "subjects": [subject]}


def _table(actuators: Actuators) -> ProcessTable:
    if actuators.processes is None:
        raise LookupError("the platform's actuators have no table of processes")
    return actuators.processes


SABOTAGES = (
    Sabotage(
        "a Secret in the clear",
        secret_in_the_clear,
        f"{_SECRETS}::A Secret is stored",
        rounds.WOULD_HAPPEN,
        ("encrypted by a key", "encrypted by nobody"),
    ),
    Sabotage(
        "a colleague may read Secrets",
        colleague_reads,
        f"{_SECRETS}::Who may read Secrets",
        rounds.RIGHTS,
        ("no reader of Secrets", "all of backing"),
    ),
    Sabotage(
        "the ingress controller may read every Secret",
        controller_reads_all,
        f"{_SECRETS}::Who may read Secrets",
        rounds.RIGHTS,
        ("no reader of Secrets", "reads everything"),
    ),
    Sabotage(
        "a program may deploy",
        program_deploys,
        f"{_ACCOUNTS}::No program may change a workload",
        rounds.RIGHTS,
        ("patch deployments in microservices",),
    ),
    Sabotage(
        "a program may enter pods",
        program_enters,
        f"{_ACCOUNTS}::No program may enter a pod",
        rounds.RIGHTS,
        ("create pods/exec in dns",),
    ),
    Sabotage(
        "a pipeline may do more than roll out",
        pipeline_deploys,
        f"{_ACCOUNTS}::No program may change a workload",
        rounds.RIGHTS,
        ("create pods in microservices",),
    ),
    Sabotage(
        "every pod is given a token",
        tokens_for_all,
        f"{_ACCOUNTS}::A pod that says nothing of a token",
        rounds.RIGHTS,
        ("given one no", "given one yes"),
    ),
    Sabotage(
        "a pod has a token that it does not need",
        pod_with_token,
        f"{_ACCOUNTS}::Pods with a token",
        rounds.PLATFORM,
        ("workload microservices/nosy",),
    ),
    Sabotage(
        "a namespace restricts no pod",
        namespace_unrestricted,
        f"{_PODS}::A pod that sees the network of its machine",
        rounds.RIGHTS,
        ("violates PodSecurity", "accepted"),
    ),
    Sabotage(
        "a workload that wants more than its peers",
        workload_demanding,
        f"{_PODS}::Workloads that could not run where a team deploys",
        rounds.RIGHTS,
        ("answer let in", "violates PodSecurity"),
    ),
    Sabotage(
        "a member of etcd answers anybody",
        member_open,
        f"{_ETCD}::Somebody comes without a certificate",
        rounds.OPEN,
        ("answer turned away", "answered with 200"),
    ),
)
