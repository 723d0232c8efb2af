"""What a platform costs as long as it is there: what platform.yaml asks for, by a table of prices."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from provision.estate.prices import PRICES, Prices
from provision.spec import PlatformSpec
from seatrial.provisioning.planned import Bill, Cost

ROOT_TYPE, ROOTS_OF_MASTERS, ROOTS_OF_NODES = "gp3", 64, 128  # GiB: kops's own, which platform.yaml does not choose
ETCD_GIB, ETCD_VOLUMES = 20, 2  # of each master, for the cluster's state and its events
_STORE_GIB = 1  # the state of kops is some MiB, with all of its versions
_NOT_COUNTED = (
    "not counted: traffic, requests (S3, Route53, SQS), snapshots, CPU credits beyond a machine's own, taxes, discounts"
)


def bill(spec: PlatformSpec, prices: Prices, file: Path, today: dt.date) -> Bill:
    """Return what the platform costs, line by line.

    Args:
        spec: The platform's parameters.
        prices: The table.
        file: Where it stands.
        today: The day on which its age is told.
    """
    age = (today - prices.date).days
    source = f"prices of {prices.date} ({age} days old), from {file}: {prices.source}"
    notes = (f"{source}; check them before you rely on them, or name your own by {PRICES}", _NOT_COUNTED)
    return Bill(tuple(_lines(spec, prices)), prices.currency, prices.month, notes)


def gibibytes(spec: PlatformSpec) -> dict[str, int]:
    """Return how many GiB of each type of volume the platform has."""
    of_kops = spec.masters.count * (ROOTS_OF_MASTERS + ETCD_GIB * ETCD_VOLUMES) + spec.nodes.count * ROOTS_OF_NODES
    found = Counter({ROOT_TYPE: of_kops})
    found[spec.mongodb.volume.type] += spec.mongodb.members * spec.mongodb.volume.size
    return dict(found)


def _lines(spec: PlatformSpec, prices: Prices) -> Iterator[Cost]:
    here, where = prices.regions.get(spec.region), f"in {spec.region}"
    machines, volumes = (here.machines, here.volumes) if here else ({}, {})
    address, storage = (here.address, here.storage) if here else (None, None)

    def by_month(count: int, price: Decimal | None) -> Decimal | None:
        return None if price is None else count * price / prices.month

    for kind, count in _machines(spec).items():
        yield Cost(f"{count} machines {kind} {where}", _times(count, machines.get(kind)))
    for kind, size in gibibytes(spec).items():
        yield Cost(f"{size} GiB of {kind} {where}", by_month(size, volumes.get(kind)))
    addresses = spec.masters.count + spec.nodes.count
    yield Cost(f"{addresses} public IPv4 addresses {where}", _times(addresses, address))
    yield Cost(f"the bucket, at most {_STORE_GIB} GiB, {where}", by_month(_STORE_GIB, storage))
    yield Cost("the hosted zone", by_month(1, prices.everywhere.zone))
    checks, check = spec.nodes.count, prices.everywhere.health_check + prices.everywhere.fast_interval
    yield Cost(f"{checks} health checks, every ten seconds", by_month(checks, check))


def _machines(spec: PlatformSpec) -> dict[str, int]:
    found = Counter({spec.masters.type: spec.masters.count})
    found[spec.nodes.type] += spec.nodes.count
    return dict(found)


def _times(count: int, price: Decimal | None) -> Decimal | None:
    return None if price is None else count * price
