"""What kops has stored of a cluster and its groups of machines, held against what it would store of platform.yaml."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path

from provision.estate.access import AwsAccess
from provision.estate.names import CLUSTER_TAG, Names, tags_of
from provision.estate.store import read_object
from seatrial.provisioning.planned import Change

_CLUSTER, _GROUPS = "config", "instancegroup"
_AT_ITS_TIME = "creationTimestamp:"


def otherwise(access: AwsAccess, names: Names, state: Path) -> Iterator[Change]:
    """Give every document that is stored otherwise, and every group of machines that nobody asked for.

    Nothing is compared before a cluster is stored.

    Args:
        access: The cloud.
        names: The platform's names.
        state: A state of kops in files, with the cluster as platform.yaml has it.
    """
    home = state / names.cluster
    wanted = {str(p.relative_to(home)): p.read_text() for p in (home / _CLUSTER, *(home / _GROUPS).iterdir())}
    stored = {path: read_object(access, names.store, f"{names.cluster}/{path}") for path in wanted}
    if stored[_CLUSTER] is None:
        return
    for path, document in stored.items():
        if lines := list(_differing(wanted[path], (document or b"").decode(errors="replace"))):
            yield Change("changed", f"kops's own {path}", ", ".join(lines))
    asked_for = {path.partition("/")[2] for path in wanted if path.startswith(_GROUPS)}
    for group in sorted(_stored_groups(access, names) - asked_for):
        yield Change("left", f"kops's own {_GROUPS}/{group}", "nobody asked for it")
    known = {f"{group}.{part}{names.cluster}" for group in asked_for for part in ("", "masters.")}
    for name in sorted(_groups(access, names) - known):
        yield Change("left", f"AutoscalingGroup/{name}", "nobody asked for it")


def _differing(wanted: str, found: str) -> Iterator[str]:
    ours, theirs = _lines(wanted), _lines(found)
    for expected, there in zip_longest([x for x in ours if x not in theirs], [x for x in theirs if x not in ours]):
        yield f"{there or 'nothing'} instead of {expected or 'nothing'}"


def _lines(document: str) -> Sequence[str]:
    lines = (line.strip() for line in document.splitlines())
    return [line for line in lines if not line.startswith(_AT_ITS_TIME)]


def _stored_groups(access: AwsAccess, names: Names) -> set[str]:
    prefix = f"{names.cluster}/{_GROUPS}/"
    pages = access.client("s3").get_paginator("list_objects_v2").paginate(Bucket=names.store, Prefix=prefix)
    return {item["Key"].removeprefix(prefix) for page in pages for item in page.get("Contents", [])}


def _groups(access: AwsAccess, names: Names) -> set[str]:
    pages = access.client("autoscaling").get_paginator("describe_auto_scaling_groups").paginate()
    found = [group for page in pages for group in page["AutoScalingGroups"]]
    return {g["AutoScalingGroupName"] for g in found if tags_of(g.get("Tags", [])).get(CLUSTER_TAG) == names.cluster}
