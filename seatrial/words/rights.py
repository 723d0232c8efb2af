"""Words about who is allowed what: they read roles and bindings, which say how it is set; webhooks are not seen."""

from __future__ import annotations

from pytest_bdd import parsers, then

from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import every, one_of
from seatrial.checks.limits import TIME
from seatrial.observers.cluster import Cluster
from seatrial.scenarios.claims import declaration
from seatrial.words.rows import rights
from seatrial.words.rows.objects import listed


@then(parsers.parse('nobody is set to be an administrator but "{agreed}"'))
@declaration
def _(cluster: Cluster, agreed: str) -> None:
    """Only these are bound to a role that allows everything, with commas between: Group system:masters, User jane."""
    wanted = every("administrators", who=one_of(*sorted(listed(agreed))))
    eventually(
        lambda: {name: {"who": name, **row} for name, row in rights.administrators(cluster).items()},
        wanted,
        within=TIME.settle,
    )


@then(parsers.parse('"{who}" is set to be allowed to {verb} "{resource}" in the namespace "{namespace}"'))
@declaration
def _(cluster: Cluster, who: str, verb: str, resource: str, namespace: str) -> None:
    """A role that is bound to it allows that for all of them: User jane, Group admins, ServiceAccount shop/web."""
    wanted = every("accounts", may=rights.YES)
    eventually(lambda: rights.allowed(cluster, who, verb, resource, namespace), wanted, within=TIME.settle)


@then(parsers.parse('"{who}" is not set to be allowed to {verb} "{resource}" in the namespace "{namespace}"'))
@declaration
def _(cluster: Cluster, who: str, verb: str, resource: str, namespace: str) -> None:
    """No role that is bound to it allows that, not even for one of them."""
    wanted = every("accounts", may=rights.NO)
    eventually(lambda: rights.allowed(cluster, who, verb, resource, namespace), wanted, within=TIME.settle)
