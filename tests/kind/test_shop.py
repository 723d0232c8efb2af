"""The example of another platform on a real cluster: a small shop on plain kind, by its own provisioning."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from provision.engine import Engine
from provision.engine.host import has_cgroup_v1, raise_inotify_limits
from provision.images.archive import Image, Layer, write_archive
from provision.images.build import Builds
from provision.images.node import built_name, ensure_node
from provision.targets.kind.cluster_config import PODS, SERVICES
from provision.targets.kind.network import KindNetwork
from provision.toolchain import Toolchain
from tests.apart import WITHOUT
from tests.kind.standing import standing

pytestmark = [pytest.mark.kind, pytest.mark.slow]

SHOP = Path(__file__).parents[2] / "examples" / "shop"
PYTHON = "registry.example.com/shop/python"
TEAM = f"s{os.getpid()}"
SCENARIOS = 5
BY_THE_RUNTIME = "Nothing runs as root"
"""What containerd tells from its version 2 on; of an older one it is not provable."""
LONGEST = 900.0  # seconds, for one command


def silent(_text: str) -> None:
    pass


@pytest.fixture
def shop(engine: Engine, network: KindNetwork, tmp_path: Path) -> Iterator[Path]:
    """A copy of the example, with images that are made here; what it leaves in the engine is checked at the end."""
    if not engine.has_image(built_name()):
        pytest.skip("there is no node image yet: run `seatrial images build`")
    raise_inotify_limits()
    before = standing(engine)
    folder = tmp_path / "shop"
    shutil.copytree(SHOP, folder, ignore=shutil.ignore_patterns("__pycache__"))
    try:
        _on_this_machine(folder / "kind.yaml", ensure_node(engine, Toolchain(), silent).image)
        _image_of_python(folder)
        (folder / "bin").mkdir()
        for name, path in {**Toolchain().ensure_all(("kind", "kubectl")), "docker": Path(engine.program)}.items():
            (folder / "bin" / name).symlink_to(path)
        network.ensure()
        yield folder
    finally:
        left = engine.names("container", f"label=io.x-k8s.kind.cluster={TEAM}")
        if left:
            engine.run("rm", "--force", "--volumes", *left)
        network.remove()
    assert ([], set()) == (left, standing(engine) - before)


def _on_this_machine(file: Path, image: str) -> None:
    """Have kind take the image that is here, and a kubelet that takes what this machine's kernel has."""
    document = yaml.safe_load(file.read_text())
    document["nodes"] = [{**node, "image": image} for node in document["nodes"]]
    document["networking"] = {"podSubnet": PODS, "serviceSubnet": SERVICES}
    if has_cgroup_v1():
        kubelet = {"apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration", "failCgroupV1": False}
        document["kubeadmConfigPatches"] = [yaml.safe_dump(kubelet)]
    file.write_text(yaml.safe_dump(document))


def _image_of_python(folder: Path) -> None:
    """Write images.tar, as `docker save` would, and have the manifests name what is in it."""
    builds = Builds(Toolchain().cache)
    built = builds.make("default-backend")  # Python, and a program that is not used here
    layers = [Layer(builds.layer(digest), digest) for digest in built.layers]
    write_archive(folder / "images.tar", [Image(f"{PYTHON}:1", layers)])
    file = folder / "manifests" / "kustomization.yaml"
    document = yaml.safe_load(file.read_text())
    document["images"] = [{"name": "python", "newName": PYTHON, "newTag": "1"}]
    file.write_text(yaml.safe_dump(document))


def _seatrial(folder: Path, network: KindNetwork, engine: Engine, *args: str) -> subprocess.CompletedProcess[str]:
    ours = ("TEAMID", "SEATRIAL_TARGET", "KUBECONFIG", "PYTEST_")
    kept = {name: value for name, value in engine.environ().items() if not name.startswith(ours)}
    environ = {
        **kept,
        "PATH": f"{folder / 'bin'}{os.pathsep}{kept['PATH']}",
        "KIND_EXPERIMENTAL_PROVIDER": engine.kind,
        "KIND_EXPERIMENTAL_DOCKER_NETWORK": network.name,
        "PYTEST_ADDOPTS": " ".join(("-p", "no:cacheprovider", *WITHOUT)),
        "KUBECACHEDIR": str(folder / "kubectl"),
        "NO_COLOR": "1",
        "COLUMNS": "200",
    }
    command = [sys.executable, "-c", "from seatrial.cli import main; main()", *args, f"--team={TEAM}"]
    return subprocess.run(
        command, cwd=folder, env=environ, capture_output=True, text=True, timeout=LONGEST, check=False
    )


def test_from_nothing_to_nothing(shop: Path, network: KindNetwork, engine: Engine) -> None:
    """`up` twice changes nothing; every promise is proven; after `down` nothing of it is there."""
    if engine.kind != "docker":
        pytest.skip("the example asks Docker for its port")
    for said in ("", "; nothing had to be changed"):
        ended = _seatrial(shop, network, engine, "up")
        assert (0, True) == (ended.returncode, f"{TEAM} is up on kind{said}" in ended.stderr), ended.stderr
    ended = _seatrial(shop, network, engine, "verify", "--patience=3")
    assert 0 == ended.returncode, ended.stdout + ended.stderr
    document: dict[str, Any] = json.loads((shop / "report" / "kind" / "verdict.json").read_text())
    verdicts = {one["scenario"]: one["verdict"] for one in document["scenarios"]}
    assert verdicts.pop(BY_THE_RUNTIME) in ("proven", "not provable")
    assert ["proven"] * (SCENARIOS - 1) == list(verdicts.values()), ended.stdout
    ended = _seatrial(shop, network, engine, "down")
    assert 0 == ended.returncode, ended.stderr
    assert not (shop / ".seatrial").exists()
