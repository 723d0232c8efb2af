"""What the provisioning gives for reports."""

from __future__ import annotations

from pathlib import Path

from lightkube.resources.core_v1 import Node, Pod

from provision.reporting import diagnosis, picture
from seatrial.provisioning.state import PlatformState


def test_stages(tmp_path: Path) -> None:
    """The standup has its finished steps in their order, with the time of each gate."""
    state = PlatformState(tmp_path, "trial")
    assert [] == picture.stages(state)
    step = {"step": "cluster", "began": 1.0, "done": True, "seconds": 2.0, "gates": {"ready": 0.5}}
    later = {**step, "step": "DNS"}
    state.write("standup", {"steps": {"10": later, "2": step, "11": {"step": "x", "began": 3.0, "done": False}}})
    assert ["cluster", "DNS"] == [stage.name for stage in picture.stages(state)]
    assert {"ready": 0.5} == picture.stages(state)[0].gates


_TOLD = (
    "architecture", "bootID", "kernelVersion", "kubeProxyVersion", "machineID", "operatingSystem", "osImage",
    "systemUUID",
)  # fmt: skip


def node(name: str, runtime: str) -> object:
    """Return a node by what it says that it runs its pods with."""
    told = dict.fromkeys(_TOLD, "") | {"kubeletVersion": "v1.36.1", "containerRuntimeVersion": runtime}
    return Node.from_dict({"metadata": {"name": name}, "status": {"nodeInfo": told}})


def pod(image: str, on: str, started: str) -> object:
    """Return a pod of one container, by its image, its node, and the id of what was started."""
    told = {"name": "a", "image": image, "imageID": "", "ready": True, "restartCount": 0, "containerID": started}
    spec = {"nodeName": on, "containers": [{"name": "a", "image": image}]}
    return Pod.from_dict({"metadata": {"name": "p"}, "spec": spec, "status": {"containerStatuses": [told]}})


def test_components_are_those_that_ran() -> None:
    """What a manifest names is no component where its node is simulated, or its container never started."""
    named, waits = pod("mongo:8", "simulated", "kwok://1"), pod("redis:1", "real", "")
    runs = pod("x/ferretdb:1", "real", "containerd://1")
    nodes = [node("simulated", "kwok://simulated"), node("real", "containerd://2.1")]
    assert {"kubelet": "v1.36.1", "image ferretdb": "1"} == picture.components(nodes, [named, waits, runs])
    assert {} == picture.components(nodes[:1], [named, waits, runs])


def test_tail(tmp_path: Path) -> None:
    """Of a log the last lines are kept, however long it is; one that is not there says so."""
    log = tmp_path / "etcd.log"
    log.write_text("".join(f"line {number}\n" for number in range(20_000)))
    kept = diagnosis.tail(log).splitlines()
    assert ["line 19880", "line 19999"] == [kept[0], kept[-1]]
    assert diagnosis.tail(tmp_path / "none.log").startswith("could not be read: ")


def test_gather() -> None:
    """A source that fails says so in its place, and keeps no other from being asked."""

    def broken() -> dict[str, object]:
        raise ConnectionError("no answer")

    found = diagnosis.gather(lambda: {"a.log": "a"}, broken, lambda: {"b.log": "b"})
    failed = {"could not be kept": "ConnectionError: no answer"}
    assert {"a.log": "a", "b.log": "b", "diagnosis-2.json": failed} == found


def test_processes_of_nothing(tmp_path: Path) -> None:
    """A platform that was never begun has no process, and a diagnosis all the same."""
    found = diagnosis.of_processes(PlatformState(tmp_path, "trial"))
    assert {"processes.json": {}, "standup.json": {}} == found
