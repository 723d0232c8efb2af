"""What is looked at before anything is made: each thing that stands in the way is one message, and nothing is left."""

from __future__ import annotations

from collections.abc import Collection

from provision.estate.access import AwsAccess
from provision.estate.account import permissions, quotas
from provision.estate.account.delegation import Ask, see_delegated
from provision.estate.account.identity import Identity, identity, see_allowed
from provision.estate.account.trouble import RIGHTS
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

    def see(self) -> None:
        """See that a platform can be built: by whom, with which rights, under which names, with how much room.

        Raises:
            UsageError: If it cannot be; the message says why, and what to do.
        """
        found = self.identity()
        if actions := self.denied():
            raise UsageError(f"{found.arn} may not {', '.join(actions)}; {RIGHTS}")
        self.zones()
        self.bucket()
        self.hosted_zone()
        if full := [str(room) for room in self.rooms() if room.exceeded]:
            raise UsageError(f"the account {found.account} has no room for the platform: {'; '.join(full)}")

    def identity(self) -> Identity:
        """Return whose the credentials are, if that account may be built in.

        Raises:
            UsageError: If it may not be, or the credentials are no good.
        """
        found = identity(self._access)
        see_allowed(found, self._accounts)
        return found

    def denied(self) -> list[str]:
        """Return the actions that are denied, as far as looks and dry runs tell."""
        return permissions.denied(self._access, self._spec, self._names)

    def zones(self) -> str:
        """See that the account has the availability zones of platform.yaml.

        Raises:
            UsageError: If it lacks one.
        """
        listed = self._access.client("ec2").describe_availability_zones()["AvailabilityZones"]
        there = {zone["ZoneName"] for zone in listed if zone["State"] == "available"}
        if missing := [zone for zone in self._spec.zones if zone not in there]:
            known = ", ".join(sorted(there))
            raise UsageError(f"platform.yaml: zones: the account has no {', '.join(missing)}; expected any of {known}")
        return f"{self._spec.region}: {', '.join(self._spec.zones)}"

    def bucket(self) -> str:
        """See that the bucket is ours, or still to be made.

        Raises:
            UsageError: If it is somebody else's.
        """
        try:
            return f"{self._names.store}, {'ours' if see_ours(self._access, self._names) else 'not there yet'}"
        except StandupError as error:
            raise UsageError(str(error)) from error

    def hosted_zone(self) -> str:
        """See that the platform's zone is there, and found by the world.

        Raises:
            UsageError: If it is not.
        """
        if not self._spec.dns.public:
            raise UsageError(
                "platform.yaml: dns.zone: expected public: a private zone is not built on aws yet, as whoever builds "
                "would have to be within its network to see that it answers"
            )
        if self._ask is None:
            return "not looked at"
        see_delegated(self._access, self._names.cluster, self._ask)
        return f"{self._names.cluster}, delegated"

    def rooms(self) -> list[quotas.Room]:
        """Return the quotas that the platform would use; none once it stands."""
        return quotas.rooms(self._access, self._spec, self._names)
