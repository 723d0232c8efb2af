"""What etcd's members say of themselves, each asked on its own over etcd's JSON gateway and client TLS."""

from __future__ import annotations

import base64
import ssl
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from seatrial.checks.observer import Fidelity, Observer, Recorder, reading

# Seconds: a member that runs answers within milliseconds, one without a leader in about one second.
_TIMEOUT = httpx2.Timeout(2.0, connect=1.0)
_SEAL = b"k8s:enc:"  # how the API server begins what it has encrypted; the name of the method follows


@dataclass(frozen=True)
class Member:
    """A member as the cluster lists it.

    Attributes:
        name: Its name; empty for a member that was added and has never started.
        id: Its id, in hexadecimal as etcdctl prints it.
        endpoint: Where clients reach it; empty like its name.
        learner: Whether it does not vote yet.
    """

    name: str
    id: str
    endpoint: str
    learner: bool


@dataclass(frozen=True)
class MemberStatus:
    """What one member says of itself.

    Attributes:
        member: The member.
        healthy: Whether it answers, knows a leader, and can read through the quorum.
        leader: The id of the leader that it follows; empty where it knows none.
        db_size: The size of its database in bytes.
        raft_index: The index of the last entry of its log.
        error: Why it is not healthy; empty where it is.
    """

    member: Member
    healthy: bool
    leader: str = ""
    db_size: int = 0
    raft_index: int = 0
    error: str = ""

    def __str__(self) -> str:
        return f"{self.member.name}: " + ("healthy" if self.healthy else f"not healthy: {self.error}")


class Etcd(Observer):
    """The etcd cluster of the platform.

    Args:
        endpoints: HTTPS addresses of members by name; any one that answers is enough to learn of the others.
        ca: The authority of etcd.
        cert: A client certificate.
        key: Its key.
        fidelity: How true its readings are on this target.
        recorder: Where looks are noted; this process's own unless told.
    """

    def __init__(
        self,
        endpoints: Mapping[str, str],
        ca: Path,
        cert: Path,
        key: Path,
        *,
        fidelity: Fidelity = Fidelity.REAL,
        recorder: Recorder | None = None,
    ) -> None:
        super().__init__("etcd", fidelity, recorder)
        context = ssl.create_default_context(cafile=str(ca))
        context.load_cert_chain(cert, key)
        self._endpoints = dict(endpoints)
        self._http = httpx2.Client(verify=context, timeout=_TIMEOUT, trust_env=False)

    @reading
    def members(self) -> list[Member]:
        """List the members by name, as the first that answers knows them; nothing when none answers."""
        return self._members()

    @reading
    def status(self) -> list[MemberStatus]:
        """Ask every member for its status, all at once; sorted by name.

        When none answers, those that are known from the start are named, each with its own trouble.
        """
        return self._statuses()

    @reading
    def healthy(self) -> list[Member]:
        """List the members that are healthy."""
        return [status.member for status in self._statuses() if status.healthy]

    @reading
    def leader(self) -> Member | None:
        """Return the member that a majority of all members follows, or None where there is no such member."""
        statuses = self._statuses()
        followed = [status.leader for status in statuses if status.leader]
        return next(
            (s.member for s in statuses if followed.count(s.member.id) * 2 > len(statuses)),
            None,
        )

    @reading
    def seals(self, folder: str) -> dict[str, str]:
        """Return every key below *folder* with the method by which its value is encrypted; nothing for none.

        Raises:
            ConnectionError: If no member answers.
        """
        for endpoint in self._endpoints.values():
            try:
                found = self._below(endpoint, folder)
            except (httpx2.HTTPError, ValueError):
                continue
            return {base64.b64decode(kv["key"]).decode(): _seal(base64.b64decode(kv["value"])) for kv in found}
        raise ConnectionError(f"no member of etcd says what it has below {folder}")

    @reading
    def copies(self, folder: str) -> dict[str, dict[str, int]]:
        """Return what each member that answers has of its own below *folder*: every key with its last revision.

        A member is asked alone, not through the quorum, so that one which lags behind the others is seen to.
        """

        def copy(member: Member) -> dict[str, int] | None:
            try:
                found = self._below(member.endpoint, folder, serializable=True, keys_only=True)
            except (httpx2.HTTPError, ValueError):
                return None
            return {base64.b64decode(kv["key"]).decode(): int(kv["mod_revision"]) for kv in found}

        members = [member for member in self._members() if member.endpoint]
        with ThreadPoolExecutor(len(members) or 1) as pool:
            copies = pool.map(copy, members)
        return {member.name: its for member, its in zip(members, copies, strict=True) if its is not None}

    def close(self) -> None:
        """Let go of connections."""
        self._http.close()

    def _below(self, endpoint: str, folder: str, **how: bool) -> list[dict[str, str]]:
        after = folder[:-1] + chr(ord(folder[-1]) + 1)  # the first key that is not below it
        asked = {"key": _base64(folder), "range_end": _base64(after), **how}
        found: list[dict[str, str]] = self._ask(endpoint, "/v3/kv/range", asked).get("kvs", [])
        return found

    def _members(self) -> list[Member]:
        pool = ThreadPoolExecutor(len(self._endpoints))
        try:
            asked = [pool.submit(self._listed_by, endpoint) for endpoint in self._endpoints.values()]
            found = next((answer for one in as_completed(asked) if (answer := one.result())), [])
        finally:
            pool.shutdown(wait=False)  # a member that is down may take its time
        return sorted(found, key=lambda member: member.name)

    def _listed_by(self, endpoint: str) -> list[Member]:
        try:
            # Not through the quorum: what a lone survivor knows is wanted as well.
            answer = self._ask(endpoint, "/v3/cluster/member/list", {"linearizable": False})
        except (httpx2.HTTPError, ValueError):
            return []
        return [
            Member(
                name=member.get("name", ""),
                id=f"{int(member['ID']):x}",
                endpoint=next(iter(member.get("clientURLs", [])), ""),
                learner=bool(member.get("isLearner", False)),
            )
            for member in answer.get("members", [])
        ]

    def _statuses(self) -> list[MemberStatus]:
        members = self._members() or [Member(name, "", at, learner=False) for name, at in self._endpoints.items()]
        with ThreadPoolExecutor(len(members)) as pool:
            return list(pool.map(self._status, members))

    def _status(self, member: Member) -> MemberStatus:
        if not member.endpoint:
            return MemberStatus(member, healthy=False, error="it was added and has never started")
        try:
            answer = self._ask(member.endpoint, "/v3/maintenance/status", {})
            health = self._http.get(f"{member.endpoint}/health").json()
        except (httpx2.HTTPError, ValueError) as error:
            return MemberStatus(member, healthy=False, error=str(error) or type(error).__name__)
        leader = int(answer.get("leader", 0))
        well = health.get("health") == "true" and leader != 0
        return MemberStatus(
            member,
            healthy=well,
            leader=f"{leader:x}" if leader else "",
            db_size=int(answer.get("dbSize", 0)),
            raft_index=int(answer.get("raftIndex", 0)),
            error="" if well else health.get("reason") or "it knows no leader",
        )

    def evidence(self) -> object:
        """Return what every member says of itself."""
        return [str(status) for status in self.status()]

    def _ask(self, endpoint: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        response = self._http.post(f"{endpoint}{path}", json=body)
        response.raise_for_status()
        answer = response.json()
        if not isinstance(answer, dict):
            raise ValueError(f"expected an object from {endpoint}{path}, got {answer!r}")  # noqa: TRY004 - a bad answer
        return answer


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _seal(value: bytes) -> str:
    return value.removeprefix(_SEAL).partition(b":")[0].decode() if value.startswith(_SEAL) else ""
