"""Addresses that stay: kind lets the engine pick them, which picks others when containers come back in another order.

An etcd member, and a certificate, are bound to their addresses. So kind is given a command line of the engine that adds
an address to each container it makes. It adds the machine's own as well, by the name for which each node asks when it
starts: without it a node asks name servers, for five seconds where none can be reached.

And it has the load balancer's own controls listen on the container's loopback: kind has them on every address, where
anybody in the platform's network, such as a pod, could end the way to the API by one request.
"""

from __future__ import annotations

import ipaddress
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

from provision.targets.kind.cluster_config import KindNode, node_names
from provision.targets.kind.network import Network
from seatrial import contained

_FIRST = 11  # the lower ones are left to what the engine places by itself
_BALANCER = 10
_MACHINE = "host.docker.internal"
_BALANCERS = "-external-load-balancer"  # how their names end
_CONTROLS = 10000  # the port that kind has Envoy's controls at

_SHIM = r"""#!/bin/sh
name= ; before=
for argument in "$@"; do
  if [ "$before" = --name ]; then name=$argument; break; fi
  before=$argument
done
address=
if [ "$1" = run ]; then
  case "$name" in
{cases}
  esac
fi
case "$1 $name" in "run "*{balancer})
  left=$#
  while [ "$left" -gt 0 ]; do
    argument=$(printf %s "$1" | sed '/address: 0\.0\.0\.0$/{{
      N
      s/0\.0\.0\.0\(\n *port_value: {controls}\)/127.0.0.1\1/
    }}')
    shift
    set -- "$@" "$argument"
    left=$((left - 1))
  done
esac
if [ -n "$address" ]; then
  shift
  exec {program} run --ip "$address" --add-host {machine} "$@"
fi
exec {program} "$@"
"""


def fixed_addresses(cluster: str, nodes: Sequence[KindNode], network: Network) -> dict[str, str]:
    """Return the address of each container that kind will make, by its name."""
    base = ipaddress.IPv4Network(network.subnet).network_address
    found = {name: str(base + _FIRST + place) for place, name in enumerate(node_names(cluster, nodes))}
    return {**found, f"{cluster}{_BALANCERS}": str(base + _BALANCER)}


def write_engine(path: Path, program: str, addresses: Mapping[str, str], gateway: str) -> None:
    """Write a program that runs the engine's command line, adding addresses to the containers that it is to make.

    Args:
        path: The program to write, named as the engine's.
        program: The engine's own.
        addresses: The address of each container, by its name.
        gateway: The machine's own address in their network.
    """
    cases = "\n".join(f"    {shlex.quote(name)}) address={address} ;;" for name, address in addresses.items())
    text = _SHIM.format(
        cases=cases,
        program=shlex.quote(program),
        machine=f"{_MACHINE}:{gateway}",
        balancer=_BALANCERS,
        controls=_CONTROLS,
    )
    contained.write(path, text, mode=0o700)
