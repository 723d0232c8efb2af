"""Breaks of shared access: the bucket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from seatrial.faults import CallAws, Fault
from seatrial.faults.base import Memory
from seatrial.provisioning.contract import Actuators
from seatrial.sabotage import Sabotage, Site, until
from steps.breaks import rounds
from steps.breaks.drift import anybody_may
from steps.breaks.security import RunWithout
from steps.breaks.strays import stray

_SHARED = "features/access/shared_access.feature"
_BUCKET = f"{_SHARED}::The bucket is closed to everybody else, and forgets nothing"


def forgetting(bucket: str) -> CallAws:
    """Return the fault by which a bucket keeps no versions."""
    off, on = ({"Bucket": bucket, "VersioningConfiguration": {"Status": status}} for status in ("Suspended", "Enabled"))
    return CallAws("s3", "put_bucket_versioning", off, "put_bucket_versioning", on)


def bucket_forgetful(site: Site) -> tuple[str, ...]:
    site.inject(forgetting(site.facts.bucket))
    return (site.facts.bucket,)


@dataclass(frozen=True)
class HandOut(Fault):
    """Copy a team's bucket to where a stranger looks; undone by removing the copy.

    Attributes:
        bucket: The team's.
        copy: The stranger's, which is not there before.
        cluster: The name of what the bucket describes.
        called: How the stranger calls it.
    """

    kind: ClassVar[str] = "hand-out"
    bucket: str
    copy: str
    cluster: str
    called: str

    def apply(self, actuators: Actuators[Any]) -> None:
        """Copy it."""
        s3 = actuators.aws("s3")
        s3.create_bucket(Bucket=self.copy, CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name})
        for found in s3.list_objects_v2(Bucket=self.bucket)["Contents"]:
            text = s3.get_object(Bucket=self.bucket, Key=found["Key"])["Body"].read()
            told = text.replace(self.bucket.encode(), self.copy.encode())
            told = told.replace(self.cluster.encode(), self.called.encode())
            s3.put_object(Bucket=self.copy, Key=found["Key"].replace(self.cluster, self.called), Body=told)

    def undo(self, actuators: Actuators[Any], memory: Memory) -> None:  # noqa: ARG002
        """Remove the copy."""
        s3 = actuators.aws("s3")
        if self.copy in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]:
            for found in s3.list_objects_v2(Bucket=self.copy).get("Contents", []):
                s3.delete_object(Bucket=self.copy, Key=found["Key"])
            s3.delete_bucket(Bucket=self.copy)


def bucket_handed_out(site: Site) -> tuple[str, ...]:
    """Have a stranger find a copy of what the bucket holds."""
    facts, stranger = site.facts, f"not-{site.platform.team}"
    called = f"{stranger}.{facts.cluster.partition('.')[2]}"
    site.inject(HandOut(facts.bucket, f"{stranger}-store", facts.cluster, called))
    return ()


def strangers_welcome(site: Site) -> tuple[str, ...]:
    """Have the API answer whoever does not say who she is, and show her the members of the cluster."""
    anybody_may(site, "strangers-welcome")
    for number in (1, 2, 3):
        site.inject(RunWithout(f"apiserver-{number}", ("--anonymous-auth=",)))
        until(f"API server {number} is back", lambda: not site.actuators.unwhole())
    return ()


SABOTAGES = (
    Sabotage(
        "the bucket forgets", bucket_forgetful, _BUCKET, rounds.PLATFORM, ("keeps versions yes", "keeps versions no")
    ),
    Sabotage(
        "a member of the cluster that nobody ordered",
        stray("stray-3", "1.36.1"),
        f"{_SHARED}::A member with the bucket",
        rounds.STRAYS,
        ("expected 6 members",),
    ),
    Sabotage(
        "a copy of the bucket is handed out",
        bucket_handed_out,
        f"{_SHARED}::A member without the bucket",
        rounds.ASTRAY,
        ("expected no access without the bucket",),
    ),
    Sabotage(
        "the API lets strangers in",
        strangers_welcome,
        f"{_SHARED}::Somebody who knows the address but has no credentials",
        rounds.OPEN,
        ("expected the stranger to be turned away", "let in"),
    ),
)

UNCHALLENGED = {
    f"{_SHARED}::Nobody else on her machine can read what she was given": (
        "whoever hands it out closes it, and is looked at in the same moment: nobody comes between them every time"
    ),
}
