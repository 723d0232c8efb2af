"""Breaks of shared access: the bucket."""

from __future__ import annotations

from seatrial.faults import CallAws
from seatrial.sabotage import Sabotage, Site
from steps.breaks import rounds

_SHARED = "features/access/shared_access.feature"
_BUCKET = f"{_SHARED}::The bucket is closed to everybody else, and forgets nothing"


def forgetting(bucket: str) -> CallAws:
    """Return the fault by which a bucket keeps no versions."""
    off, on = ({"Bucket": bucket, "VersioningConfiguration": {"Status": status}} for status in ("Suspended", "Enabled"))
    return CallAws("s3", "put_bucket_versioning", off, "put_bucket_versioning", on)


def bucket_forgetful(site: Site) -> tuple[str, ...]:
    site.inject(forgetting(site.facts.bucket))
    return (site.facts.bucket,)


SABOTAGES = (
    Sabotage(
        "the bucket forgets", bucket_forgetful, _BUCKET, rounds.PLATFORM, ("keeps versions yes", "keeps versions no")
    ),
)
