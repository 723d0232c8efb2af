"""Exec plugins of kubeconfigs: run once to see that they give a credential, and again when that is refused."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from typing import Any

import msgspec
from lightkube.config.models import NameValue, User

from seatrial.errors import UsageError

_GROUP = "client.authentication.k8s.io"
_VERSIONS = (f"{_GROUP}/v1", f"{_GROUP}/v1beta1")
_TAKEN = f"{_GROUP}/v1beta1"  # the newest that lightkube knows by name; all versions are alike in what it uses of them
_SECONDS = 30.0


def prepared(user: User, cluster: Mapping[str, Any], plugin: Mapping[str, Any] | None, where: str) -> User:
    """Return *user* as lightkube can use it: with the plugin's certificate, or with a plugin that gives tokens.

    Raises:
        UsageError: If the plugin is not there, fails, or gives no credential; the message says what it said.
    """
    if user.exec is None or plugin is None:
        return user
    command, version = user.exec.command, user.exec.apiVersion
    if version not in _VERSIONS:
        raise UsageError(f"{where}: exec {command}: apiVersion {version}: expected {' or '.join(_VERSIONS)}")
    if plugin.get("interactiveMode") == "Always":
        raise UsageError(f"{where}: exec {command}: it has to ask a person (interactiveMode: Always), which cannot be")
    if shutil.which(command) is None:
        hint = f" {user.exec.installHint.strip()}" if user.exec.installHint else " Install it, or correct the path"
        raise UsageError(f"{where}: exec {command}: no such program.{hint}")
    about = {"kind": "ExecCredential", "apiVersion": version, "spec": {"interactive": False}}
    if plugin.get("provideClusterInfo"):
        about["spec"] = {"interactive": False, "cluster": dict(cluster)}
    told = NameValue("KUBERNETES_EXEC_INFO", json.dumps(about))
    runs = msgspec.structs.replace(user.exec, apiVersion=_TAKEN, env=[*(user.exec.env or []), told])
    status = _run([command, *(runs.args or [])], {one.name: one.value for one in runs.env or []}, where)
    if status.get("token"):
        return msgspec.structs.replace(user, exec=runs)
    if status.get("clientCertificateData") and status.get("clientKeyData"):
        cert, key = (_base64(str(status[name])) for name in ("clientCertificateData", "clientKeyData"))
        return msgspec.structs.replace(user, exec=None, client_cert_data=cert, client_key_data=key)
    raise UsageError(f"{where}: exec {command}: it gave neither a token nor a certificate")


def _run(command: list[str], environment: Mapping[str, str], where: str) -> Mapping[str, Any]:
    try:
        done = subprocess.run(
            command,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=_SECONDS,
        )
    except OSError as error:
        raise UsageError(f"{where}: exec {command[0]}: cannot be run: {error.strerror}") from error
    except subprocess.TimeoutExpired as error:
        raise UsageError(f"{where}: exec {command[0]}: no answer within {_SECONDS:g} s") from error
    if done.returncode:
        said = " ".join(done.stderr.split())[-300:] or "it said nothing"
        raise UsageError(f"{where}: exec {command[0]}: it ended with {done.returncode}: {said}")
    try:
        status = json.loads(done.stdout)["status"]
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{where}: exec {command[0]}: what it wrote is no ExecCredential") from error
    return status if isinstance(status, dict) else {}


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
