"""One look at the cloud, limited to one platform's own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from provision.estate.access import AwsAccess
from provision.estate.names import Names

if TYPE_CHECKING:
    from mypy_boto3_ec2 import EC2Client


@dataclass
class Scope:
    """The cloud, and the names that mark what is one platform's own in it."""

    access: AwsAccess
    names: Names

    @property
    def ec2(self) -> EC2Client:
        """The client of EC2."""
        return self.access.client("ec2")

    @cached_property
    def networks(self) -> list[str]:
        """The ids of the platform's networks."""
        return [vpc["VpcId"] for vpc in self.ec2.describe_vpcs(Filters=self.names.filters)["Vpcs"]]
