"""The estate: a platform's side of the cloud, made and taken down again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from provision.estate import (
    differing,
    ingress_rules,
    mending,
    resources,
    store,
    teardown,
    updater_access,
    volumes,
    zones,
)
from provision.estate.access import AwsAccess
from provision.estate.account.delegation import Ask, asked_of_account, asked_of_dns
from provision.estate.keys import Keys
from provision.estate.kops import Kops
from provision.estate.names import CLUSTER_TAG, Names, items_of
from provision.estate.public_zone import ensure_delegated, made_for
from provision.estate.volumes import VolumeInfo
from provision.spec import PlatformSpec
from seatrial.checks.observer import Fidelity, Recorder
from seatrial.errors import StandupError
from seatrial.observers.aws import Aws, Instance
from seatrial.provisioning.comparing import Difference


class Estate:
    """The cloud side of one platform; each ``ensure`` done again changes nothing.

    Args:
        spec: The platform's parameters.
        team: The team's id.
        access: The cloud.
        kops: The platform's kops.
        labels: Further tags of everything that is made.
    """

    def __init__(
        self,
        spec: PlatformSpec,
        team: str,
        access: AwsAccess,
        kops: Kops,
        *,
        labels: Mapping[str, str] | None = None,
    ) -> None:
        self._spec = spec
        self._access = access
        self._kops = kops
        self.names = Names(spec, team, labels)
        # Provisioning looks, too, but its looks are no scenario's: they are noted nowhere else.
        self._aws = Aws(access, Fidelity.SIMULATED if access.simulated else Fidelity.REAL, Recorder())
        self._ask: Ask = asked_of_account(access) if access.simulated else asked_of_dns

    def ensure_store(self) -> None:
        """Make the bucket of the kops state.

        Raises:
            StandupError: If a bucket of that name is somebody else's.
        """
        store.ensure_store(self._access, self.names)

    def ensure_zone(self) -> int:
        """Make a public zone, and delegate it, where the cloud is played; else it was there before.

        Returns:
            How much was changed.
        """
        played = self._spec.dns.public and self._access.simulated
        return ensure_delegated(self._access, self.names) if played else 0

    def ensure_cluster(self, ca_cert: Path, ca_key: Path, encryption: Path, *, masters_alone: bool = False) -> None:
        """Make the cluster's groups, network and roles, with the platform's own CA and its key for Secrets.

        A private zone is made with them; a public one has to be there.

        Args:
            ca_cert: The CA's certificate, PEM.
            ca_key: Its private key, PEM.
            encryption: How the API servers encrypt Secrets: an EncryptionConfiguration.
            masters_alone: Whether nodes are left as they are, until the masters have been upgraded.

        Raises:
            KopsError: If kops fails, or the cluster has another key for Secrets.
        """
        self._kops.create()
        self._kops.import_ca(ca_cert, ca_key)
        self._kops.import_encryption(encryption)
        self._kops.update(masters_alone=masters_alone)
        if self._spec.dns.public:
            return  # marked by whoever made it
        self._access.client("route53").change_tags_for_resource(
            ResourceType="hostedzone", ResourceId=self.hosted_zone_id(), AddTags=items_of(self.names.tags)
        )

    def differences(self) -> list[Difference]:
        """Return where the estate is not as agreed, beside what kops's preview says; nothing is changed."""
        return differing.differences(self._look())

    def delegation(self) -> zones.Delegation:
        """Return which zones have the platform's name, who serves its public one, and whom its parent names."""
        return zones.delegation(self._look())

    def mend(self) -> int:
        """Put right what a hand has changed and kops leaves as it is; return how much that was."""
        return mending.mend(self._look())

    def ensure_updater(self, known: Keys | None) -> Keys:
        """Make the DNS updater's own user; return its keys: those that are *known*, if it has them still."""
        return updater_access.ensure_updater(self._access, self.names, self.hosted_zone_id(), known)

    def ensure_volumes(self) -> list[VolumeInfo]:
        """Make the MongoDB members' volumes.

        Raises:
            StandupError: If a member's volume is in another zone than its member's.
        """
        return volumes.ensure_volumes(self._access, self._spec, self.names)

    def find_volumes(self) -> list[VolumeInfo]:
        """Return the MongoDB members' volumes that are there, by member."""
        return volumes.find_volumes(self._access, self.names)

    def closed_ports(self) -> list[int]:
        """Return the ingress controller's ports that are not open on the nodes.

        Raises:
            StandupError: If the cluster has not been made.
        """
        return ingress_rules.closed_ports(self._access, self._spec, self.names)

    def ensure_ingress_rules(self) -> list[int]:
        """Open the ingress controller's ports on the nodes; give those that were not open.

        Raises:
            StandupError: If the cluster has not been made.
        """
        return ingress_rules.ensure_ingress_rules(self._access, self._spec, self.names)

    def hosted_zone_id(self) -> str:
        """Return the id of the platform's own zone.

        Raises:
            StandupError: If there is not exactly one.
        """
        ids = self._zones()
        if len(ids) != 1:
            found = ", ".join(ids) or "none"
            raise StandupError(f"expected one {self._spec.dns.zone} zone named {self.names.cluster}, found {found}")
        return ids[0]

    def instances(self) -> list[Instance]:
        """Return the platform's instances that have not ended, by group."""
        found = self._aws.instances({CLUSTER_TAG: self.names.cluster})
        return sorted((i for i in found if i.state != "terminated"), key=lambda i: (i.group or "", i.id))

    def destroy(self, within: float = 1800) -> None:
        """Delete everything of the platform in the cloud, in at most *within* seconds.

        Raises:
            TeardownError: If something is left.
        """
        teardown.destroy(self._access, self.names, self._kops, within=within)

    def inventory(self) -> dict[str, list[str]]:
        """Return the ids of everything that the platform has in the cloud, by kind."""
        return resources.inventory(self._access, self.names)

    def _look(self) -> differing.Look:
        return differing.Look(self._aws, self._access, self._spec, self.names, self._ask)

    def _zones(self) -> list[str]:
        name, public = self.names.cluster, self._spec.dns.public
        found = [zone.id for zone in self._aws.hosted_zones() if zone.name == name and zone.private is not public]
        # Where somebody makes another of the same name, that which was made for the platform stays its own.
        return (public and len(found) > 1 and made_for(self._access, self.names)) or found
