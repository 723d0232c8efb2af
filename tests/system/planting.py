"""Secrets planted in a platform that stands, in a workload of which a scenario fails; and a search for them."""

from __future__ import annotations

import base64
import html
import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from .sandbox import Sandbox

ROOM = "backing"
"""The logs of its containers are kept as evidence, where there are containers."""
FEATURE = f"""
Feature: Planted
  Scenario: It fails
    Then "planted" runs in the namespace "{ROOM}" with 3 ready pods
"""
_VALUE, _INNER, _SHORT = 'planted-S3cret/"a<b>&+1', "planted-inner-value-7", "pl4nt!"
_LINE = "plantedMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ"
_KEY = f"-----BEGIN PRIVATE KEY-----\n{_LINE}\n-----END PRIVATE KEY-----\n"
_NAMED = {
    "DB_PASSWORD": "planted-literal-value",
    "DATABASE_URL": "https://somebody:planted-in-a-url@db.example.com/things",
}
_SAID = """
for name in /planted/*; do cat $name; echo; base64 -w 0 $name; echo; od -An -v -tx1 $name | tr -d ' \\n'; echo; done
echo "I log in with password=$DB_PASSWORD at $DATABASE_URL"
echo "token is $(cat /var/run/secrets/kubernetes.io/serviceaccount/token)"; echo planted all; sleep 3600
"""


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
    meta = {"name": "planted", "namespace": ROOM}
    labels = {"app.kubernetes.io/name": "planted"}
    settings = json.dumps({"deep": {"key": _INNER}})
    data = {"password": _VALUE, "short": _SHORT, "settings.json": settings, "tls.key": _KEY}
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
        "spec": {
            "containers": [container],
            "volumes": [{"name": "planted", "secret": {"secretName": "planted"}}],
            "automountServiceAccountToken": True,
            "terminationGracePeriodSeconds": 1,
        },
    }
    spec = {"replicas": 1, "selector": {"matchLabels": labels}, "template": pod}
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": meta, "stringData": data}
    workload = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {**meta, "annotations": notes}, "spec": spec}
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": [secret, workload]})


def fail(sandbox: Sandbox, team: str, target: str, kubectl: Path, image: str) -> str:
    """Plant them in a platform that is up, and have a scenario fail on their workload; return what commands said."""
    reach = _reach(sandbox, team, kubectl)
    subprocess.run([*reach, "apply", "-f", "-"], input=objects(image), text=True, check=True, capture_output=True)
    wait = ("rollout", "status", "deployment/planted", "--timeout=120s")
    subprocess.run([*reach, *wait], check=True, capture_output=True)
    feature = sandbox.root / "features" / "planted.feature"
    feature.write_text(FEATURE)
    code, said = sandbox.run("verify", f"--team={team}", f"--target={target}", "features/planted.feature")
    feature.unlink()
    assert 1 == code, said
    assert {"features/planted.feature::It fails": "failed"} == sandbox.verdicts(target=target)
    return said + "".join(sandbox.run(*more, f"--team={team}")[1] for more in (("status", "--json"), ("drift",)))


def logged(sandbox: Sandbox, team: str, kubectl: Path) -> str:
    """See that the workload's container has written all of them into its log; return the token that it wrote there."""
    command = [*_reach(sandbox, team, kubectl), "logs", "deployment/planted"]
    log = subprocess.run(command, text=True, check=True, capture_output=True).stdout
    assert [] == [one for one in (_VALUE, _INNER, _SHORT, _LINE, *_NAMED.values(), "planted all") if one not in log]
    return log.partition("token is ")[2].split()[0]


def found(sandbox: Sandbox, said: str, *more: str) -> list[str]:
    """Say which secrets, *more* among them, stand where, in all that was written and said; evidence has to be there."""
    files = [file for file in (sandbox.root / "report").rglob("*") if file.is_file()]
    texts = {file.relative_to(sandbox.root).as_posix(): file.read_text("utf-8", "replace") for file in files}
    assert any("example.com/note-0" in text for text in texts.values()), "no evidence has the workload"
    named = {
        "planted-literal-value",
        "planted-in-a-url",
        "planted-annotation",
        "planted-argument",
        "planted-in-one-word",
        *more,
    }
    secrets = {written: _VALUE for value in (_VALUE, _INNER, _SHORT, _LINE) for written in encodings(value)}
    secrets |= dict.fromkeys(named, "named")
    return sorted(
        f"{place}: {secret}"
        for place, text in {**texts, "what was said": said}.items()
        for secret in secrets
        if secret in text
    )


def _reach(sandbox: Sandbox, team: str, kubectl: Path) -> Sequence[str]:
    code, said = sandbox.run("kubeconfig", f"--team={team}")
    assert 0 == code, said
    return (str(kubectl), f"--kubeconfig={said.strip().splitlines()[-1]}", f"--namespace={ROOM}")
