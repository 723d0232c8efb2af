"""The resolver as a process over a moto server, asked by the DNS observer."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import boto3
import pytest

from seatrial.checks.observer import Fidelity, Recorder
from seatrial.observers.dns import Dns, DnsUnreachableError
from tests.resolver.conftest import Start, Zone
from tests.resolver.resolver_helpers import HOST, free_port, wait_for


def test_records_are_served_as_stored(start: Start, zone: Zone) -> None:
    """Addresses, texts, name servers and the SOA come with their TTL, by UDP and by TCP."""
    zone.put("web", values=("172.20.32.5", "172.20.64.5"))
    zone.put("note", "TXT", 60, ('"hello"',))
    dns = start()

    for transport in ("udp", "tcp"):
        answer = dns.resolve(f"web.{zone.name}", transport=transport)
        assert ("NOERROR", 300, frozenset({"172.20.32.5", "172.20.64.5"})) == (answer.rcode, answer.ttl, answer.values)
    assert {'"hello"'} == dns.resolve(f"note.{zone.name}", "TXT").values
    assert 4 == len(dns.resolve(zone.name, "NS").values)
    assert 1 == len(dns.resolve(zone.name, "SOA").values)


def test_what_is_not_there_is_denied(start: Start, zone: Zone) -> None:
    """No such name, no such record, and another zone's name are told apart."""
    zone.put("web")
    dns = start()

    assert "NXDOMAIN" == dns.resolve(f"none.{zone.name}").rcode
    assert ("NOERROR", frozenset()) == (
        dns.resolve(f"web.{zone.name}", "AAAA").rcode,
        dns.resolve(f"web.{zone.name}", "AAAA").values,
    )
    assert "REFUSED" == dns.resolve("example.org").rcode


def test_whom_the_world_is_not_led_to_is_not_asked(start: Start, zone: Zone) -> None:
    """A public zone answers once the zone above names one of its servers; a private one of its name never does."""
    zone.put("web")
    dns = start("--public")
    assert "REFUSED" == dns.resolve(f"web.{zone.name}").rcode
    above = zone.client.create_hosted_zone(Name="example.com", CallerReference=zone.name)["HostedZone"]["Id"]
    servers = zone.client.get_hosted_zone(Id=zone.id)["DelegationSet"]["NameServers"]

    def lead(*to: str) -> None:
        Zone(zone.client, "example.com", above).put(zone.name.partition(".")[0], "NS", values=to)

    lead("ns.example.net.", f"{servers[0]}.")
    wait_for(lambda: dns.resolve(f"web.{zone.name}").values == {"172.20.32.5"})
    within: Any = {"VPCRegion": "eu-west-1", "VPCId": boto3.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]}
    config: Any = {"PrivateZone": True}
    zone.client.create_hosted_zone(Name=zone.name, CallerReference="twin", VPC=within, HostedZoneConfig=config)
    assert {"172.20.32.5"} == dns.resolve(f"web.{zone.name}").values
    lead("ns.example.net.")
    wait_for(lambda: dns.resolve(f"web.{zone.name}").rcode == "REFUSED")


def test_a_change_is_served_at_once(start: Start, zone: Zone) -> None:
    """A new record is in the answers within a moment, and a look is noted with its fidelity."""
    dns = start()
    assert "NXDOMAIN" == dns.resolve(f"web.{zone.name}").rcode
    zone.put("web")

    wait_for(lambda: dns.resolve(f"web.{zone.name}").values == {"172.20.32.5"})
    assert {"dns": Fidelity.SIMULATED} == dns.recorder.touched


def test_a_simulated_node_that_is_stopped_leaves_the_answers(start: Start, zone: Zone) -> None:
    """An address answers if, and only if, a running instance holds it."""
    ec2 = boto3.client("ec2")
    image = ec2.describe_images()["Images"][0]["ImageId"]
    made = ec2.run_instances(ImageId=image, MinCount=2, MaxCount=2)["Instances"]
    ids, addresses = [i["InstanceId"] for i in made], [i["PrivateIpAddress"] for i in made]
    zone.put_answers("web", addresses, [zone.check(address) for address in addresses])
    dns = start("--probe", "estate")
    wait_for(lambda: dns.resolve(f"web.{zone.name}").values == set(addresses))

    ec2.stop_instances(InstanceIds=ids[:1])
    wait_for(lambda: dns.resolve(f"web.{zone.name}").values == {addresses[1]})
    ec2.start_instances(InstanceIds=ids[:1])
    wait_for(lambda: dns.resolve(f"web.{zone.name}").values == set(addresses))
    ec2.terminate_instances(InstanceIds=ids)


@pytest.fixture
def target() -> Iterator[Any]:
    """A web server on loopback whose answer can be changed."""

    class Handler(BaseHTTPRequestHandler):
        status = 200
        asked: list[str] = []  # noqa: RUF012 - of this class alone

        def do_GET(self) -> None:
            self.asked.append(self.path)
            self.send_response(self.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer((HOST, 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_real_target_is_really_asked(start: Start, zone: Zone, target: Any) -> None:
    """A target that answers 503 on the path of its check leaves the answers until it answers 200 again."""
    checks = [zone.check(HOST, target.server_port, ResourcePath="/healthz"), None]
    zone.put_answers("web", [HOST, "172.20.64.5"], checks)
    dns = start("--probe", "http")
    wait_for(lambda: target.RequestHandlerClass.asked)

    target.RequestHandlerClass.status = 503
    wait_for(lambda: dns.resolve(f"web.{zone.name}").values == {"172.20.64.5"})
    target.RequestHandlerClass.status = 200
    wait_for(lambda: dns.resolve(f"web.{zone.name}").values == {HOST, "172.20.64.5"})
    assert {"/healthz"} == set(target.RequestHandlerClass.asked)


def test_tcp_inverted_and_disabled_checks(start: Start, zone: Zone, target: Any) -> None:
    """Of four checks, those of an open port, of an inverted closed one, and the disabled one are healthy."""
    closed = free_port()
    zone.put_answers(
        "web",
        ["172.20.0.1", "172.20.0.2", "172.20.0.3", "172.20.0.4"],
        [
            zone.check(HOST, target.server_port, Type="TCP"),
            zone.check(HOST, closed, Type="TCP"),
            zone.check(HOST, closed, Type="TCP", Inverted=True),
            zone.check(HOST, closed, Type="TCP", Disabled=True),
        ],
    )
    dns = start("--probe", "http")

    wait_for(lambda: dns.resolve(f"web.{zone.name}").values == {"172.20.0.1", "172.20.0.3", "172.20.0.4"})


def test_nothing_is_sent_outside_the_allowed_networks(start: Start, zone: Zone, target: Any) -> None:
    """A target outside the networks that may be probed counts as not answering, and is not asked."""
    zone.put_answers("web", ["172.20.0.1", "172.20.0.2"], [zone.check(HOST, target.server_port), None])
    dns = start("--probe", "http", "--probe-network", "192.0.2.0/24")

    wait_for(lambda: dns.resolve(f"web.{zone.name}").values == {"172.20.0.2"})
    assert [] == target.RequestHandlerClass.asked


@pytest.mark.parametrize("address", ["0.0.0.0:5353", "192.0.2.1:5353", "127.0.0.1", "127.0.0.1:0"])
def test_only_loopback_and_private_networks_are_listened_on(address: str) -> None:
    """Any other address is refused with a message that says what is expected."""
    command = [sys.executable, "-m", "provision.resolver", "--listen", address]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    assert 2 == ended.returncode
    assert f"expected a private address and a port, such as 127.0.0.1:5353, got {address}" in ended.stderr


def test_a_taken_port_is_named(env: dict[str, str]) -> None:
    """When something else listens on its port, it ends with a message that names the address."""
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        address = f"{HOST}:{taken.getsockname()[1]}"
        command = [sys.executable, "-m", "provision.resolver", "--listen", address]
        ended = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=60)

    assert 1 == ended.returncode
    assert f"cannot listen on {address}: " in ended.stderr


def test_without_a_region_it_says_so(env: dict[str, str]) -> None:
    """Without a region it ends with a message that says what to set."""
    bare = {name: value for name, value in env.items() if name not in ("AWS_REGION", "AWS_DEFAULT_REGION")}
    command = [sys.executable, "-m", "provision.resolver", "--listen", f"{HOST}:{free_port()}"]
    ended = subprocess.run(command, env=bare, capture_output=True, text=True, check=False, timeout=60)

    assert 2 == ended.returncode
    assert "set AWS_REGION" in ended.stderr


def test_a_name_server_that_is_not_there() -> None:
    """The observer says which name server did not answer for what."""
    port = free_port()
    dns = Dns(HOST, port, fidelity=Fidelity.REAL, transport="tcp", timeout=1, recorder=Recorder())

    with pytest.raises(DnsUnreachableError, match=f"{HOST}:{port} did not answer for web.example.com A"):
        dns.resolve("web.example.com")
