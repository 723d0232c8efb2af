"""Breaks of the database: a member beside another, a volume far from its member."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lightkube import ApiError, codecs
from lightkube.resources.apps_v1 import StatefulSet
from lightkube.resources.core_v1 import PersistentVolume, PersistentVolumeClaim, Pod

from tests.sabotage.site import Site, clean, until

MEMBER = "mongodb-2"
CLAIM = f"data-{MEMBER}"


@contextmanager
def member_misplaced(site: Site) -> Iterator[tuple[str, ...]]:
    """Have a member made by hand on a node that has one already.

    Its StatefulSet takes it for its own once it has the labels, which it is given when a member is wanted again.
    """
    member, node = _member(site), site.pods("mongodb", "backing")[0].spec.nodeName
    moved = clean(member.to_dict())
    moved["spec"]["nodeName"] = node
    labels = moved["metadata"].pop("labels")
    with _member_away(site):
        site.kube.create(codecs.from_dict(moved))
    site.kube.patch(Pod, MEMBER, {"metadata": {"labels": labels}}, namespace="backing")
    try:
        yield "mongodb", node
    finally:
        site.kube.delete(Pod, MEMBER, namespace="backing", grace_period=0)


@contextmanager
def volume_misplaced(site: Site) -> Iterator[tuple[str, ...]]:
    """Put a volume in another zone, with the same tags, in the place of a member's own."""
    ec2 = site.aws("ec2")
    written = clean(site.read("v1", "PersistentVolume", MEMBER))
    written["spec"].pop("claimRef")
    own = ec2.describe_volumes(VolumeIds=[written["spec"]["csi"]["volumeHandle"]])["Volumes"][0]
    specified = [{"ResourceType": "volume", "Tags": own["Tags"]}]
    other = ec2.create_volume(
        AvailabilityZone="eu-west-1a", Size=own["Size"], VolumeType=own["VolumeType"], TagSpecifications=specified
    )["VolumeId"]
    csi = written["spec"]["csi"] | {"volumeHandle": other}
    _replace_volume(site, written | {"spec": written["spec"] | {"csi": csi}})
    try:
        yield (f"volume of {MEMBER}",)
    finally:
        _replace_volume(site, written)
        ec2.delete_volume(VolumeId=other)


def _replace_volume(site: Site, manifest: dict[str, Any]) -> None:
    with _member_away(site):
        for kind, name, scope in (
            (PersistentVolumeClaim, CLAIM, {"namespace": "backing"}),
            (PersistentVolume, MEMBER, {}),
        ):
            site.kube.delete(kind, name, **scope)
            until(f"{name} is gone", lambda k=kind, n=name, s=scope: not _there(site, k, n, **s))  # type: ignore[misc]
        site.kube.create(codecs.from_dict(manifest))
    until(f"{MEMBER} is back", lambda: _there(site, Pod, MEMBER, namespace="backing") and _member(site).spec.nodeName)


@contextmanager
def _member_away(site: Site) -> Iterator[None]:
    """Have the last member leave, and let it come back."""
    site.kube.patch(StatefulSet, "mongodb", {"spec": {"replicas": 2}}, namespace="backing")
    until(f"{MEMBER} has left", lambda: not _there(site, Pod, MEMBER, namespace="backing"))
    try:
        yield
    finally:
        site.kube.patch(StatefulSet, "mongodb", {"spec": {"replicas": 3}}, namespace="backing")


def _member(site: Site) -> Any:
    return site.kube.get(Pod, MEMBER, namespace="backing")


def _there(site: Site, kind: Any, name: str, **scope: str) -> bool:
    try:
        site.kube.get(kind, name, **scope)
    except ApiError as error:
        if error.status.code == 404:
            return False
        raise
    return True
