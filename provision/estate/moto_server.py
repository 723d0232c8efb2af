"""A moto server as a process of its own: ``python -m provision.estate.moto_server --host 127.0.0.1 --port 5000``.

It serves moto's own application to whoever signs with the keys in its environment, and to everybody the few files that
kops asks its download site for. No machine ever boots on moto, so kops needs only the hashes of those files, never the
files themselves.
"""

from __future__ import annotations

import argparse
import hashlib
import ipaddress
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from types import FrameType
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from moto.s3.models import s3_backends
from werkzeug.serving import make_server

from provision.estate import moto_capacity
from provision.estate.access import ASSETS
from provision.estate.calls import Call
from provision.estate.faults import Faults
from provision.estate.gate import Gate, Others
from provision.estate.guest import GUEST_PREFIX, Guest
from provision.estate.keys import given
from provision.estate.moto_gaps import close_gaps
from provision.estate.moto_world import be_the_world
from provision.estate.others import Several, Users
from provision.net.listening import may_listen


def with_assets(application: WSGIApplication) -> WSGIApplication:
    """Return *application* with the hashes of kops's assets served under ``/kops-assets``."""

    def serve(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if not path.startswith(f"{ASSETS}/"):
            return application(environ, start_response)
        if not path.endswith(".sha256"):
            start_response("404 Not Found", [("Content-Length", "0")])
            return []
        # A hash of the path: constant from run to run, so that a second run of kops sees no change.
        body = hashlib.sha256(path.encode()).hexdigest().encode()
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
        return [body]

    return serve


def _others() -> Others:
    """Return who may ask beside the holder of the platform's keys."""
    guest = _guest()
    return Several([Users(), *([guest] if guest else [])])


def _guest() -> Guest | None:
    """Return the account's guest, if the environment has her keys, with the policies of moto's own buckets."""
    keys = given(os.environ, GUEST_PREFIX)
    buckets = s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets

    def policy_of(bucket: str) -> str:
        found = buckets.get(bucket)
        return found.policy.decode() if found is not None and found.policy else ""

    return Guest(keys, f"arn:aws:iam::{DEFAULT_ACCOUNT_ID}:user/guest", policy_of) if keys else None


def _noting(file: Path) -> Callable[[str, Call], None]:
    """Return what notes each call once, in a line of *file*: the key's id, the action, the resource."""
    noted: set[tuple[str, Call]] = set()
    lock = threading.Lock()

    def note(key_id: str, call: Call) -> None:
        with lock:
            if (key_id, call) not in noted:
                noted.add((key_id, call))
                with file.open("a", encoding="utf-8") as lines:
                    lines.write(f"{key_id} {call.action} {call.resource}\n")

    return note


def _stop(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def main(argv: list[str] | None = None) -> None:
    """Serve moto until SIGTERM or SIGINT.

    Args:
        argv: The command line without the program's name; ``sys.argv`` when left out.
    """
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--host", required=True, help="address to listen on: loopback, or one of your networks")
    parser.add_argument("--port", required=True, type=int, help="port to listen on")
    parser.add_argument("--calls", type=Path, help="file for what was asked for: whose keys, and which action")
    parser.add_argument("--faults", type=Path, help="file of what is answered otherwise than AWS would")
    parser.add_argument("--world", type=ipaddress.IPv4Network, help="range of addresses that plays the public ones")
    arguments = parser.parse_args(argv)
    keys = given(os.environ)
    if keys is None:
        parser.error("expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY: the keys that requests are signed with")
    if not may_listen(arguments.host):
        parser.error(f"expected a loopback or private address such as 127.0.0.1, got {arguments.host}")

    os.environ["MOTO_PORT"] = str(arguments.port)  # moto's backends call one another through it
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # no line for each request
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    close_gaps()
    faults = Faults(arguments.faults) if arguments.faults else None
    if faults:
        moto_capacity.play(faults)
    if arguments.world is not None:
        be_the_world(arguments.world)
    application = DomainDispatcherApplication(create_backend_app)
    make_server(
        arguments.host,
        arguments.port,
        Gate(
            with_assets(application),
            keys,
            f"{arguments.host}:{arguments.port}",
            others=_others(),
            note=_noting(arguments.calls) if arguments.calls else None,
            faults=faults,
        ),
        threaded=True,
        request_handler=MotoRequestHandler,
    ).serve_forever()


if __name__ == "__main__":
    main()
