"""Members of etcd beyond the masters' own: added one after the other as learners, promoted, and removed again."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx2

from provision.targets.base.parts import EXTRA_MEMBER
from provision.targets.base.pki import Pki
from provision.targets.simulated.addresses import EtcdAddresses
from provision.targets.simulated.endpoints import client_context
from provision.targets.simulated.etcd_program import etcd
from seatrial import contained
from seatrial.errors import SeatrialError
from seatrial.provisioning.processes import ProcessTable
from seatrial.provisioning.state import PlatformState
from seatrial.retrying import retrying

_TIMEOUT = 5.0
_GROW_SECONDS = 90.0  # ten times what two members take on two idle cores
_REMOVE_SECONDS = 30.0
_POLL_SECONDS = 0.1
_STOP_GRACE = 2.0


class EtcdMembersError(SeatrialError):
    """A member could not be added or removed; the message says which and what etcd answered."""


class EtcdMembers:
    """Adds members to the platform's etcd, and takes them away.

    Args:
        state: The platform's state.
        processes: The platform's processes.
        pki: The platform's certificates.
        program: The program of etcd.
        masters: The masters' own members, by name.
        extra: Where members beyond them may listen, by name.
    """

    def __init__(
        self,
        state: PlatformState,
        processes: ProcessTable,
        pki: Pki,
        program: Path,
        *,
        masters: Mapping[str, EtcdAddresses],
        extra: Mapping[str, EtcdAddresses],
    ) -> None:
        self._state = state
        self._processes = processes
        self._pki = pki
        self._program = program
        self._masters = masters
        self._extra = extra
        context = client_context(pki.etcd.pair.cert, pki.etcd_client())
        self._http = httpx2.Client(verify=context, timeout=_TIMEOUT, trust_env=False)

    def grow(self, count: int, within: float = _GROW_SECONDS) -> list[str]:
        """Add members, one after the other: each a learner that is started, catches up, and then votes.

        A member votes within a second, and answers clients some seconds later: etcd's own first try to publish a new
        member is lost, as it knows no leader yet, and its second comes after seven seconds. So all are waited for
        together.

        Args:
            count: How many to add.
            within: How many seconds it may take until all of them answer.

        Returns:
            The members' names.

        Raises:
            EtcdMembersError: There is no address left, etcd refuses, or it takes too long.
        """
        limit = time.monotonic() + within
        new = dict(self._add(limit) for _ in range(count))
        while silent := [name for name, at in new.items() if not self._answers(at)]:
            if time.monotonic() > limit:
                raise EtcdMembersError(f"{silent[0]} does not answer yet; see {self._processes.log(silent[0])}")
            time.sleep(_POLL_SECONDS)
        return list(new)

    def shrink(self, to: int, within: float = _REMOVE_SECONDS) -> list[str]:
        """Remove members that were added, the last first, until *to* are left; the masters' own always stay.

        Args:
            to: How many members are to be left.
            within: How many seconds each removal may take.

        Returns:
            The names of the members removed.

        Raises:
            EtcdMembersError: etcd refuses.
        """
        surplus = max(0, len(self._members()) - to)
        gone = list(reversed(self.added()))[:surplus]
        for name in gone:
            self.remove(name, within)
        return gone

    def remove(self, name: str, within: float = _REMOVE_SECONDS) -> None:
        """Remove a member that was added, its process and its data; nothing happens where it is gone already.

        Args:
            name: The member.
            within: How many seconds etcd may refuse to, which it does while another member is not yet connected.

        Raises:
            EtcdMembersError: It is a master's own member, or etcd refuses.
        """
        limit = time.monotonic() + within
        at = self._extra.get(name)
        if at is None:
            raise EtcdMembersError(f"{name} is not a member that was added; those are called {EXTRA_MEMBER}1, ...")
        for member in self._members():
            if at.peer.https in member.get("peerURLs", []):
                self._until(limit, "/v3/cluster/member/remove", {"ID": member["ID"]}, name)
        self._processes.stop(name, _STOP_GRACE)
        contained.remove(self._state.dir / "data" / name)
        self._state.forget(f"processes/{name}")

    def added(self) -> list[str]:
        """List the members that were added and are still there, by name."""
        peers = {url for member in self._members() for url in member.get("peerURLs", [])}
        return [name for name, at in self._extra.items() if at.peer.https in peers]

    def close(self) -> None:
        """Let go of connections."""
        self._http.close()

    def _add(self, limit: float) -> tuple[str, EtcdAddresses]:
        name, at = self._next()
        answer = self._until(limit, "/v3/cluster/member/add", {"peerURLs": [at.peer.https], "isLearner": True}, name)
        cluster = self._cluster(name, at)
        spec = etcd(self._program, self._state, self._pki, name, at, cluster, existing=True)
        self._processes.ensure(spec)
        self._until(limit, "/v3/cluster/member/promote", {"ID": answer["member"]["ID"]}, name)
        return name, at

    def _next(self) -> tuple[str, EtcdAddresses]:
        there = self.added()
        for name, at in self._extra.items():
            if name not in there:
                return name, at
        raise EtcdMembersError(f"no address is left for another etcd member: {len(self._extra)} were added already")

    def _cluster(self, name: str, at: EtcdAddresses) -> dict[str, EtcdAddresses]:
        known = {**self._masters, **self._extra}
        peers = {url for member in self._members() for url in member.get("peerURLs", [])}
        return {**{other: where for other, where in known.items() if where.peer.https in peers}, name: at}

    def _members(self) -> list[dict[str, Any]]:
        members: list[dict[str, Any]] = self._ask("/v3/cluster/member/list", {})["members"]
        return members

    def _answers(self, at: EtcdAddresses) -> bool:
        try:
            status = self._http.post(f"{at.client.https}/v3/maintenance/status", json={})
        except httpx2.HTTPError:
            return False
        return status.is_success and int(status.json().get("leader", 0)) != 0

    def _until(self, limit: float, path: str, body: dict[str, Any], name: str) -> dict[str, Any]:
        """Ask until etcd agrees: it refuses as long as a new member has not caught up or connected."""
        try:
            return retrying(
                lambda: self._ask(path, body), passing=_refuses, within=limit - time.monotonic(), pause=_POLL_SECONDS
            )
        except EtcdMembersError as error:
            raise EtcdMembersError(f"{name}: {error}") from error

    def _ask(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Ask the masters' members one after the other until one of them does it."""
        refusals = []
        for member in self._masters.values():
            try:
                response = self._http.post(f"{member.client.https}{path}", json=body)
            except httpx2.HTTPError as error:
                refusals.append(f"{member.client}: {error}")
                continue
            answer: dict[str, Any] = response.json()
            if response.is_success:
                return answer
            refusals.append(f"{member.client}: {answer.get('message', response.status_code)}")
        raise EtcdMembersError(f"etcd refused {path}: {'; '.join(refusals)}")


def _refuses(error: Exception) -> bool:
    return isinstance(error, EtcdMembersError)
