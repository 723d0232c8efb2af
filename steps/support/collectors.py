"""The collectors of logs and metrics, one on every member of the cluster."""

from __future__ import annotations

import re
from typing import Any

from lightkube.resources.core_v1 import ConfigMap, Pod

from seatrial.checks.expectations import Rows
from seatrial.observers.cluster import Cluster
from steps.support import nodes
from steps.support.instruments import Logs
from steps.support.workloads import NAME, of_name, readiness

_ACTION = re.compile(r'server="([^"]+)"\s+serverport="([^"]+)"')
COLLECTORS = {"logs": "fluentd", "metrics": "telegraf"}


def collectors(cluster: Cluster, of: str) -> Rows:
    """Return every member of the cluster with its collector of ``logs`` or ``metrics``: ready, not ready or missing."""
    return {member: {"collector": _state(_on(cluster, COLLECTORS[of], member))} for member in nodes.members(cluster)}


def collector_on(cluster: Cluster, of: str, member: str) -> Any:
    """Return the collector's pod on *member*.

    Raises:
        LookupError: If there is none.
    """
    pods = _on(cluster, COLLECTORS[of], member)
    if not pods:
        raise LookupError(f"no collector of {of} on {member}")
    return pods[0]


def reading(cluster: Cluster, of: str) -> Rows:
    """Give, for each container of the collectors, the folders of its node that it reads."""
    return {
        f"{w.metadata.name}/{c.name}": {"reads": _folders(w.spec.template.spec, c)}
        for w in of_name(cluster, COLLECTORS[of])
        for c in w.spec.template.spec.containers
    }


def sending(cluster: Cluster, of: str) -> Rows:
    """Give, for each container of the collectors, where it is told to send: by environment or configuration."""
    named = COLLECTORS[of]
    written: list[Any] = list(cluster.all(ConfigMap, labels={NAME: named}))
    by_file = {at for m in written for text in (m.data or {}).values() for at in _told_by(text)}
    return {
        f"{w.metadata.name}/{c.name}": {"sends_to": _told(c) or by_file}
        for w in of_name(cluster, named)
        for c in w.spec.template.spec.containers
    }


def lines(logs: Logs, written: dict[str, str], of: str) -> Rows:
    """Give, for each ``pod`` or ``node`` that has *written* a line, the line as it is found with its name."""
    return {
        writer: {"line": line if any(row[of] == writer for row in logs.find(line).values()) else "not found"}
        for writer, line in written.items()
    }


def _told(container: Any) -> set[str]:
    told = {e.name: e.value for e in container.env or []}
    host = told.get("FLUENT_ELASTICSEARCH_HOST")
    return {f"{host}:{told.get('FLUENT_ELASTICSEARCH_PORT')}"} if host else set()


def _told_by(text: str) -> set[str]:
    """Return where a configuration of rsyslog sends to."""
    return {f"{host}:{port}" for host, port in _ACTION.findall(text)}


def _folders(spec: Any, container: Any) -> set[str]:
    folders = {v.name: v.hostPath.path for v in spec.volumes or [] if v.hostPath}
    return {folders[m.name] for m in container.volumeMounts or [] if m.name in folders}


def _on(cluster: Cluster, name: str, member: str) -> list[Any]:
    pods: list[Any] = list(cluster.all(Pod, labels={NAME: name}))
    return sorted((p for p in pods if p.spec.nodeName == member), key=lambda p: not readiness(p))


def _state(pods: list[Any]) -> str:
    if not pods:
        return "missing"
    return "ready" if readiness(pods[0]) else "not ready"
