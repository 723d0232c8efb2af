"""The manifest and the commands of docs/scale.md: all shards are named, once, and counted as they are here."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import yaml
from lightkube.models.batch_v1 import Job

from seatrial.kube import kubeconfig
from seatrial.scenarios.sharding import Shard, read

from .commands import ROOT

_BLOCK = re.compile(r"```yaml\n(.*?)```", re.DOTALL)


def _documents() -> list[dict[str, Any]]:
    text = (ROOT / "docs" / "scale.md").read_text("utf-8")
    return [one for block in _BLOCK.findall(text) for one in yaml.safe_load_all(block)]


def _job() -> Any:
    return Job.from_dict(next(one for one in _documents() if one.get("kind") == "Job"))


def test_the_job_has_every_shard(tmp_path: Path) -> None:
    """Each pod judges another of as many shards as there are pods, into a folder of its own."""
    job = _job()
    stand_in = tmp_path / "seatrial"
    stand_in.write_text('#!/bin/sh\necho "$@"\n')
    stand_in.chmod(0o700)
    said = []
    for index in range(job.spec.completions):
        environ = {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "JOB_COMPLETION_INDEX": str(index)}
        command = job.spec.template.spec.containers[0].command
        said.append(subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout.split())
    assert ("Indexed", job.spec.completions) == (job.spec.completionMode, job.spec.parallelism)
    assert [Shard(number, len(said)) for number in range(1, len(said) + 1)] == [read(words[2]) for words in said]
    assert len(said) == len({words[4] for words in said})
    assert {("verify", "--shard", "--report")} == {(words[0], words[1], words[3]) for words in said}


def test_the_job_knows_the_way(tmp_path: Path) -> None:
    """Its kubeconfig is one, and leads to the cluster that it runs in by the token of its account."""
    way = next(one for one in _documents() if one.get("kind") == "ConfigMap")
    file = tmp_path / "kubeconfig"
    account = tmp_path / "account"
    account.mkdir()
    for name in ("ca.crt", "token"):
        (account / name).write_text("x")
    file.write_text(way["data"]["kubeconfig"].replace("/var/run/secrets/kubernetes.io/serviceaccount", str(account)))
    assert "https://kubernetes.default.svc" == kubeconfig.load([file]).cluster.server
    (mount,) = [m for m in _job().spec.template.spec.containers[0].volumeMounts if m.name == "way"]
    (variable,) = _job().spec.template.spec.containers[0].env
    assert f"{mount.mountPath}/kubeconfig" == variable.value
    (volume,) = [v for v in _job().spec.template.spec.volumes if v.name == "way"]
    assert way["metadata"]["name"] == volume.configMap.name


def test_the_workflow_has_every_shard() -> None:
    """The matrix has as many shards as each of them says that there are, and a merge of them all comes after."""
    jobs = next(one for one in _documents() if "jobs" in one)["jobs"]
    numbers = jobs["verify"]["strategy"]["matrix"]["shard"]
    command = next(step["run"] for step in jobs["verify"]["steps"] if "run" in step)
    assert f"--shard ${{{{ matrix.shard }}}}/{len(numbers)} " in command
    assert list(range(1, len(numbers) + 1)) == numbers
    assert ["seatrial report --merge shards/*"] == [s["run"] for s in jobs["judge"]["steps"] if "run" in s]
