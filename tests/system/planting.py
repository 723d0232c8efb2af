"""Secrets planted in a platform that stands, in a workload of which a scenario fails; and a search for them."""

from __future__ import annotations

import base64
import html
import json
import subprocess
from pathlib import Path
from urllib.parse import quote

from .sandbox import Sandbox

FEATURE = """
Feature: Planted
  Scenario: It fails
    Then "planted" runs in the namespace "default" with 3 ready pods
"""
_VALUE, _INNER, _SHORT = 'planted-S3cret/"a<b>&+1', "planted-inner-value-7", "pl4nt!"
_NAMED = {
    "DB_PASSWORD": "planted-literal-value",
    "DATABASE_URL": "https://somebody:planted-in-a-url@db.example.com/things",
}
_SAID = 'echo "$DB_PASSWORD"; cat /planted/*; sleep 3600'


def encodings(value: str) -> set[str]:
    """Return a secret as it may be written: plain, in JSON, in a URL, in base64, in hex, in HTML."""
    raw = value.encode()
    in_json = json.dumps(value)[1:-1]
    return {
        value,
        in_json,
        in_json.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"),
        quote(value, safe=""),
        base64.b64encode(raw).decode(),
        raw.hex(),
        html.escape(value),
    }


def objects(image: str) -> str:
    """Return a Secret, and a workload that has it and others wherever one is written down."""
    meta = {"name": "planted", "namespace": "default"}
    labels = {"app.kubernetes.io/name": "planted"}
    data = {"password": _VALUE, "short": _SHORT, "settings.json": json.dumps({"deep": {"key": _INNER}})}
    notes = {f"example.com/note-{n}": f"it is {text} today" for n, text in enumerate(sorted(encodings(_VALUE)))}
    notes |= {"example.com/api-key": "planted-annotation", "example.com/inner": _INNER, "example.com/short": _SHORT}
    container = {
        "name": "planted",
        "image": image,
        "command": ["sh", "-c", _SAID, "sh", "--token", "planted-argument", "--password=planted-in-one-word"],
        "env": [{"name": name, "value": value} for name, value in _NAMED.items()],
        "volumeMounts": [{"name": "planted", "mountPath": "/planted"}],
    }
    pod = {
        "metadata": {"labels": labels, "annotations": notes},
        "spec": {"containers": [container], "volumes": [{"name": "planted", "secret": {"secretName": "planted"}}]},
    }
    spec = {"replicas": 1, "selector": {"matchLabels": labels}, "template": pod}
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": meta, "stringData": data}
    workload = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {**meta, "annotations": notes}, "spec": spec}
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": [secret, workload]})


def fail(sandbox: Sandbox, team: str, target: str, kubectl: Path, image: str) -> str:
    """Plant them in a platform that is up, and have a scenario fail on their workload; return what was said."""
    code, said = sandbox.run("kubeconfig", f"--team={team}")
    assert 0 == code, said
    reach = [str(kubectl), f"--kubeconfig={said.strip().splitlines()[-1]}"]
    subprocess.run([*reach, "apply", "-f", "-"], input=objects(image), text=True, check=True, capture_output=True)
    wait = ("rollout", "status", "deployment/planted", "--timeout=120s")
    subprocess.run([*reach, *wait], check=True, capture_output=True)
    feature = sandbox.root / "features" / "planted.feature"
    feature.write_text(FEATURE)
    arguments = ("verify", f"--team={team}", f"--target={target}", "features/planted.feature")
    code, said = sandbox.run(*arguments)
    feature.unlink()
    assert 1 == code, said
    assert {"features/planted.feature::It fails": "failed"} == sandbox.verdicts(target=target)
    return said


def found(sandbox: Sandbox, said: str) -> list[str]:
    """Say which secrets stand where, in all that was written and said, and that evidence of the workload was kept."""
    files = [file for file in (sandbox.root / "report").rglob("*") if file.is_file()]
    texts = {file.relative_to(sandbox.root).as_posix(): file.read_text("utf-8", "replace") for file in files}
    assert any("example.com/note-0" in text for text in texts.values()), "no evidence has the workload"
    named = {
        "planted-literal-value",
        "planted-in-a-url",
        "planted-annotation",
        "planted-argument",
        "planted-in-one-word",
    }
    secrets = {written: _VALUE for value in (_VALUE, _INNER, _SHORT) for written in encodings(value)}
    secrets |= dict.fromkeys(named, "named")
    return sorted(
        f"{place}: {secret}"
        for place, text in {**texts, "what was said": said}.items()
        for secret in secrets
        if secret in text
    )
