"""Words about traffic: requests that go on while something else happens."""

from __future__ import annotations

from pytest_bdd import given, parsers, then

from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import Matcher, Rows, every
from seatrial.checks.traffic import Flow, StartTraffic, Traffic
from steps.support import visitors
from steps.support.capabilities import Platform
from steps.support.instruments import Http
from steps.support.limits import TIME
from steps.support.names import fqdn

_RATE, _AT_ONCE = 20, 8  # requests a second, and how many of them may be under way
_BEFORE = 40  # requests, two seconds of them, all answered before anything is disturbed


@given(parsers.parse('a steady stream of requests to "{name}"'), target_fixture="stream")
def _(http: Http, platform: Platform, traffic: StartTraffic, name: str) -> Traffic:
    host = fqdn(platform, name)
    stream = traffic(lambda: visitors.succeed(http.get(host)), rate=_RATE, at_once=_AT_ONCE, what=f"the page of {name}")
    flowing = Matcher(f"at least {_BEFORE} requests, all answered", lambda f: f.sent >= _BEFORE and not f.failed)

    def looked() -> Rows:
        flow = stream.flow
        if flow.failed:  # nothing is disturbed yet: what fails now is none of the disturbance's
            stream.count_anew()
        return {"stream": {"flow": flow}}

    eventually(looked, every("streams", flow=flowing), within=TIME.http)
    return stream


@then(parsers.parse("no more than {count:d} in 100 requests failed"))
def _(stream: Traffic, count: int) -> None:
    flow = _ended(stream)
    assert flow.failed * 100 <= count * flow.sent, f"expected at most {count} in 100 to fail, got {flow}"


@then("no request failed")
def _(stream: Traffic) -> None:
    flow = _ended(stream)
    assert not flow.failed, f"expected no request to fail, got {flow}"


@then(parsers.parse("requests were never unanswered for longer than {seconds:d} seconds"))
def _(stream: Traffic, seconds: int) -> None:
    flow, limit = _ended(stream), seconds * TIME.patience
    assert flow.longest_gap <= limit, f"expected no gap longer than {limit:g} s, got {flow}"


@then(parsers.parse('{count:d} requests to "{name}" in a row are answered'))
def _(http: Http, platform: Platform, count: int, name: str) -> None:
    host = fqdn(platform, name)
    eventually(lambda: visitors.in_a_row(http, host, count), every("visits", least=count, status=200), within=TIME.data)


def _ended(stream: Traffic) -> Flow:
    flow = stream.end()
    assert flow.sent > _BEFORE, f"expected a steady stream, got {flow}"
    return flow
