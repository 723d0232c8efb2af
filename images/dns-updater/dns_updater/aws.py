"""The Route53 client: paced, patient for a moment, and configured by the usual AWS variables."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from dns_updater.pace import Pace

if TYPE_CHECKING:
    from mypy_boto3_route53 import Route53Client

log = logging.getLogger(__name__)

REFUSED = frozenset({"InvalidChangeBatch", "InvalidInput"})
"""Error codes by which Route53 says that what it was asked for is wrong, so that asking again is of no use."""


def route53_client(pace: Pace | None = None) -> Route53Client:
    """Make a client whose every request, also a repeated one, waits for its turn in *pace*.

    botocore itself repeats a call that was throttled (``Throttling``, ``PriorRequestNotComplete``) or got no answer,
    with growing pauses and jitter; what still fails then is the reconciler's to repeat.
    """
    config = Config(retries={"mode": "standard", "total_max_attempts": 4}, connect_timeout=3, read_timeout=10)
    client = boto3.client("route53", config=config)
    turn = pace or Pace()

    def wait(**_: object) -> None:
        turn.take()

    client.meta.events.register("before-send.route53", wait)
    return client
