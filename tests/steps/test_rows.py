"""How the words turn what they see into rows."""

from __future__ import annotations

import dataclasses
import datetime as dt
import stat
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from provision.observers import Reply
from seatrial.checks.expectations import Rows, every
from seatrial.checks.limits import TIME
from seatrial.errors import StandupError, UsageError
from seatrial.observers.aws import HealthCheck, IngressRule
from seatrial.observers.etcd import Member, MemberStatus
from steps.support import (
    access,
    delivery,
    density,
    drift,
    ingress,
    machines,
    masters,
    names,
    standup,
    storage,
    visitors,
)
from steps.support.workloads import may_move, risk_of


@pytest.mark.parametrize(
    ("image", "moves"),
    [
        ("registry.example.com:5000/team/server", True),
        ("server:latest", True),
        ("server:stable", True),
        ("mongo:8", True),
        ("python:3-slim", True),
        ("server:v1", True),
        ("server:1.4", True),
        ("server:1.4.2", False),
        ("docker.io/fluent/fluentd:v1.18.0-debian-1.0", False),
        ("server:latest@sha256:0123", False),
    ],
)
def test_may_move(image: str, moves: bool) -> None:
    """A tag without a number, or none, may come to name another image; a digest never does."""
    assert moves == may_move(image)


def test_risk_names_the_image() -> None:
    """An image whose tag may move is a risk unless it is pulled each time, and the risk names it."""
    assert "the tag of server:latest may move, and it is pulled IfNotPresent" == risk_of(
        "server:latest", "IfNotPresent"
    )
    assert "none" == risk_of("server:latest", "Always")
    assert "none" == risk_of("server:1.0.0", "IfNotPresent")


@pytest.mark.parametrize(
    ("rule", "open_at_80"),
    [
        (IngressRule("tcp", 80, 80, "0.0.0.0/0"), True),
        (IngressRule("tcp", 1, 1024, "0.0.0.0/0"), True),
        (IngressRule("-1", None, None, "0.0.0.0/0"), True),
        (IngressRule("tcp", 443, 443, "0.0.0.0/0"), False),
        (IngressRule("udp", 80, 80, "0.0.0.0/0"), False),
    ],
)
def test_sources(rule: IngressRule, open_at_80: bool) -> None:
    """A rule lets its source in at the TCP ports that it spans."""
    assert ({"0.0.0.0/0"} if open_at_80 else set()) == machines.sources([rule], 80)


@pytest.mark.parametrize(
    ("rule", "named"),
    [
        (IngressRule("tcp", 80, 80, "0.0.0.0/0"), "tcp 80 0.0.0.0/0"),
        (IngressRule("udp", 1, 1024, "::/0"), "udp 1-1024 ::/0"),
        (IngressRule("-1", None, None, "sg-1"), "all all nodes"),
        (IngressRule("tcp", 22, 22, "pl-1"), "tcp 22 pl-1"),
    ],
)
def test_opening(rule: IngressRule, named: str) -> None:
    """An opening is written as it is agreed: protocol, ports, who may come."""
    assert named == rule.written({"sg-1": "nodes"})


_CHECK = HealthCheck("c1", "HTTP", "172.20.0.9", 18080, "/healthz", 10, 3)
_AGREED: dict[str, object] = {"type": "HTTP", "port": 18080, "path": "/healthz", "interval": 10, "threshold": 3}
_AGREED |= {"host": None, "disabled": False, "inverted": False}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, set()),
        ({"path": "/elsewhere"}, {"path /elsewhere, not /healthz"}),
        ({"port": 80}, {"port 80, not 18080"}),
        ({"host": "example.com"}, {"host example.com, not nothing"}),
        ({"threshold": 10}, {"threshold 10, not 3"}),
        ({"disabled": True}, {"disabled yes, not no"}),
        ({"inverted": True, "type": "TCP"}, {"inverted yes, not no", "type TCP, not HTTP"}),
    ],
)
def test_health_check(change: dict[str, Any], said: set[str]) -> None:
    """A health check that asks something else, or says nothing, is none; every setting that differs is named."""
    assert said == names.not_as_agreed(dataclasses.replace(_CHECK, **change), _AGREED)


def test_role_of() -> None:
    """A machine's role is read from its tags."""
    assert "master" == machines.role_of({"k8s.io/role/control-plane": "1"})
    assert "node" == machines.role_of({"k8s.io/role/node": "1"})
    assert "" == machines.role_of({"Name": "bastion"})


def test_within() -> None:
    """An address is within a network or not; no address is in none."""
    inside = machines.within("172.20.0.0/16")
    assert [True, False, False] == [inside("172.20.33.7"), inside("10.0.0.1"), inside("")]


_MEMBER = Member("etcd-1", "1", "https://127.0.0.1:2379", learner=False)


@pytest.mark.parametrize(("members", "majority"), [(1, 1), (2, 2), (3, 2), (4, 3), (5, 3)])
def test_majority(members: int, majority: int) -> None:
    """More than half of the members are a majority, which is why an even number tolerates no more losses."""
    votes: Rows = {f"etcd-{n}": {"votes": True} for n in range(members)}
    assert majority == masters.majority(votes)


def test_who_learns_does_not_vote() -> None:
    """A member that learns is no voter, though it is healthy, and no part of a majority."""
    learning = dataclasses.replace(_MEMBER, name="etcd-4", learner=True)
    etcd: Any = SimpleNamespace(status=lambda: [MemberStatus(m, healthy=True, leader="1") for m in (_MEMBER, learning)])
    assert [True, False] == [row["votes"] for row in masters.members(etcd).values()]
    assert 1 == masters.majority(masters.members(etcd))
    assert not every("members of etcd", healthy=True, votes=True)(masters.members(etcd)).holds


def test_fits() -> None:
    """What is asked fits if the machine has all of it."""
    assert density.fits({"cpu": 1.5, "memory": 2.0}, {"cpu": 2.0, "memory": 2.0})
    assert not density.fits({"cpu": 1.5, "memory": 2.5}, {"cpu": 2.0, "memory": 2.0})
    assert not density.fits({"cpu": 0.1}, {})


def test_beside_names_each_address() -> None:
    """Addresses of a record are held beside the wanted ones: lacking and too many are named."""
    seen = names.beside({"msvc1": {"addresses": {"a", "x"}}}, {"a", "b"})
    assert {"b"} == seen["msvc1"]["addresses_lacking"]
    assert {"x"} == seen["msvc1"]["addresses_too_many"]


def test_shared_volumes_are_named() -> None:
    """A volume that two members have is named with both."""
    members = {"mongodb-0": {"volume": "vol-1"}, "mongodb-1": {"volume": "vol-1"}, "mongodb-2": {"volume": "vol-2"}}
    assert {"vol-1": ["mongodb-0", "mongodb-1"]} == storage.shared(members)


def test_differences_are_text() -> None:
    """Differences are compared as text, and what is not there is missing."""
    found: Rows = {
        "Deployment a/b spec.replicas": {"wanted": 2, "found": 3},
        "Ingress a/b ": {"wanted": "present", "found": None},
    }
    named = drift.named(found)
    assert {"wanted": "2", "found": "3"} == named["Deployment a/b spec.replicas"]
    assert {"wanted": "present", "found": "missing"} == named["Ingress a/b"]
    assert ["Ingress a/b"] == list(drift.others(named, "Deployment a/b spec.replicas"))


class _Pipelines:
    """A starter that sets one pipeline by its name and one for each microservice."""

    def pipelines(self) -> list[str]:
        return ["start", "platform", "microservice", "forgotten"]

    def resources(self, _pipeline: str) -> dict[str, dict[str, object]]:
        return {"source": {"type": "git"}, "hourly": {"type": "time"}}

    def jobs(self, _pipeline: str) -> dict[str, dict[str, object]]:
        return {
            "set": {"triggers": {"source"}, "sets": {"platform": "platform", "msvc1": "microservice"}},
            "look": {"triggers": {"hourly"}, "sets": {}},
        }


PIPELINES: Any = _Pipelines()


def test_pipelines_that_start_again() -> None:
    """A job watches the kinds of the resources whose change starts it."""
    assert {"set": {"watches": {"git"}}, "look": {"watches": {"time"}}} == delivery.watching(PIPELINES, "start")


def test_pipelines_that_nobody_sets() -> None:
    """A pipeline that the starter does not set is named."""
    expected = {"platform": {"set_by_it": True}, "microservice": {"set_by_it": True}, "forgotten": {"set_by_it": False}}
    assert expected == delivery.set_by(PIPELINES, "start")


def test_without_credentials(tmp_path: Path) -> None:
    """Access without its users' keys keeps the address and is readable by its owner only."""
    given = tmp_path / "given.yaml"
    given.write_text(
        "clusters: [{name: c, cluster: {server: 'https://api'}}]\nusers: [{name: u, user: {token: secret}}]\n"
    )
    stripped = access.without_credentials(given, tmp_path / "stripped.yaml")
    assert "https://api" in stripped.read_text()
    assert "secret" not in stripped.read_text()
    assert 0o600 == stat.S_IMODE(stripped.stat().st_mode)


def test_turned_away() -> None:
    """Only an answer about credentials counts as being turned away."""

    def refuse() -> None:
        raise PermissionError("nodes is forbidden: User system:anonymous")

    def break_down() -> None:
        raise ConnectionError("connection refused")

    assert access.turned_away(refuse).startswith("turned away")
    assert access.turned_away(break_down).startswith("an error")
    assert "let in, and shown ['node-1']" == access.turned_away(lambda: ["node-1"])


def test_visits() -> None:
    """A visitor's answer tells pages from other answers; a failure is no success."""
    page = Reply(200, "<p>msvc1</p>", {"Content-Type": "text/html; charset=utf-8"})
    assert {"status": 200, "page": True, "regrets": "", "body": "<p>msvc1</p>"} == visitors.page(page)
    assert page == visitors.succeed(page)
    assert "msvc1-abc" == visitors.instance(Reply(200, '{"pod": "msvc1-abc"}'))
    with pytest.raises(ConnectionError, match="503: busy"):
        visitors.succeed(Reply(503, "busy"))


def test_a_standup_run_again_with_little_patience() -> None:
    """Patience is scaled for the run alone, and a failure is told in its user's words."""
    seen: list[float] = []

    class Failing:
        def again(self) -> int:
            seen.append(TIME.patience)
            raise StandupError("the gate was not met")

        def raised(self, minors: int) -> int:
            raise UsageError(f"{minors} are too many")

    usual = TIME.patience
    assert standup.Run(0, "the gate was not met") == standup.again(Failing(), 0.5)
    assert standup.Run(0, "2 are too many") == standup.raised(Failing(), 2)
    assert [usual * 0.5] == seen
    assert usual == TIME.patience


@pytest.mark.parametrize(
    ("host", "named"), [("msvc1.team.example.com", True), ("team.example.com", False), ("a.b.team.example.com", False)]
)
def test_a_certificate_names_its_hosts(host: str, named: bool) -> None:
    """A wildcard names the hosts one level below its zone, and no others."""
    assert named == ingress.names_host(_certificate("*.team.example.com"), host)


def _certificate(name: str) -> x509.Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "trial")])
    now = dt.datetime.now(dt.UTC)
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now).not_valid_after(now + dt.timedelta(days=1))
    return made.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False).sign(
        key, hashes.SHA256()
    )
