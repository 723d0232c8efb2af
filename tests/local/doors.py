"""Every door of a platform on ``local``: what a stranger asks there, and the few questions that are answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import dns.message
import dns.rcode
import dns.update

from provision.targets.simulated.addresses import Addresses

from .listening import Listener

Question = tuple[str, str, str, str]
"""The kind of server, its address, the way to ask, and what."""

_WAYS = ("plain", "tls", "own certificate")
_ANYWHERE = ("/", "/version", "/healthz", "/metrics", "/debug/pprof/", "/nobody-knows-this")
_REFUSALS = (400, 401, 403)  # the first is what a server of TLS says to who speaks plainly
LIVES, NOTHING = "200 ok", "404 404 page not found"  # that it lives is no secret; and Kubernetes lets all ask that
_HASH = "200 [0-9a-f]{64}"


@dataclass(frozen=True)
class Door:
    """A way in.

    Attributes:
        asked: What a stranger tries: paths, or messages of DNS in hexadecimal digits by what they ask for.
        answered: What of it is answered, and by what alone: a pattern of status and body.
        kind: ``http``, which is asked plainly and by TLS, or ``dns``.
    """

    asked: Mapping[str, str]
    answered: Mapping[str, str] = field(default_factory=dict)
    kind: str = "http"

    def questions(self, listener: Listener) -> list[tuple[str, Question]]:
        """Return all that a stranger asks of a listener here, each with what it is called."""
        ways = (listener.kind,) if self.kind == "dns" else _WAYS
        return [(name, (self.kind, listener.address, way, what)) for name, what in self.asked.items() for way in ways]


def let_in(question: Question, status: int, said: str) -> bool:
    """Tell whether an answer is more than a refusal."""
    if question[0] == "dns":
        return bool(status) and dns.message.from_wire(bytes.fromhex(said)).rcode() == dns.rcode.NOERROR
    return status not in (0, *_REFUSALS)


def doors(where: Addresses, team: str, zone: str) -> dict[Listener, Door]:
    """Return what a platform is known to listen on; whatever else listens is not to be there."""
    found = {
        Listener("moto", "tcp", str(where.moto)): moto(team, zone),
        Listener("front", "tcp", str(where.front)): API,
        **{Listener("resolver", kind, str(where.resolver)): resolver(zone) for kind in ("tcp", "udp")},
    }
    for number, at in enumerate(where.masters, start=1):
        found |= {
            Listener(f"etcd-{number}", "tcp", str(at.etcd.client)): ETCD,
            Listener(f"etcd-{number}", "tcp", str(at.etcd.peer)): ETCD,
            Listener(f"apiserver-{number}", "tcp", str(at.apiserver)): API,
            Listener(f"controller-manager-{number}", "tcp", str(at.controller_manager)): _MANAGER,
            Listener(f"scheduler-{number}", "tcp", str(at.scheduler)): _SCHEDULER,
        }
    return found


def paths(*more: str, answered: Mapping[str, str] | None = None) -> Door:
    """Return a door that is asked for what may be anywhere and for *more*; what is *answered* is named."""
    allowed = dict(answered or {})
    return Door({path: path for path in (*_ANYWHERE, *more, *allowed)}, allowed)


API = paths(
    "/api",
    "/livez",
    "/readyz?verbose",
    "/openapi/v2",
    "/openid/v1/jwks",
    "/.well-known/openid-configuration",
    "/api/v1/namespaces/kube-system/secrets",
    "POST /apis/authentication.k8s.io/v1/tokenreviews",
)
ETCD = paths("/health", "POST /v3/kv/range", "POST /v3/maintenance/snapshot", "/members", "/raft", "/raft/stream")
_INSIDE = ("/configz", "/flagz", "/statusz", "/debug/flags/v", "/metrics/resources")
_SCHEDULER = paths(*_INSIDE, answered={**dict.fromkeys(("/healthz", "/livez", "/readyz"), LIVES), "/version": NOTHING})
_MANAGER = paths(*_INSIDE, answered={"/healthz": LIVES, **dict.fromkeys(("/livez", "/readyz", "/version"), NOTHING)})


def moto(team: str, zone: str) -> Door:
    """Return the door of the cloud."""
    return paths(
        f"/{team}-store",
        f"/{team}-store/{zone}/pki/private/kubernetes-ca/keyset.yaml",
        "/2013-04-01/hostedzone",
        "/moto-api/data.json",
        "POST /moto-api/reset",
        "/latest/meta-data/iam/security-credentials/",
        answered={
            "/seatrial-ready?nonce=1": _HASH,  # that it is the gate, which only the holder of the keys can check
            "/kops-assets/nodeup.sha256": _HASH,  # the same on every platform
        },
    )


def resolver(zone: str) -> Door:
    """Return the door of the zone's name server."""
    update = dns.update.UpdateMessage(zone)
    update.add("stranger", 60, "A", "127.0.0.1")
    messages = {
        "a name": dns.message.make_query(f"msvc1.{zone}", "A"),
        "the whole zone": dns.message.make_query(zone, "AXFR"),
        "the server's version": dns.message.make_query("version.bind", "TXT", "CH"),
        "another's name": dns.message.make_query("example.org", "A"),
        "a change": update,
    }
    answered = {"a name": "1 .+"}  # it is DNS: whoever asks for a name is given its addresses, as by every resolver
    return Door({name: message.to_wire().hex() for name, message in messages.items()}, answered, "dns")
