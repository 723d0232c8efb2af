"""Breaks of the inside of the machines, as somebody makes them who works on one by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from seatrial.faults import Fault
from seatrial.faults.base import Memory
from seatrial.sabotage import Sabotage, Site, until
from steps.breaks import rounds
from steps.support.capabilities import Actuators, have
from steps.support.site import STATEFULSET, container, masters, nodes, pods

_INSIDE = "features/cluster/inside.feature"
_STRAY, _PORT = "seatrial-stray", "9999"
_DATA = "/data/db"


@dataclass(frozen=True)
class InMachine(Fault):
    """Run a command on a machine; undone by another, which may be run twice."""

    kind: ClassVar[str] = "in-machine"
    machine: str
    command: tuple[str, ...]
    undoing: tuple[str, ...]

    def apply(self, actuators: Actuators) -> None:
        """Run it."""
        have(actuators.own.machine_shell).run(self.machine, *self.command)

    def undo(self, actuators: Actuators, memory: Memory) -> None:  # noqa: ARG002
        """Run the other."""
        have(actuators.own.machine_shell).run(self.machine, *self.undoing)


def kubelet_by_hand(site: Site) -> tuple[str, ...]:
    """Have a kubelet not start when its machine boots."""
    name = str(nodes(site)[0].metadata.name)
    site.inject(InMachine(name, ("systemctl", "disable", "kubelet"), ("systemctl", "enable", "kubelet")))
    return (f"{name}/kubelet",)


def kubeconfig_left(site: Site) -> tuple[str, ...]:
    """Leave a copy of the administrator's kubeconfig where everybody may read it."""
    name, copy = str(masters(site)[0].metadata.name), "/tmp/admin.conf"  # noqa: S108 - on the machine
    leave = ("install", "-m", "0644", "/etc/kubernetes/admin.conf", copy)
    site.inject(InMachine(name, leave, ("rm", "-f", copy)))
    return (f"{name}:{copy}",)


def journal_lost(site: Site) -> tuple[str, ...]:
    """Have a machine keep nothing of what its programs write."""
    name, setting = str(masters(site)[0].metadata.name), "/etc/systemd/journald.conf.d/seatrial-stray.conf"
    again = "systemctl restart systemd-journald"
    lose = f"mkdir -p {setting.rpartition('/')[0]} && printf '[Journal]\\nStorage=none\\n' >{setting} && {again}"
    site.inject(InMachine(name, ("sh", "-c", lose), ("sh", "-c", f"rm -f {setting}; {again}")))
    return (name,)


def port_taken(site: Site, machine: str) -> tuple[str, ...]:
    """Have a program of nobody's listen on a machine."""
    # One process for each connection: the port stays open however often it is tried.
    listen = ("systemd-run", f"--unit={_STRAY}", "systemd-socket-activate", "--accept", "-l", _PORT, "/bin/cat")
    stop = ("sh", "-c", f"systemctl stop {_STRAY} 2>/dev/null; systemctl reset-failed {_STRAY} 2>/dev/null; true")
    site.inject(InMachine(machine, listen, stop))
    return (machine, _PORT)


def port_of_a_node(site: Site) -> tuple[str, ...]:
    """Have a program of nobody's listen on a node."""
    return port_taken(site, str(nodes(site)[0].metadata.name))


def port_of_a_master(site: Site) -> tuple[str, ...]:
    """Have a program of nobody's listen on a master."""
    return port_taken(site, str(masters(site)[0].metadata.name))


def data_elsewhere(site: Site) -> tuple[str, ...]:
    """Have the members of the database keep their data in their containers, and their volumes elsewhere."""
    volume = [{"$patch": "delete", "mountPath": _DATA}, {"name": "data", "mountPath": "/data/elsewhere"}]
    site.patch(STATEFULSET, "mongodb", "backing", container("mongodb", volumeMounts=volume))
    until(
        "a member has been made anew", lambda: any(not _at_its_place(pod) for pod in pods(site, "mongodb", "backing"))
    )
    return ("mongodb", "nothing")


def _at_its_place(pod: Any) -> bool:
    return any(mount.mountPath == _DATA for mount in pod.spec.containers[0].volumeMounts or [])


SABOTAGES = (
    Sabotage(
        "data that lies on no volume of the member's",
        data_elsewhere,
        f"{_INSIDE}::A member's data lies on its volume",
        rounds.INSIDE,
    ),
    Sabotage(
        "a kubelet that does not start when its machine boots",
        kubelet_by_hand,
        f"{_INSIDE}::What a machine needs runs, and starts when it boots",
        rounds.INSIDE,
        ("starts at boot no",),
    ),
    Sabotage(
        "a kubeconfig that everybody may read",
        kubeconfig_left,
        f"{_INSIDE}::The keys that lie on a machine",
        rounds.INSIDE,
        ("open to its group and everybody",),
    ),
    Sabotage(
        "a machine whose journal is lost",
        journal_lost,
        "features/logs/logs.feature::A line from every machine",
        rounds.INSIDE,
        ("line not found",),
    ),
    Sabotage("a port too many of a node", port_of_a_node, f"{_INSIDE}::The ports of a node", rounds.INSIDE, ()),
    Sabotage("a port too many of a master", port_of_a_master, f"{_INSIDE}::The ports of a master", rounds.INSIDE, ()),
)

_OWN_KERNEL = "no target has machines with a kernel of their own; tests/observers/test_hosts.py breaks what is read"
UNCHALLENGED = {
    f"{_INSIDE}::What is in memory stays there": _OWN_KERNEL,
    f"{_INSIDE}::The machines agree on the time": _OWN_KERNEL,
}
