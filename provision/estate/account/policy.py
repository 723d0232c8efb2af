"""The least that who builds, who judges, and the DNS updater have to be allowed: policies of IAM, and what they allow.

``python -m provision.estate.account.policy platform --team team1 --account 111122223333`` prints one filled in.
"""

from __future__ import annotations

import argparse
import fnmatch
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from provision import spec_file
from provision.estate.calls import Call
from provision.estate.names import Names

PLATFORM, UPDATER, TRIAL, SWEEP = "platform", "dns-updater", "trial", "sweep"
"""Whoever builds; the DNS updater; what whoever judges, or looks for what is over, needs beside the rights to build."""

FOLDER = Path(__file__).with_name("policies")
_NAMELESS = ("arn:aws:iam::",)  # whose ARNs name an account that a request does not


class Policy:
    """A policy document of IAM, of statements that allow.

    Args:
        document: The document.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._statements: list[Mapping[str, Any]] = document["Statement"]

    def allows(self, call: Call) -> bool:
        """Return whether a statement allows a call, as far as the request alone tells what it is asked of."""
        return any(
            one["Effect"] == "Allow"
            and _any(one["Action"], call.action)
            and (call.resource == "*" or _any(one["Resource"], call.resource))
            for one in self._statements
        )

    def actions(self) -> list[str]:
        """Return every action that it names."""
        return sorted({action for one in self._statements for action in one["Action"]})


def document(name: str, names: Names, *, account: str, region: str, zone_id: str = "*") -> dict[str, Any]:
    """Return one of our policies, filled in for a platform.

    Args:
        name: `PLATFORM`, `UPDATER`, `TRIAL` or `SWEEP`.
        names: The platform's names.
        account: The account's twelve digits.
        region: The region.
        zone_id: The id of the hosted zone.
    """
    values = {
        "account": account,
        "bucket": names.store,
        "cluster": names.cluster,
        "region": region,
        "zone": zone_id,
        "queue": f"{names.cluster.replace('.', '-')}-nth",
    }
    text = (FOLDER / f"{name}.json").read_text("utf-8")
    for key, value in values.items():
        text = text.replace("${" + key + "}", value)
    filled: dict[str, Any] = json.loads(text)
    return filled


def _any(patterns: str | Iterable[str], value: str) -> bool:
    some = [patterns] if isinstance(patterns, str) else patterns
    return any(fnmatch.fnmatchcase(value, _without_account(pattern)) for pattern in some)


def _without_account(pattern: str) -> str:
    """Return an ARN's pattern without its account and a user's path, which no request of IAM says."""
    if not pattern.startswith(_NAMELESS):
        return pattern
    return f"arn:aws:iam:::{pattern.split(':', 5)[5].replace('user/seatrial/', 'user/')}"


def main(argv: Sequence[str] | None = None) -> None:
    """Print a policy, filled in for a platform."""
    parser = argparse.ArgumentParser(prog="python -m provision.estate.account.policy", description=__doc__)
    parser.add_argument("name", choices=[PLATFORM, UPDATER, TRIAL, SWEEP])
    parser.add_argument("--team", required=True, help="the platform's id")
    parser.add_argument("--account", required=True, help="the account's twelve digits")
    chosen = parser.parse_args(argv)
    spec = spec_file.read()
    filled = document(chosen.name, Names(spec, chosen.team), account=chosen.account, region=spec.region)
    print(json.dumps(filled, indent=2))  # noqa: T201 - what it is for


if __name__ == "__main__":
    main()
