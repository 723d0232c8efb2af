"""What is looked at before anything is made: each thing that stands in the way is one message, and nothing is left."""

from __future__ import annotations

from collections.abc import Collection

from provision.estate.access import AwsAccess
from provision.estate.account.delegation import Ask, see_delegated
from provision.estate.account.identity import Identity, identity, see_allowed
from provision.estate.account.permissions import denied
from provision.estate.names import Names
from provision.estate.store import see_ours
from provision.spec import PlatformSpec
from seatrial.errors import StandupError, UsageError


class Preflight:
    """Looks at an account before a platform is built in it.

    Args:
        access: The cloud.
        names: What marks the platform's own.
        spec: The platform's parameters.
        accounts: The accounts that may be built in.
        ask: Asks DNS for a zone's name servers; nobody is asked, and no public zone needed, when left out.
    """

    def __init__(
        self, access: AwsAccess, names: Names, spec: PlatformSpec, accounts: Collection[str], ask: Ask | None = None
    ) -> None:
        self._access, self._names, self._spec = access, names, spec
        self._accounts = accounts
        self._ask = ask

    def identity(self) -> Identity:
        """Return whose the credentials are, if that account may be built in.

        Raises:
            UsageError: If it may not be, or the credentials are no good.
        """
        found = identity(self._access)
        see_allowed(found, self._accounts)
        return found

    def see(self) -> None:
        """See that a platform can be built: by whom, with which rights, under which names.

        Raises:
            UsageError: If it cannot be; the message says why, and what to do.
        """
        found = self.identity()
        if actions := denied(self._access, self._spec, self._names):
            raise UsageError(
                f"{found.arn} may not {', '.join(actions)}: "
                "give it the rights of provision/estate/account/policies/platform.json"
            )
        try:
            see_ours(self._access, self._names)
        except StandupError as error:
            raise UsageError(str(error)) from error
        if self._ask is not None:
            see_delegated(self._access, self._names.cluster, self._ask)
