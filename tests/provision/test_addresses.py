"""Loopback addresses: picked, recorded, and refused clearly when taken."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from provision.targets.kind.target import see_free
from provision.targets.simulated.addresses import BLOCK_VARIABLE, addresses, claim, recorded
from seatrial.errors import UsageError
from seatrial.provisioning.state import PlatformState

BLOCK = "127.52.201"


def test_a_platform_keeps_its_addresses(tmp_path: Path) -> None:
    """What was claimed once is given again, whatever is asked for later."""
    state = PlatformState(tmp_path, "team1")
    first = claim(state, 3, {})
    assert first == claim(state, 3, {BLOCK_VARIABLE: BLOCK})
    assert first == recorded(state, 3)


def test_two_platforms_have_nothing_in_common(tmp_path: Path) -> None:
    """Different ids give different blocks."""
    one, other = (claim(PlatformState(tmp_path, team), 3, {}) for team in ("team1", "team2"))
    assert set() == set(one.listeners()) & set(other.listeners())


@pytest.mark.parametrize("block", ["127.52.201", "127.0.0.1:23000"])
def test_no_two_listeners_share_an_endpoint(block: str) -> None:
    """That holds with addresses of one's own, and with ports alone."""
    listeners = addresses(block, 3).listeners()
    assert len(listeners) == len(set(listeners))


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has 127.0.0.1 alone")
def test_a_block_asked_for_and_taken_is_refused(tmp_path: Path) -> None:
    """The message names the port and the address."""
    with socket.create_server((f"{BLOCK}.12", 6443)), pytest.raises(UsageError, match=rf"{BLOCK}\.12:6443 is taken"):
        claim(PlatformState(tmp_path, "team1"), 3, {BLOCK_VARIABLE: BLOCK})


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has 127.0.0.1 alone")
def test_a_taken_block_is_passed_over(tmp_path: Path) -> None:
    """The next candidate is taken when nobody asked for a certain block."""
    first = claim(PlatformState(tmp_path, "team1"), 3, {})
    PlatformState(tmp_path, "team1").remove()
    with socket.create_server((first.moto.host, first.moto.port)):
        second = claim(PlatformState(tmp_path, "team1"), 3, {})
    assert first.block != second.block


@pytest.mark.parametrize("block", ["10.1.2", "127.1", "127.300.1", "localhost"])
def test_a_malformed_block_is_refused(tmp_path: Path, block: str) -> None:
    """The message shows what is expected."""
    with pytest.raises(UsageError, match=r"as in 127\.71\.3"):
        claim(PlatformState(tmp_path, "team1"), 3, {BLOCK_VARIABLE: block})


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere loopback has one address")
@pytest.mark.parametrize(("kind", "where"), [("tcp", "127.9.9.9"), ("tcp", "0.0.0.0"), ("udp", "0.0.0.0")])
def test_who_listens_where_a_server_is_to_be(kind: str, where: str) -> None:
    """On `kind` too nobody is given what is meant for a server that is not there yet, such as one on all addresses."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM) as hers:
        hers.bind((where, 0))
        if kind == "tcp":
            hers.listen()
        port = hers.getsockname()[1]
        servers = {"registry": ("127.9.9.9", port)}
        with pytest.raises(UsageError, match=rf"127\.9\.9\.9:{port}, where registry of team1 is to be, is taken"):
            see_free("team1", servers, lambda _: False)
        see_free("team1", servers, lambda name: name == "registry")  # then it is its own
    see_free("team1", servers, lambda _: False)
