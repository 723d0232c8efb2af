"""Words about the inside of the machines."""

from __future__ import annotations

from pytest_bdd import parsers, then

from seatrial import states
from seatrial.checks.convergence import eventually
from seatrial.checks.expectations import at_most, every
from seatrial.observers.cluster import Cluster
from steps.support import storage
from steps.support.capabilities import Platform, need
from steps.support.instruments import Hosts
from steps.support.limits import TIME


@then(parsers.parse('"{one}" and "{other}" run on every machine, and start when it boots'))
def _(hosts: Hosts, one: str, other: str) -> None:
    lasting = every("services of machines", least=12, runs=True, starts_at_boot=True)
    eventually(lambda: hosts.services(one, other), lasting, within=TIME.settle)


@then(parsers.parse('the volume of every member of "{name}" is mounted at "{path}" where the member runs'))
def _(cluster: Cluster, hosts: Hosts, platform: Platform, name: str, path: str) -> None:
    need(platform, name)
    own = every(f"members of {name}", mounted="its own volume")
    eventually(lambda: storage.mounted(cluster, hosts, name, path), own, within=TIME.settle)


@then("no machine swaps")
def _(hosts: Hosts) -> None:
    eventually(hosts.swap, every("machines", least=6, to=set()), within=TIME.settle)


@then(parsers.parse("the clock of no machine is off by more than {seconds:d} second"))
def _(hosts: Hosts, seconds: int) -> None:
    eventually(hosts.clocks, every("machines", least=6, off_by=at_most(seconds)), within=TIME.settle)


@then("every private key and every kubeconfig on a machine is readable by its administrator only")
def _(hosts: Hosts) -> None:
    closed = every("files with keys", least=6, owner="root", open_to="nobody")
    eventually(hosts.private_files, closed, within=TIME.settle)


@then(parsers.parse("every {role} takes connections from other machines at these ports, and at no other"))
@states(datatable="{role}.ports")
def _(hosts: Hosts, role: str, datatable: list[list[str]]) -> None:
    agreed = {int(port) for port, _ in datatable[1:]}
    eventually(lambda: hosts.ports(role), every(f"{role}s", least=3, ports=agreed), within=TIME.settle)
