"""How a platform that stood before is looked at beside its cluster: ``[tool.seatrial.platform]``.

[tool.seatrial.platform.http.addresses]
"shop.example.com" = "10.0.0.5"           # by this name, at the ingress's address

[tool.seatrial.platform.dns]
server = "10.0.0.2"                       # asked itself; without it, only the system's resolver is

[tool.seatrial.platform.aws]              # the rest is botocore's own: environment, profiles, roles
region = "eu-west-1"
profile = "shop"

[tool.seatrial.platform.prometheus]
url = "http://prometheus.example.com"
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import botocore.session
import msgspec
from botocore.exceptions import BotoCoreError

from seatrial.checks.observer import Absent, Fidelity, Observer
from seatrial.errors import UsageError
from seatrial.observers.aws import Aws
from seatrial.observers.dns import Dns
from seatrial.observers.prometheus import Prometheus
from seatrial.observers.web import Web
from seatrial.tables import of_tool

_AT = re.compile(r" - at `\$\.?(.*)`$")
_TABLE = "[tool.seatrial.platform]"

_Text = Annotated[str, msgspec.Meta(min_length=1)]
_Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]
_Url = Annotated[str, msgspec.Meta(pattern="^https?://[^/]")]


class _Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class HttpSaid(_Said, frozen=True):
    """Where names are visited: the address of each, such as the ingress's."""

    addresses: dict[str, str] = {}


class DnsSaid(_Said, frozen=True):
    """The name server that is asked: its IP address and port."""

    server: _Text
    port: _Port = 53


class AwsSaid(_Said, frozen=True):
    """The account that is looked at; what is left out botocore finds as ever."""

    region: str = ""
    profile: str = ""

    def client(self, service: str, /) -> Any:
        """Return botocore's client of *service*.

        Raises:
            UsageError: If the profile is not there, or no region is known.
        """
        try:
            session = botocore.session.Session(profile=self.profile or None)
            return session.create_client(service, region_name=self.region or None)
        except (BotoCoreError, ValueError) as error:
            raise UsageError(f"pyproject.toml: {_TABLE} aws: {error}") from error


class PrometheusSaid(_Said, frozen=True):
    """Where Prometheus answers."""

    url: _Url


class Observing(_Said, frozen=True):
    """What a project says of how its platform is looked at beside the cluster; nothing unless told."""

    http: HttpSaid = HttpSaid()
    dns: DnsSaid | None = None
    aws: AwsSaid | None = None
    prometheus: PrometheusSaid | None = None

    def instruments(self) -> dict[str, Observer | Absent]:
        """Return an observer for each, or what stands for one that nothing is said of."""
        real = Fidelity.REAL
        return {
            "http": Web(real, self.http.addresses),
            "dns": Dns(self.dns.server, self.dns.port, fidelity=real) if self.dns else _unsaid("dns"),
            "aws": Aws(self.aws, fidelity=real) if self.aws else _unsaid("aws"),
            "prometheus": Prometheus(self.prometheus.url, real) if self.prometheus else _unsaid("prometheus"),
        }


def read(root: Path) -> Observing:
    """Read what the project at *root* says.

    Raises:
        UsageError: If it is not as expected; the message names the file and the field.
    """
    file = root / "pyproject.toml"
    try:
        found = msgspec.convert(of_tool(file).get("platform", {}), Observing)
    except msgspec.ValidationError as error:
        at = _AT.search(said := str(error))
        place, what = (f"{at[1]}: ", said[: at.start()]) if at else ("", said)
        raise UsageError(f"{file}: {_TABLE} {place}{what}") from error
    addresses = {f"http.addresses.{name}": address for name, address in found.http.addresses.items()}
    for place, address in (addresses | ({"dns.server": found.dns.server} if found.dns else {})).items():
        if not _is_address(address):
            raise UsageError(f"{file}: {_TABLE} {place}: expected an IP address, got {address!r}")
    return found


def schema() -> str:
    """Return the JSON Schema of the table, for editors."""
    made: Mapping[str, Any] = msgspec.json.schema(Observing)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": _TABLE}
    return json.dumps({**head, **made}, indent=2) + "\n"


def _unsaid(name: str) -> Absent:
    return Absent(name, f"nothing is said of it: {_TABLE} {name} in pyproject.toml")


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
