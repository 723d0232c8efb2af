"""Observers of a platform that has real containers: HTTP, the database, logs, metrics, containers."""

from provision.observers.containers import Containers, another_version
from provision.observers.forward import Forward
from provision.observers.http import Door, Http
from provision.observers.logs import Logs
from provision.observers.metrics import Metrics
from provision.observers.mongodb import MongoDb
from provision.observers.registry import Registry
from provision.observers.wiring import Ways, facts, observers

__all__ = [
    "Containers",
    "Door",
    "Forward",
    "Http",
    "Logs",
    "Metrics",
    "MongoDb",
    "Registry",
    "Ways",
    "another_version",
    "facts",
    "observers",
]
