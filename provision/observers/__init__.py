"""Observers of a platform that has real containers: HTTP, the database, logs, metrics, containers."""

from provision.observers.concourse import Concourse
from provision.observers.containers import Containers
from provision.observers.forward import Forward
from provision.observers.hosts import Hosts, Way
from provision.observers.http import Http
from provision.observers.logs import Logs
from provision.observers.members import Members
from provision.observers.metrics import Metrics
from provision.observers.mongodb import MongoDb
from provision.observers.policies import Policies
from provision.observers.tools import Tools
from provision.observers.visits import Door, Reply, Visits
from provision.observers.wiring import Had, Ways, as_true_as, cannot_be_had, database, observers, stand_ins

__all__ = [
    "Concourse",
    "Containers",
    "Door",
    "Forward",
    "Had",
    "Hosts",
    "Http",
    "Logs",
    "Members",
    "Metrics",
    "MongoDb",
    "Policies",
    "Reply",
    "Tools",
    "Visits",
    "Way",
    "Ways",
    "as_true_as",
    "cannot_be_had",
    "database",
    "observers",
    "stand_ins",
]
