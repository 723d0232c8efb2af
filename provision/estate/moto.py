"""How the moto server is started and known to answer; the process itself is `provision.estate.moto_server`."""

from __future__ import annotations

import hmac
import secrets
import sys
import urllib.error
import urllib.request

from provision.estate.gate import READY, proof
from provision.estate.keys import Keys
from provision.estate.session import NO_FILES

_LONGEST = 200  # bytes of an answer


def moto_argv(host: str, port: int, calls: str = "", world: str = "", faults: str = "") -> list[str]:
    """Return the command line of a moto server that listens on the loopback address *host* and on *port*.

    The range *world* plays the public addresses: machines are given theirs from it, and health checks look at no other.

    It must run with this project importable, in its root or with the project installed, and with the variables of
    `Keys.environment`: the keys that it lets in. What it is asked for goes into the file *calls*, if one is named;
    what it does amiss stands in the file *faults* (`provision.estate.faults`).
    """
    argv = [sys.executable, "-m", "provision.estate.moto_server", "--host", host, "--port", str(port)]
    options = {"--calls": calls, "--world": world, "--faults": faults}
    return [*argv, *(part for option in options.items() if option[1] for part in option)]


def moto_environment(endpoint: str, region: str, keys: Keys) -> dict[str, str]:
    """Return the variables by which boto3 and kops reach the moto server at *endpoint*, and by which it knows them."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        **keys.environment(),
        "AWS_EC2_METADATA_DISABLED": "true",
        **NO_FILES,
    }


def ready(endpoint: str, keys: Keys, timeout: float = 1.0) -> bool:
    """Say whether the moto server of these keys, and no other one, answers at *endpoint* within *timeout* seconds."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # loopback is never behind a proxy
    nonce = secrets.token_hex(16)
    try:
        with direct.open(f"{endpoint}{READY}?nonce={nonce}", timeout=timeout) as answer:
            return hmac.compare_digest(answer.read(_LONGEST), proof(keys, nonce).encode())
    except (urllib.error.URLError, OSError):
        return False
