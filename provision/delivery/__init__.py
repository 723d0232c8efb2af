"""A server of pipelines beside a platform: its containers, its users and keys, its repositories, and its API."""

from provision.delivery.access import Access
from provision.delivery.atc import Atc, AtcError
from provision.delivery.server import PipelinesServer, Places

__all__ = ["Access", "Atc", "AtcError", "PipelinesServer", "Places"]
