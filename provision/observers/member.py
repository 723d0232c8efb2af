"""A team member who operates the platform with what kops exports from the shared bucket."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from botocore.exceptions import ClientError
from lightkube.resources.core_v1 import Node

from provision.estate import AwsAccess, Kops, KopsError
from provision.estate.kops import LIFETIME
from seatrial.checks.observer import Fidelity, Observer, reading
from seatrial.kube.client import client_of

_AT_ONCE = 8


@dataclass(frozen=True)
class Export:
    """What came of an export: whether it succeeded, what kops said if not, and the kubeconfig if so."""

    ok: bool
    output: str
    kubeconfig: Path | None


@dataclass(frozen=True)
class Bucket:
    """The team's bucket, as two people see it.

    Attributes:
        name: Its name.
        access: Gives the cloud as somebody sees it who has the bucket.
        access_of_stranger: Gives the cloud as somebody else in the account does.
    """

    name: str
    access: Callable[[], AwsAccess]
    access_of_stranger: Callable[[], AwsAccess]

    def looked_into(self) -> dict[str, bool]:
        """Return everything in it by name, and whether the stranger, who knows that name, can read it."""
        pages = self.access().client("s3").get_paginator("list_objects_v2").paginate(Bucket=self.name)
        names = [one["Key"] for page in pages for one in page.get("Contents", [])]
        hers = self.access_of_stranger().client("s3")

        def reads(name: str) -> bool:
            try:
                hers.get_object(Bucket=self.name, Key=name)["Body"].close()
            except ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] == HTTPStatus.FORBIDDEN:
                    return False
                raise
            return True

        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return dict(zip(names, pool.map(reads, names), strict=True))


class Member(Observer):
    """A team member: runs the real kops, and the API with what it gives.

    Args:
        api: The URL of the cluster's API.
        folder: Where exports are kept, each in a folder of its own.
        kops: Gives the kops of somebody who has the team's bucket.
        kops_of_stranger: Gives, with its working folder, the kops of somebody else in the account.
        bucket: The team's bucket.
    """

    def __init__(
        self,
        api: str,
        folder: Path,
        kops: Callable[[], Kops],
        kops_of_stranger: Callable[[Path], Kops],
        bucket: Bucket,
    ) -> None:
        super().__init__("member", Fidelity.SIMULATED)
        self._api = api
        self._folder = folder
        self._kops = kops
        self._kops_of_stranger = kops_of_stranger
        self._bucket = bucket

    @reading
    def export_kubeconfig(self, *, with_bucket: bool, lifetime: str = LIFETIME) -> Export:
        """Export a kubeconfig by kops that is good for a *lifetime*, with access to the team's bucket or without."""
        folder = Path(tempfile.mkdtemp(prefix="member-", dir=self._folder))
        target = folder / "kubeconfig"
        kops = self._kops() if with_bucket else self._kops_of_stranger(folder)
        try:
            kops.export_kubeconfig(target, self._api, lifetime)
        except KopsError as error:
            return Export(ok=False, output=str(error), kubeconfig=None)
        return Export(ok=True, output="", kubeconfig=target)

    @reading
    def stored(self) -> dict[str, dict[str, object]]:
        """Return everything in the team's bucket by name: whether somebody without it can read it (``open``)."""
        return {name: {"open": is_open} for name, is_open in self._bucket.looked_into().items()}

    @reading
    def operate(self, kubeconfig: Path) -> list[str]:
        """Name the nodes that somebody with *kubeconfig* sees."""
        return sorted(
            node.metadata.name or "" for node in client_of(kubeconfig, kubeconfig.parent).list(Node) if node.metadata
        )
