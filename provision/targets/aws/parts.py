"""Everything that a platform on ``aws`` is made of: its cloud is AWS, as the user's own variables and files have it."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Final

from provision.estate import AwsAccess, Estate, Kops
from provision.estate.account.delegation import asked_of_dns
from provision.estate.account.preflight import Preflight
from provision.estate.names import Names
from provision.targets.aws.labels import labels
from provision.targets.base.parts import Parts
from seatrial.checks.observer import NotProvableError
from seatrial.errors import UsageError
from seatrial.provisioning.processes import MARK

TARGET: Final = "aws"
TOOLS = ("kops", "kubectl")
_DNS_PORT = 53


class AwsParts(Parts):
    """One platform's parts, each made when first asked for."""

    target = TARGET
    needs = TOOLS

    @property
    def aws_endpoint(self) -> str:
        """The URL of the AWS API: its own, of each service."""
        return f"https://{self.spec.region}.amazonaws.com"

    @cached_property
    def aws_environment(self) -> dict[str, str]:
        """The variables by which the AWS API is reached: the user's own, and the platform's region.

        Raises:
            UsageError: If they lead elsewhere than to AWS.
        """
        if "AWS_ENDPOINT_URL" in os.environ:
            raise UsageError("AWS_ENDPOINT_URL is set, so this would not be AWS: unset it, or use --rehearse")
        region = {"AWS_REGION": self.spec.region, "AWS_DEFAULT_REGION": self.spec.region}
        # Where kops may put files; the folder is made once the platform is begun.
        return {**os.environ, **region, "TMPDIR": str(self.state.dir / "temporary")}

    @property
    def api(self) -> str:
        """The URL of the cluster's API: kops's own controller keeps the name at the masters' addresses."""
        return f"https://api.{self.spec.zone_name(self.team)}"

    @cached_property
    def resolver(self) -> tuple[str, int]:
        """A name server that Route53 gave the platform's zone, by its address and port."""
        zone = self.access.client("route53").get_hosted_zone(Id=self.estate.hosted_zone_id())
        server = min(zone["DelegationSet"]["NameServers"])
        return str(socket.getaddrinfo(server, _DNS_PORT, socket.AF_INET)[0][4][0]), _DNS_PORT

    @property
    def labels(self) -> Mapping[str, str]:
        """Which standup made a thing, and until when it is meant to be there."""
        return labels(self.state, self.spec)

    @cached_property
    def estate(self) -> Estate:
        """The cloud side, with a zone that was there before."""
        return Estate(self.spec, self.team, self.access, self.kops, labels=self.labels)

    @cached_property
    def preflight(self) -> Preflight:
        """What is looked at before anything is made."""
        names = Names(self.spec, self.team)
        return Preflight(self.access, names, self.spec, self.spec.aws.accounts, asked_of_dns)

    def kops_of_stranger(self, workdir: Path) -> Kops:
        """There is none: that takes keys of somebody else in the account.

        Raises:
            NotProvableError: Always.
        """
        del workdir
        raise NotProvableError("nobody else's keys to the account are known on aws")

    def _kops(self, workdir: Path, access: AwsAccess) -> Kops:
        mark = {MARK: self.processes.mark("kops")}
        kops, labels = self.tools["kops"], self.labels
        return Kops(kops, access, self.spec, self.team, workdir, mark=mark, labels=labels)
