"""The program: ``python -m provision.resolver --listen 127.0.0.1:5353 --zone-suffix team1.example.com``.

It serves the hosted zones of the account that the AWS variables (``AWS_ENDPOINT_URL``, ``AWS_REGION``, ...) name.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import sys

from provision.estate.access import AwsAccess
from provision.net.listening import may_listen
from provision.resolver.health import HealthChecks, Prober
from provision.resolver.probers import EstateProber, HttpProber
from provision.resolver.server import NameServer
from provision.resolver.source import Source
from seatrial.errors import UsageError

log = logging.getLogger(__name__)

_CHECKS_EVERY = 0.5  # seconds between two looks at which health checks there are


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    try:
        if may_listen(host) and 0 < int(port) <= 65535:  # noqa: PLR2004 - the highest port
            return host, int(port)
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"expected a private address and a port, such as 127.0.0.1:5353, got {text}")


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m provision.resolver", description=(__doc__ or "").split("\n\n")[1])
    parser.add_argument("--listen", required=True, type=_address, help="private address and port, for UDP and TCP")
    parser.add_argument("--zone-suffix", default="", help="serve only zones of this name or below it")
    parser.add_argument("--public", action="store_true", help="serve only public zones that the zone above leads to")
    parser.add_argument(
        "--probe",
        choices=("http", "estate"),
        default="estate",
        help="how health checks look: ask the target, or ask EC2 whether a running instance holds the address",
    )
    parser.add_argument(
        "--probe-network",
        action="append",
        metavar="CIDR",
        help="where targets of --probe http may be (repeatable; 127.0.0.0/8 unless given); nothing is sent elsewhere",
    )
    parser.add_argument(
        "--interval-scale", type=float, default=1.0, help="what the checks' intervals are multiplied by"
    )
    return parser.parse_args(argv)


async def _serve(arguments: argparse.Namespace) -> int:
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    access = AwsAccess(os.environ)
    source = Source(access.client("route53"), arguments.zone_suffix, public=arguments.public)
    prober: Prober
    if arguments.probe == "http":
        prober = HttpProber(arguments.probe_network or ["127.0.0.0/8"], arguments.interval_scale)
    else:
        prober = EstateProber(access.client("ec2"))
    checks = HealthChecks(prober, arguments.interval_scale)
    host, port = arguments.listen
    try:
        async with NameServer(source, checks).listening(host, port):
            follower = asyncio.create_task(_follow(source, checks, f"{host}:{port}"))
            await ended.wait()
            follower.cancel()
            checks.update({})
    except OSError as error:
        log.error("cannot listen on %s:%d: %s", host, port, error.strerror)  # noqa: TRY400 - a user's mistake
        return 1
    return 0


async def _follow(source: Source, checks: HealthChecks, address: str) -> None:
    """Keep the checks current, and say once that questions are answered."""
    ready = False
    while True:
        try:
            checks.update(await source.checks())
            if not ready and await source.zones() is not None:
                ready = True
                print(f"ready {address}", flush=True)  # noqa: T201 - what whoever started it waits for
        except Exception as error:  # noqa: BLE001 - the checks that are known go on, whatever happened
            log.warning("cannot read the health checks: %s", error)
        await asyncio.sleep(_CHECKS_EVERY)


def main(argv: list[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT.

    Args:
        argv: The command line without the program's name; ``sys.argv`` when left out.
    """
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    logging.getLogger("provision.resolver").setLevel(logging.INFO)
    try:
        return asyncio.run(_serve(_arguments(argv)))
    except UsageError as error:
        log.error("%s", error)  # noqa: TRY400 - a user's mistake
        return 2


if __name__ == "__main__":
    sys.exit(main())
