"""A pipeline rolls a microservice out by the account that is made for it, and can do nothing else with it."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from lightkube import Client
from lightkube.codecs import from_dict
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.apps_v1 import Deployment
from lightkube.resources.core_v1 import Namespace
from lightkube.resources.rbac_authorization_v1 import RoleBinding
from lightkube.types import PatchType

from provision.workloads import Workloads

from .conftest import tool
from .control_plane import Tools, control_plane

TASKS = Path(__file__).parents[2] / "ci" / "tasks"
OURS, ELSEWHERE = "microservices", "elsewhere"
INPUTS_OF_GIT = ("platform-head", "withdrawn")
OF_GIT = {*INPUTS_OF_GIT, "released"}
KOPS = """#!/bin/sh
[ "$1 $2" = "export kubeconfig" ] || exit 9
while [ "$1" != --kubeconfig ]; do shift; done
cp "$ADMIN" "$2"
"""


@dataclass
class Pipeline:
    """Runs the tasks of a pipeline where a worker would: in a folder with their inputs."""

    folder: Path
    environ: dict[str, str]

    def run(self, task: str, **params: str) -> subprocess.CompletedProcess[str]:
        """Run a task with the parameters that it asks for, and no others."""
        document = yaml.safe_load((TASKS / f"{task}.yml").read_text())
        asked = {name: params.get(name, value or "") for name, value in document["params"].items()}
        run = document["run"]
        return subprocess.run(
            [run["path"], *run["args"]], cwd=self.folder, env=self.environ | asked, capture_output=True, text=True,
            check=False, timeout=60,
        )  # fmt: skip

    def kubectl(self, *words: str) -> tuple[int, str]:
        """Ask as the pipeline that has been let roll out."""
        environ = self.environ | {"KUBECONFIG": "access/kubeconfig"}
        done = subprocess.run(
            ["kubectl", *words], cwd=self.folder, env=environ, capture_output=True, text=True, check=False, timeout=60
        )
        return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def admin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Say where the administrator's kubeconfig is, once the cluster is there."""
    return tmp_path_factory.mktemp("control-plane") / "kubeconfig"


@pytest.fixture(scope="module")
def ready(admin: Path, platform: Workloads) -> Iterator[Client]:
    """A cluster with the account, a microservice that runs as far as its status says, and things of others."""
    tools = Tools(tool("etcd"), tool("kube-apiserver"), tool("kube-controller-manager"))
    with control_plane(tools, admin.parent, authorization="RBAC") as client:
        _prepare(client, platform)
        yield client


def _prepare(client: Client, platform: Workloads) -> None:
    kinds = ("ServiceAccount", "Role", "RoleBinding", "Deployment")
    ours = [o for o in platform.objects("microservices") if o["kind"] in kinds]
    (msvc1,) = (o for o in ours if (o["kind"], o["metadata"]["name"]) == ("Deployment", "msvc1"))
    others = [
        {**msvc1, "metadata": {"name": "other", "namespace": ELSEWHERE}},
        *(
            {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "any", "namespace": n}}
            for n in (OURS, ELSEWHERE)
        ),
    ]
    for name in (OURS, ELSEWHERE):
        client.apply(Namespace(metadata=ObjectMeta(name=name)), field_manager="test")
    for one in (*ours, *others):
        client.apply(from_dict(one), field_manager="test")
    done = {"observedGeneration": 99, "replicas": 2, "updatedReplicas": 2, "availableReplicas": 2, "readyReplicas": 2}
    client.patch(Deployment.Status, "msvc1", {"status": done}, namespace=OURS, patch_type=PatchType.MERGE)


def _repository(folder: Path) -> None:
    """Make a repository of the manifests that say which version runs."""
    shutil.copytree(TASKS.parents[1] / "manifests" / "releases", folder / "manifests" / "releases")
    for words in ("init --quiet", "add --all", "-c user.name=a -c user.email=a@example.com commit --quiet -m first"):
        git("-C", str(folder), *words.split())


@pytest.fixture(scope="module")
def pipeline(ready: Client, kubectl: Path, admin: Path, tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    """A pipeline that has been let roll out."""
    folder = tmp_path_factory.mktemp("worker")
    for name in ("access", "version", "bin", "home"):
        (folder / name).mkdir()
    _repository(folder / "platform-head")
    (folder / "version/version").write_text("0.2.0\n")
    (folder / "bin/kubectl").symlink_to(kubectl)
    (folder / "bin/kops").write_text(KOPS)
    (folder / "bin/kops").chmod(0o755)
    made = Pipeline(folder, {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "HOME": str(folder / "home")})
    made.environ["ADMIN"] = str(admin)
    let = made.run("let-roll-out", TEAMID="team1")
    assert 0 == let.returncode, let.stderr
    del made.environ["ADMIN"]
    until = time.monotonic() + 60  # a server that has just begun learns of roles a moment after they are stored
    while any(made.kubectl(*words)[0] for words in (("auth", "whoami"), ("get", "deployment", "msvc1"))):
        assert time.monotonic() < until, made.kubectl("get", "deployment", "msvc1")
    return made


def git(*words: str) -> str:
    """Ask Git."""
    return subprocess.run(["git", *words], capture_output=True, text=True, check=True).stdout.strip()


def image_of(client: Client) -> str:
    """Return the image of the microservice's one container, as the cluster has it."""
    spec = client.get(Deployment, "msvc1", namespace=OURS).spec
    assert spec
    (container,) = spec.template.spec.containers  # type: ignore[union-attr]
    return str(container.image)


def test_a_release_is_written_into_git_and_rolled_out(pipeline: Pipeline, ready: Client) -> None:
    """One commit changes one line of the manifests, which the cluster is told; withdrawn, both are undone."""
    about = {"MICROSERVICE": "msvc1", "IMAGE": "registry.example.com/msvc1"}
    released = pipeline.run("release", **about)
    assert 0 == released.returncode, released.stderr
    changed = git("-C", str(pipeline.folder / "released"), "show", "--format=%s", "--unified=0").splitlines()
    assert "Release msvc1 0.2.0" == changed[0]
    assert ["+          image: registry.example.com/msvc1:0.2.0"] == [c for c in changed if c[0:1] == "+"][1:]
    done = pipeline.run("roll-out", **about)
    assert 0 == done.returncode, done.stderr
    assert "successfully rolled out" in done.stdout
    assert "registry.example.com/msvc1:0.2.0" == image_of(ready)
    back = pipeline.run("withdraw", **about)
    assert 0 == back.returncode, back.stderr
    assert "seatrial/microservice:0.1.0" == image_of(ready)
    was, now = (git("-C", str(pipeline.folder / name), "rev-parse", "HEAD:manifests") for name in INPUTS_OF_GIT)
    assert was == now


def test_a_release_that_stands_in_git_already(pipeline: Pipeline) -> None:
    """Nothing is committed a second time."""
    head = pipeline.folder / "platform-head"
    about = {"MICROSERVICE": "msvc2", "IMAGE": "seatrial/microservice"}
    (pipeline.folder / "version/version").write_text("0.1.0\n")
    shutil.rmtree(pipeline.folder / "released")
    assert 0 == pipeline.run("release", **about).returncode
    first = git("-C", str(head), "rev-parse", "HEAD")
    assert first == git("-C", str(pipeline.folder / "released"), "rev-parse", "HEAD")
    shutil.rmtree(pipeline.folder / "withdrawn", ignore_errors=True)
    (pipeline.folder / "withdrawn").mkdir()
    back = pipeline.run("withdraw", **about)
    assert (1, "no release of msvc2 stands in Git: nothing to take back\n") == (back.returncode, back.stderr)
    assert first == git("-C", str(pipeline.folder / "withdrawn"), "rev-parse", "HEAD")  # somebody else's, and kept


@pytest.mark.parametrize("version", ["", "1.0|e touch stolen", "1.0\n2.0", "$(id)"])
def test_what_is_no_version_is_not_released(pipeline: Pipeline, version: str) -> None:
    """Whoever may write the version of a microservice may not write the manifests."""
    (pipeline.folder / "version/version").write_text(version)
    shutil.rmtree(pipeline.folder / "released", ignore_errors=True)
    done = pipeline.run("release", MICROSERVICE="msvc1", IMAGE="registry.example.com/msvc1")
    assert (1, True) == (done.returncode, "no version" in done.stderr)
    assert not (pipeline.folder / "released").exists()


def test_what_it_is_handed(pipeline: Pipeline) -> None:
    """No administrator's kubeconfig is left, nor any certificate: a token of minutes, in a file of one's own."""
    assert {"access", "version", "bin", "home", *OF_GIT} >= {path.name for path in pipeline.folder.iterdir()}
    assert ["kubeconfig"] == [path.name for path in (pipeline.folder / "access").iterdir()]
    file = pipeline.folder / "access/kubeconfig"
    assert 0o600 == file.stat().st_mode & 0o777
    config = yaml.safe_load(file.read_text())
    (user,) = config["users"]
    assert {"token"} == set(user["user"])
    claims = subprocess.run(
        ["kubectl", "--kubeconfig", file, "auth", "whoami", "-o", "yaml"], env=pipeline.environ, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    assert "username: system:serviceaccount:microservices:roll-out" in claims.stdout


def test_what_rolls_out_has_no_keys() -> None:
    """The task that rolls out is given neither the cloud's keys nor the team's name, and does not ask kops."""
    text = (TASKS / "roll-out.yml").read_text()
    assert {"MICROSERVICE", "KUBECONFIG"} == set(yaml.safe_load(text)["params"])
    assert "kops" not in text
    (job,) = (
        j for j in yaml.safe_load((TASKS.parent / "microservice.yml").read_text())["jobs"] if j["name"] == "roll-out"
    )
    given = {step["task"]: set(step["params"]) for step in job["plan"] if "task" in step}
    assert {"MICROSERVICE"} == given["roll-out"]


@pytest.mark.parametrize(
    "words",
    [
        "get secrets --namespace microservices",
        "get secret any --namespace microservices",
        "get secret any --namespace elsewhere",
        "get secrets --all-namespaces",
        "create secret generic mine --namespace microservices",
        "get deployments --namespace elsewhere",
        "set image deployment/other msvc1=evil --namespace elsewhere",
        "get deployments --all-namespaces",
        "delete deployment msvc1 --namespace microservices",
        "scale deployment msvc1 --replicas 0 --namespace microservices",
        "create deployment mine --image evil --namespace microservices",
        "run mine --image evil --namespace microservices",
        "get pods --namespace microservices",
        "exec pod/any --namespace microservices -- true",
        "get configmaps --namespace microservices",
        "create token default --namespace microservices",
        "create token roll-out --namespace microservices",
        "create rolebinding mine --clusterrole edit --serviceaccount microservices:roll-out --namespace microservices",
        "label namespace microservices pod-security.kubernetes.io/enforce-",
        "get nodes",
        "get pods --as system:admin",
    ],
)
def test_what_it_may_not(pipeline: Pipeline, words: str) -> None:
    """Secrets, other namespaces, pods, and rights are none of its business: it is refused by the API server."""
    code, said = pipeline.kubectl(*words.split())
    assert 0 != code, said
    assert "forbidden" in said.lower(), said


def test_the_role_alone_is_what_lets_it(pipeline: Pipeline, ready: Client) -> None:
    """Without its binding it may not even roll out: nothing else gives it any right."""
    ready.delete(RoleBinding, "roll-out", namespace=OURS)
    until = time.monotonic() + 60
    while not (answer := pipeline.kubectl("get", "deployment", "msvc1"))[0]:
        assert time.monotonic() < until, answer
    code, said = pipeline.kubectl("set", "image", "deployment/msvc1", "msvc1=evil")
    assert (1, True) == (code, "forbidden" in said)
