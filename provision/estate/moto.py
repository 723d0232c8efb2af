"""How the moto server is started and known to answer; the process itself is `provision.estate.moto_server`."""

from __future__ import annotations

import sys
import urllib.error
import urllib.request

from provision.estate.session import NO_FILES

_STATUS = "/moto-api/"


def moto_argv(host: str, port: int) -> list[str]:
    """Return the command line of a moto server that listens on the loopback address *host* and on *port*.

    It must run with this project importable: in its root, or with the project installed.
    """
    return [sys.executable, "-m", "provision.estate.moto_server", "--host", host, "--port", str(port)]


def moto_environment(endpoint: str, region: str) -> dict[str, str]:
    """Return the variables by which boto3 and kops reach the moto server at *endpoint*; its keys mean nothing."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_ACCESS_KEY_ID": "simulated",
        "AWS_SECRET_ACCESS_KEY": "simulated",
        "AWS_EC2_METADATA_DISABLED": "true",
        **NO_FILES,
    }


def ready(endpoint: str, timeout: float = 1.0) -> bool:
    """Return whether the moto server at *endpoint* answers within *timeout* seconds."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # loopback is never behind a proxy
    try:
        with direct.open(f"{endpoint}{_STATUS}", timeout=timeout) as answer:
            return bool(answer.status == 200)  # noqa: PLR2004
    except (urllib.error.URLError, OSError):
        return False
