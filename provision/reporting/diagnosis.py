"""What helps to find out what is wrong with a platform, in whatever state it is: kept as evidence by the harness."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx2
from lightkube import Client
from lightkube.core.exceptions import ApiError
from lightkube.resources.core_v1 import Event, Pod, Secret, Service

from provision.targets.base.parts import Parts
from seatrial.checks.observer import Fidelity, Recorder
from seatrial.observers.dns import Dns
from seatrial.provisioning.processes import ProcessTable
from seatrial.provisioning.state import PlatformState

_LOG_BYTES, _LOG_LINES, _CONTAINER_LINES = 65_536, 120, 60
_AT_ONCE, _SECONDS, _ANSWER_SECONDS = 8, 10.0, 1.0
_NAMESPACES = ("microservices", "backing", "ingress", "dns")


def of_platform(parts: Parts, *, containers: bool) -> dict[str, object]:
    """Return logs, events, DNS answers and the estate, as far as they can be had; nothing where nothing was begun.

    Args:
        parts: The platform's parts.
        containers: Whether its containers are real, and so have logs.
    """
    if not parts.state.exists():
        return {}
    return gather(
        lambda: of_processes(parts.state),
        lambda: of_cluster(parts.kube, containers=containers),
        lambda: of_names(parts),
        lambda: {"estate.json": parts.estate.inventory()},
    )


def of_processes(state: PlatformState) -> dict[str, object]:
    """Return the last lines of what every process of the platform has logged, and which of them runs."""
    found: dict[str, object] = {}
    running = {}
    for process in ProcessTable(state).list():
        running[process.name] = process.pid or "not running"
        found[f"logs/{process.name}.log"] = tail(process.log)
    return {"processes.json": running, "standup.json": state.read("standup") or {}} | found


def of_cluster(kube: Callable[[], Client], *, containers: bool) -> dict[str, object]:
    """Return pods that are not ready, events, and, where there are real *containers*, what each has logged last."""
    client: Any = kube()
    pods = list(client.list(Pod, namespace="*"))
    events = sorted(client.list(Event, namespace="*"), key=lambda e: str(e.lastTimestamp or e.eventTime or ""))
    told = [
        f"{e.lastTimestamp} {e.type} {e.reason} {e.involvedObject.kind} {e.involvedObject.namespace}/"
        f"{e.involvedObject.name}: {e.message}"
        for e in events[-200:]
    ]
    found: dict[str, object] = {"events.log": "\n".join(told) + "\n"}
    if containers:
        found |= _container_logs(client, [p for p in pods if p.metadata.namespace in _NAMESPACES])
    return found


def of_names(parts: Parts) -> dict[str, object]:
    """Return what the platform's name server answers for the name of each service now."""
    client: Any = parts.kube()
    services = sorted({service.metadata.name for service in client.list(Service, namespace="*")})
    host, port = parts.resolver
    # What is asked for a diagnosis is nothing that a scenario has touched: a recorder of its own.
    dns = Dns(host, port, fidelity=Fidelity.SIMULATED, timeout=_ANSWER_SECONDS, recorder=Recorder())
    answers: dict[str, str] = {}
    for name in (f"{service}.{parts.spec.zone_name(parts.team)}" for service in services):
        try:
            answer = dns.resolve(name)
        except OSError as error:
            return {"dns-answers.json": answers | {name: f"no answer: {error}"}}
        answers[name] = f"{answer.rcode} TTL {answer.ttl} {' '.join(sorted(answer.values))}"
    return {"dns-answers.json": answers}


def secrets(kube: Callable[[], Client], folder: Path) -> list[str]:
    """Return the values of every Secret in the cluster, and the keys that lie in the platform's own *folder*."""
    client: Any = kube()
    found = []
    for secret in client.list(Secret, namespace="*"):
        for value in (secret.data or {}).values():
            found.append(value)
            try:
                found += [line for line in base64.b64decode(value).decode().splitlines() if line]
            except ValueError:  # not text: in base64 it is hidden all the same
                continue
    keys = [line for file in folder.rglob("*.key") for line in file.read_text("utf-8", "replace").splitlines()]
    for record in (
        "aws-keys.json",
        "guest-keys.json",
        "updater-keys.json",
        "mark.json",
    ):  # what this cloud's requests are signed with; what marks processes
        with suppress(OSError, ValueError, KeyError):
            keys.append(str(json.loads((folder / record).read_text("utf-8"))["secret"]))
    with suppress(OSError, ValueError, AttributeError):  # where a server of pipelines stands beside it
        keys += json.loads((folder / "delivery-access.json").read_text("utf-8")).values()
    return [value for value in found + keys if not value.startswith("-----")]


def gather(*sources: Callable[[], Mapping[str, object]]) -> dict[str, object]:
    """Put together what each of *sources* gives; one that fails says so in its place."""
    found: dict[str, object] = {}
    for number, source in enumerate(sources, 1):
        try:
            found |= source()
        except Exception as error:  # noqa: BLE001 - a platform that is broken is what this is for
            found[f"diagnosis-{number}.json"] = {"could not be kept": f"{type(error).__name__}: {error}"}
    return found


def tail(file: Path) -> str:
    """Return the last lines of a log."""
    try:
        with file.open("rb") as log:
            log.seek(0, 2)
            log.seek(max(log.tell() - _LOG_BYTES, 0))
            lines = log.read().decode("utf-8", "replace").splitlines()
    except OSError as error:
        return f"could not be read: {error}\n"
    return "\n".join(lines[-_LOG_LINES:]) + "\n"


def _container_logs(client: Any, pods: Sequence[Any]) -> dict[str, object]:
    ends = time.monotonic() + _SECONDS
    wanted = [(p.metadata.namespace, p.metadata.name, c.name) for p in pods for c in p.spec.containers]

    def read(one: tuple[str, str, str]) -> str:
        namespace, pod, container = one
        if time.monotonic() > ends:
            return "not read: there was no time left\n"
        try:
            lines = client.log(pod, namespace=namespace, container=container, tail_lines=_CONTAINER_LINES)
            return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)
        except (ApiError, httpx2.HTTPError) as error:
            return f"could not be read: {error}\n"

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        texts = pool.map(read, wanted)
        return {f"containers/{n}/{pod}-{c}.log": text for (n, pod, c), text in zip(wanted, texts, strict=True)}
