"""The container network of a platform, and the packet filter rules that let nothing of it leave the machine.

Everything is named by the platform's ``$TEAMID``, so that it is found again without a record.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from provision.engine.client import Engine, EngineError
from provision.engine.packages import which
from provision.net import sockets

LABEL = "seatrial.dev/team"
"""The label that carries ``$TEAMID`` on what a platform has in the engine."""

_CANDIDATES = ipaddress.IPv4Network("10.213.0.0/16")
_PREFIX = 24
_BRIDGES = "sea-"
_NETWORKS = "seatrial-"
_OVERLAP = "overlap"
_HOOKS = ("DOCKER-USER", "FORWARD", "OUTPUT")
_SECONDS = 30.0


@dataclass(frozen=True)
class Network:
    """A platform's network, as it is.

    Attributes:
        name: Its name in the engine.
        bridge: The network interface that the machine has in it.
        subnet: Its range of addresses.
        gateway: The machine's own address in it.
    """

    name: str
    bridge: str
    subnet: str
    gateway: str


class KindNetwork:
    """The network of one platform.

    Args:
        team: The platform's ``$TEAMID``.
        engine: The container engine.
        ranges: The ranges of addresses that only exist inside the cluster, of pods and of services.
    """

    def __init__(self, team: str, engine: Engine, ranges: Sequence[str]) -> None:
        self.name = f"{_NETWORKS}{team}"
        key = hashlib.sha256(team.encode()).hexdigest()[:8]
        self._team = team
        self._engine = engine
        self._ranges = tuple(ranges)
        self._bridge = f"{_BRIDGES}{key}"
        self._filter = PacketFilter(f"SEATRIAL-{key}")

    def ensure(self) -> Network:
        """Have the network, and the rules that reject what would leave it; both stay as they are when they are there.

        Raises:
            EngineError: No free range was found, the engine refused, or the rules cannot be set.
        """
        network = self.look() or self._create()
        # Set anew each time, in case somebody's firewall has been restarted in between.
        self._filter.set(self._rules(network.subnet))
        return network

    def look(self) -> Network | None:
        """Return the network, or ``None`` when there is none."""
        found = self._engine.inspect("network", [self.name])
        if not found:
            return None
        subnet, gateway = _addresses(found[0], self._engine.kind)
        return Network(self.name, self._bridge, subnet, gateway)

    def remove(self) -> None:
        """Remove the network, when no container is left in it, and then its rules.

        Raises:
            EngineError: A container is still in it.
        """
        if network := self.look():
            self._engine.run("network", "rm", self.name)
            # Its addresses are nobody's now: what still speaks to one would speak to the world without the rules.
            sockets.destroy(network.subnet)
        self._filter.remove()

    def rejected(self) -> int:
        """Return how many packets the rules have rejected so far."""
        return self._filter.rejected()

    def _rules(self, subnet: str) -> list[list[str]]:
        reject = ["-j", "REJECT"]
        return [
            ["-o", "lo", "-j", "RETURN"],
            ["-s", subnet, "!", "-o", self._bridge, *reject],
            ["-d", subnet, "!", "-o", self._bridge, *reject],
            # Platforms side by side may have the same ranges inside.
            ["-o", f"{_BRIDGES}+", "-j", "RETURN"],
            *([way, inner, *reject] for inner in self._ranges for way in ("-s", "-d")),
        ]

    def _create(self) -> Network:
        for subnet in self._free():
            gateway = str(next(subnet.hosts()))
            command = ["network", "create", "--driver=bridge", f"--subnet={subnet}", f"--gateway={gateway}"]
            if self._engine.kind == "docker":
                command += ["--opt", f"com.docker.network.bridge.name={self._bridge}"]
            else:
                command += [f"--interface-name={self._bridge}"]
            done = self._engine.attempt(*command, "--label", f"{LABEL}={self._team}", self.name)
            if done.returncode == 0:
                return Network(self.name, self._bridge, str(subnet), gateway)
            said = done.stderr.decode(errors="replace").strip()
            if _OVERLAP not in said:
                raise EngineError(f"the network {self.name} cannot be made: {said}")
        raise EngineError(f"the network {self.name} cannot be made: no /{_PREFIX} range of {_CANDIDATES} is free")

    def _free(self) -> Iterator[ipaddress.IPv4Network]:
        """Return ranges that nothing on this machine uses, beginning at one that depends on the team."""
        used: list[ipaddress.IPv4Network] = [*_routes(), *self._taken()]
        all_ranges = list(_CANDIDATES.subnets(new_prefix=_PREFIX))
        first = int(hashlib.sha256(self._team.encode()).hexdigest(), 16) % len(all_ranges)
        for candidate in all_ranges[first:] + all_ranges[:first]:
            if not any(candidate.overlaps(one) for one in used):
                yield candidate

    def _taken(self) -> Iterator[ipaddress.IPv4Network]:
        for network in self._engine.inspect("network", self._engine.names("network")):
            for config in (network.get("IPAM") or {}).get("Config") or network.get("subnets") or []:
                subnet = ipaddress.ip_network(str(config.get("Subnet") or config.get("subnet")))
                if isinstance(subnet, ipaddress.IPv4Network):
                    yield subnet


def teams(engine: Engine) -> list[str]:
    """List the platforms that have a network in the engine."""
    names = engine.names("network", f"label={LABEL}")
    return sorted(name.removeprefix(_NETWORKS) for name in names if name.startswith(_NETWORKS))


class PacketFilter:
    """A chain of rules of our own, which all packets pass that leave the machine or pass through it.

    Args:
        chain: Its name.
    """

    def __init__(self, chain: str) -> None:
        self._chain = chain

    def set(self, rules: Sequence[Sequence[str]]) -> None:
        """Make the chain exactly these rules; packets pass it first.

        Raises:
            EngineError: The rules cannot be set.
        """
        if not self._exists():
            self._run("-N", self._chain)
        have = [line for line in self._run("-S", self._chain).splitlines() if line.startswith("-A")]
        if len(have) != len(rules):
            self._run("-F", self._chain)
            for rule in rules:
                self._run("-A", self._chain, *rule)
        # Docker puts rules of its own before those of others, except for this chain of its making.
        through = "DOCKER-USER" if self._has("DOCKER-USER") else "FORWARD"
        for hook in (through, "OUTPUT"):
            if self._attempt("-C", hook, "-j", self._chain).returncode != 0:
                self._run("-I", hook, "1", "-j", self._chain)

    def remove(self) -> None:
        """Remove the chain, if it is there."""
        if not self._exists():
            return
        for hook in _HOOKS:
            while self._attempt("-D", hook, "-j", self._chain).returncode == 0:
                pass
        self._run("-F", self._chain)
        self._run("-X", self._chain)

    def rejected(self) -> int:
        """Count the packets that the chain's rules have rejected."""
        if not self._exists():
            return 0
        lines = [line.split() for line in self._run("-n", "-v", "-x", "-L", self._chain).splitlines()]
        return sum(int(words[0]) for words in lines if len(words) > 2 and words[2] == "REJECT")  # noqa: PLR2004

    def _exists(self) -> bool:
        return self._has(self._chain)

    def _has(self, chain: str) -> bool:
        return self._attempt("-n", "-L", chain).returncode == 0

    def _run(self, *arguments: str) -> str:
        done = self._attempt(*arguments)
        if done.returncode != 0:
            said = done.stderr.strip()
            raise EngineError(f"`iptables {' '.join(arguments)}` ended with {done.returncode}: {said}. It needs root.")
        return done.stdout

    def _attempt(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        program = which("iptables")
        if program is None:
            raise EngineError("iptables is missing: it keeps what platforms send on this machine. Install it.")
        command = [program, "-w", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=_SECONDS)


def _addresses(network: dict[str, object], kind: str) -> tuple[str, str]:
    if kind == "podman":
        one = network["subnets"][0]  # type: ignore[index]
        return one["subnet"], one["gateway"]
    one = network["IPAM"]["Config"][0]  # type: ignore[index]
    return one["Subnet"], one["Gateway"]


def _routes() -> Iterator[ipaddress.IPv4Network]:
    done = subprocess.run(
        [which("ip") or "ip", "-json", "-4", "route", "show", "table", "all"],
        capture_output=True,
        check=False,
        timeout=_SECONDS,
    )
    for route in json.loads(done.stdout or b"[]"):
        if route.get("dst") != "default":
            yield ipaddress.IPv4Network(route["dst"], strict=False)
