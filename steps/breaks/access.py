"""Breaks of shared access: the bucket."""

from __future__ import annotations

import json
import time

from seatrial import contained
from seatrial.faults import CallAws
from seatrial.sabotage import Sabotage, Site, until
from steps.breaks import rounds
from steps.breaks.drift import anybody_may
from steps.breaks.security import RunWithout
from steps.breaks.strays import stray

_SHARED = "features/access/shared_access.feature"
_LOOKED_AT = 3.0  # seconds after which the member has seen what she was given
_BUCKET = f"{_SHARED}::The bucket is closed to everybody else, and forgets nothing"


def forgetting(bucket: str) -> CallAws:
    """Return the fault by which a bucket keeps no versions."""
    off, on = ({"Bucket": bucket, "VersioningConfiguration": {"Status": status}} for status in ("Suspended", "Enabled"))
    return CallAws("s3", "put_bucket_versioning", off, "put_bucket_versioning", on)


def bucket_forgetful(site: Site) -> tuple[str, ...]:
    site.inject(forgetting(site.facts.bucket))
    return (site.facts.bucket,)


def bucket_open(site: Site) -> tuple[str, ...]:
    """Have the bucket's policy let everybody read what is in it."""
    _let_everybody(site, "s3:*", "", "/*")
    return ()


def key_open(site: Site) -> tuple[str, ...]:
    """Have the bucket's policy let everybody read the key of the cluster's authority, and nothing else."""
    _let_everybody(site, "s3:GetObject", "/*/pki/private/kubernetes-ca/*")
    return ("pki/private/kubernetes-ca",)


def strangers_welcome(site: Site) -> tuple[str, ...]:
    """Have the API answer whoever does not say who she is, and show her the members of the cluster."""
    anybody_may(site, "strangers-welcome")
    for number in (1, 2, 3):
        site.inject(RunWithout(f"apiserver-{number}", ("--anonymous-auth=",)))
        until(f"API server {number} is back", lambda: not site.actuators.unwhole())
    return ()


def kept_for_good(site: Site) -> tuple[str, ...]:
    """Have a colleague put the platform's own keys, good for a year, where a member's have been for some seconds."""
    lasting = site.platform.state.path("kubeconfig")

    def generous() -> None:
        for hers in site.platform.state.path("members", "all").parent.glob("member-*/kubeconfig"):
            if time.time() - hers.stat().st_mtime > _LOOKED_AT:
                contained.write(hers, lasting.read_bytes())

    site.beside(generous)
    return ()


def _let_everybody(site: Site, action: str, *paths: str) -> None:
    """Give the bucket a policy by which everybody may do *action* at *paths* of it."""
    named, arn = {"Bucket": site.facts.bucket}, f"arn:aws:s3:::{site.facts.bucket}"
    everybody = {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": [arn + path for path in paths]}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [everybody]})
    site.inject(CallAws("s3", "put_bucket_policy", {**named, "Policy": policy}, "delete_bucket_policy", named))


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
        "the bucket lets everybody in",
        bucket_open,
        f"{_SHARED}::A member without the bucket",
        rounds.ASTRAY,
        ("expected no access without the bucket",),
    ),
    Sabotage(
        "a key in the bucket is there for everybody",
        key_open,
        f"{_SHARED}::A member without the bucket",
        rounds.PLATFORM,
        ("open no", "open yes"),
    ),
    Sabotage(
        "the API lets strangers in",
        strangers_welcome,
        f"{_SHARED}::Somebody who knows the address but has no credentials",
        rounds.OPEN,
        ("expected the stranger to be turned away", "let in"),
    ),
    Sabotage(
        "access that does not end",
        kept_for_good,
        f"{_SHARED}::Access for a few seconds",
        rounds.WOULD_HAPPEN,
        ("an access that has ended", "let in"),
    ),
)

UNCHALLENGED = {
    f"{_SHARED}::Nobody else on her machine can read what she was given": (
        "whoever hands it out closes it, and is looked at in the same moment: nobody comes between them every time"
    ),
}
