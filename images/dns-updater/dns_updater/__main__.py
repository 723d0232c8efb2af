"""The program: ``python -m dns_updater``, configured by environment variables."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading

from lightkube.core.exceptions import ConfigError as KubeconfigError

from dns_updater import logs
from dns_updater.aws import route53_client
from dns_updater.checks import HealthChecks
from dns_updater.cluster import Cluster
from dns_updater.config import ConfigError, settings_from
from dns_updater.kube import connect
from dns_updater.reconciler import Reconciler
from dns_updater.zone import Zone

log = logging.getLogger("dns_updater")

_LEAST_SILENCE = 10.0  # seconds without an event after which a watch is doubted, however often the zone is looked at
_FAREWELL = 10.0  # seconds that a call in progress may still take after SIGTERM


def main() -> int:
    """Run until SIGTERM or SIGINT; 2 stands for settings that cannot be used."""
    logs.configure()
    try:
        settings = settings_from(os.environ)
        connect().close()  # a kubeconfig that cannot be used is told now: nothing is reached yet
    except (ConfigError, KubeconfigError) as error:
        for mistake in str(error).splitlines():
            log.error(mistake)  # noqa: TRY400 - a user's mistake, not a fault of the program
        return 2
    client = route53_client()
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())

    cluster = Cluster(lambda: connect(max(settings.resync, _LEAST_SILENCE)), settings)
    reconciler = Reconciler(
        lambda: cluster.snapshot() if cluster.known else None,
        Zone(client, settings),
        HealthChecks(client, settings),
        settings,
    )
    worker = threading.Thread(target=reconciler.run, name="reconciler", daemon=True)
    cluster.start(reconciler.changed)
    worker.start()
    log.info("started", extra={"data": {"team": settings.team, "zone": settings.zone or settings.zone_id}})
    ended.wait()
    reconciler.stop()
    worker.join(_FAREWELL)
    log.info("stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
