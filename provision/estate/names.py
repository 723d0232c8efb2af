"""What marks a resource as one platform's own: names and tags that carry its team's id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from provision.spec import PlatformSpec

TEAM_TAG = "seatrial.dev/team"
MEMBER_TAG = "seatrial.dev/mongodb-member"
CLUSTER_TAG = "KubernetesCluster"  # kops's own
RUN_TAG = "seatrial.dev/run"  # which standup made it
EXPIRES_TAG = "seatrial.dev/expires"  # until when it is meant to be there: UTC, RFC 3339


class Names:
    """The names of the platform of one team.

    Args:
        spec: The platform's parameters.
        team: The team's id.
        labels: Further tags of everything that is made.

    Attributes:
        team: The team's id.
        cluster: The kops cluster's name, which is the DNS zone's too.
        store: The bucket of the kops state.
        labels: What everything bears beside the names of team and cluster.
    """

    def __init__(self, spec: PlatformSpec, team: str, labels: Mapping[str, str] | None = None) -> None:
        self.team = team
        self.labels = dict(labels or {})
        self.cluster = spec.zone_name(team)
        self.store = spec.store_name(team)

    @property
    def tags(self) -> dict[str, str]:
        """The tags of everything that is made beside kops."""
        cluster = {CLUSTER_TAG: self.cluster, f"kubernetes.io/cluster/{self.cluster}": "owned"}
        return {TEAM_TAG: self.team} | cluster | self.labels

    @property
    def filters(self) -> list[Any]:
        """The EC2 filter that lets only this platform's resources through."""
        return [{"Name": f"tag:{CLUSTER_TAG}", "Values": [self.cluster]}]

    def owns(self, tags: Mapping[str, str]) -> bool:
        """Return whether *tags* are a resource's of this platform."""
        return tags.get(CLUSTER_TAG) == self.cluster or tags.get(TEAM_TAG) == self.team


def tags_of(items: Iterable[Any]) -> dict[str, str]:
    """Turn the API's list of keys and values into a mapping."""
    return {item["Key"]: item["Value"] for item in items}


def items_of(tags: Mapping[str, str]) -> list[Any]:
    """Turn a mapping into the API's list of keys and values."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]
