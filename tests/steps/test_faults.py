"""The faults of this platform are found again in a journal, and scratch objects are as they should be."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from seatrial.faults import Fault, fault_from
from seatrial.provisioning.contract import Actuators
from steps.support import manifests
from steps.support.faults import (
    Crash,
    CutOff,
    ForeignVolume,
    ForeignZone,
    GrowEtcd,
    HandMadeRecord,
    HoldNames,
    StartInstances,
    SwapController,
    Unmake,
)

FAULTS = [
    GrowEtcd(2, 3),
    Crash("microservices", "msvc1-1"),
    CutOff("node-a"),
    SwapController("skipper"),
    StartInstances(("i-1", "i-2")),
    ForeignVolume("othercrew", "eu-west-1a"),
    ForeignZone("othercrew.example.com", {"Name": "shop.othercrew.example.com.", "Type": "A"}),
    HandMadeRecord("Z1", {"Name": "handmade.team.example.com.", "Type": "A"}),
    HoldNames(),
    Unmake("v1", "Service", "newcomer", "microservices"),
]


def _actuators(**own: object) -> Actuators[Any]:
    return Actuators(lambda: None, lambda _: None, own=SimpleNamespace(**own))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.kind)
def test_a_fault_is_found_again(fault: Fault) -> None:
    """What a journal keeps of a fault makes the same fault again."""
    assert fault == fault_from(fault.journalled())


def test_a_canary_stands_beside_the_stable_deployment() -> None:
    """The service's selector finds a canary's pods; the stable deployment's does not."""
    stable: dict[str, Any] = {
        "metadata": {"name": "msvc1", "namespace": "microservices"},
        "spec": {
            "selector": {"matchLabels": {"app.kubernetes.io/name": "msvc1", "seatrial.dev/track": "stable"}},
            "template": {
                "metadata": {"labels": {"app.kubernetes.io/name": "msvc1", "seatrial.dev/track": "stable"}},
                "spec": {"containers": [{"name": "msvc1"}], "topologySpreadConstraints": [{}]},
            },
        },
    }
    canary = manifests.canary(stable, 1)
    expected = {"app.kubernetes.io/name": "msvc1", "seatrial.dev/track": "canary"}
    assert "msvc1-canary" == canary["metadata"]["name"]
    assert expected == canary["spec"]["template"]["metadata"]["labels"]
    assert expected == canary["spec"]["selector"]["matchLabels"]
    assert "topologySpreadConstraints" not in canary["spec"]["template"]["spec"]
    assert "stable" == stable["spec"]["template"]["metadata"]["labels"]["seatrial.dev/track"]


def test_a_pod_without_a_policy_leaves_it_to_the_platform() -> None:
    """The pull policy is left out unless a scenario asks for one."""
    assert "imagePullPolicy" not in manifests.pod("trial", "server:1.0")["spec"]["containers"][0]
    assert "Always" == manifests.pod("trial", "server:1.0", policy="Always")["spec"]["containers"][0]["imagePullPolicy"]


def test_controllers_are_swapped_back() -> None:
    """Whose controllers ran before is remembered, and they are back once the fault is undone."""
    running = ["traefik"]
    controllers = SimpleNamespace(running=lambda: running[-1], swap=running.append)
    actuators, fault = _actuators(controllers=controllers), SwapController("skipper")
    memory = fault.before(actuators)
    fault.apply(actuators)
    assert ["the ingress controllers are skipper, not traefik"] == fault.remaining(actuators, memory)
    fault.undo(actuators, memory)
    assert (["traefik", "skipper", "traefik"], []) == (running, fault.remaining(actuators, memory))


def test_a_member_is_cut_off_and_connected_again() -> None:
    """The platform's own actuators do it, with the member's name."""
    done: list[str] = []
    network = SimpleNamespace(
        cut_off=lambda name: done.append(f"cut {name}"), reconnect=lambda name: done.append(f"mend {name}")
    )
    actuators, fault = _actuators(node_network=network), CutOff("node-a")
    fault.apply(actuators)
    fault.undo(actuators, fault.before(actuators))
    assert ["cut node-a", "mend node-a"] == done


def test_a_route_leads_to_its_service_by_tls_too() -> None:
    """A route of a scenario's own is for one name, and has the platform's certificate."""
    spec = manifests.route("guestbook", "microservices", "guestbook.team1.example.com")["spec"]
    assert "guestbook.team1.example.com" == spec["rules"][0]["host"]
    assert [{"hosts": ["guestbook.team1.example.com"]}] == spec["tls"]
