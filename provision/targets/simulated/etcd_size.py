"""How many members etcd has, changed by programs on this machine."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

from provision.targets.simulated.etcd_members import EtcdMembers


class EtcdSize:
    """Makes etcd larger and smaller.

    Args:
        members: Gives what adds members and takes them away.
    """

    def __init__(self, members: Callable[[], EtcdMembers]) -> None:
        self._members = members

    def grow(self, by: int) -> None:
        """Add so many members.

        Raises:
            EtcdMembersError: There is no address left, etcd refuses, or it takes too long.
        """
        with closing(self._members()) as members:
            members.grow(by)

    def shrink(self, to: int) -> None:
        """Remove members that were added until *to* are left.

        Raises:
            EtcdMembersError: etcd refuses.
        """
        with closing(self._members()) as members:
            members.shrink(to)
