"""Words about what answers: the cluster's API, pages, names."""

from __future__ import annotations

from pytest_bdd import parsers, then

from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import at_most, covering, every
from seatrial.checks.limits import TIME
from seatrial.observers.api import Api
from seatrial.observers.names import Names
from seatrial.observers.web import Web
from seatrial.words.rows.objects import of_version


@then(parsers.parse("the cluster's API answers within {seconds:g} seconds"))
def _(api: Api, seconds: float) -> None:
    """From here, the API server is connected to anew and answers within that time."""
    eventually(api.answer, every("servers", seconds=at_most(seconds)), within=TIME.settle)


@then(parsers.parse('the cluster runs Kubernetes "{version}"'))
def _(api: Api, version: str) -> None:
    """The API server is of this version, such as 1.36 or 1.36.1."""
    eventually(api.answer, every("servers", version=of_version(version)), within=TIME.settle)


@then(parsers.parse('"{url}" answers with {status:d}'))
def _(http: Web, url: str, status: int) -> None:
    """From here, the page is there and answers with this status, after any redirects."""
    eventually(lambda: {url: vars(http.get(url))}, every("pages", status=status), within=TIME.settle)


@then(parsers.parse('"{url}" answers with {status:d} within {seconds:g} seconds'))
def _(http: Web, url: str, status: int, seconds: float) -> None:
    """From here, the page answers with this status, and all of it is there within that time."""
    wanted = every("pages", status=status, seconds=at_most(seconds))
    eventually(lambda: {url: vars(http.get(url))}, wanted, within=TIME.settle)


@then(parsers.parse('the name "{name}" leads to "{addresses}"'))
def _(names: Names, name: str, addresses: str) -> None:
    """As this machine resolves it, the name leads to these addresses at least, with commas between."""
    wanted = every("names", addresses=covering({part.strip() for part in addresses.split(",")}))
    eventually(lambda: {name: {"addresses": names.addresses(name)}}, wanted, within=TIME.settle)
