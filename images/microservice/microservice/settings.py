"""The settings, read from environment variables."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass

from microservice import __version__


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of one instance.

    Attributes:
        port: Where it listens.
        service: Its service's name.
        mongodb: The address of the database, with its name.
        influxdb: The address of the store of metrics; empty for none.
        metrics_database: The database of the metrics.
        metrics_seconds: Seconds between two sendings.
        drain_seconds: Seconds for which it goes on serving once it was asked to end.
        pod: The instance's name.
        node: The name of the machine that it runs on; empty when nobody says.
    """

    port: int
    service: str
    mongodb: str
    influxdb: str
    metrics_database: str
    metrics_seconds: float
    drain_seconds: float
    pod: str
    node: str

    @property
    def instance(self) -> dict[str, str]:
        """Say which instance this is."""
        return {"service": self.service, "version": __version__, "pod": self.pod, "node": self.node}


def settings_from(env: Mapping[str, str]) -> Settings:
    """Read the settings from the environment *env*.

    Raises:
        ValueError: If a number is none; the message names the variable.
    """
    return Settings(
        port=int(_number(env, "PORT", 8899)),
        service=env.get("SERVICE_NAME") or "microservice",
        mongodb=env.get("MONGODB_URI") or "mongodb://127.0.0.1:27017/microservice",
        influxdb=(env.get("INFLUXDB_URL") or "").rstrip("/"),
        metrics_database=env.get("INFLUXDB_DATABASE") or "metrics",
        metrics_seconds=_number(env, "METRICS_SECONDS", 10),
        drain_seconds=_number(env, "DRAIN_SECONDS", 2),
        pod=env.get("POD_NAME") or socket.gethostname(),
        node=env.get("NODE_NAME") or "",
    )


def _number(env: Mapping[str, str], name: str, default: float) -> float:
    text = env.get(name) or str(default)
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if value < 0:
        raise ValueError(f"{name}: expected a number that is not negative, got {text!r}")
    return value
