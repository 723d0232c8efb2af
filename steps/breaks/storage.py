"""Breaks of the database: a member beside another, a volume far from its member, data on no volume."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from lightkube import ApiError, codecs
from lightkube.resources.apps_v1 import StatefulSet
from lightkube.resources.core_v1 import PersistentVolume, PersistentVolumeClaim, Pod

from seatrial.faults import Fault, MakeInAws
from seatrial.faults.base import Memory
from seatrial.provisioning.contract import Actuators
from seatrial.sabotage import Sabotage, Site, until
from steps.breaks import rounds
from steps.support import manifests
from steps.support.site import STATEFULSET, clean, container, pods, there

_VOLUMES, _DATA = "features/storage/volumes.feature", "features/storage/data.feature"
_MEMBER = "mongodb-2"
_CLAIM = f"data-{_MEMBER}"
_FOLDER = "/data/db"
_MISSING = 404


@dataclass(frozen=True)
class PutMember(Fault):
    """Put a member of the database on a node by hand; undone by deleting it, and its StatefulSet makes another."""

    kind: ClassVar[str] = "put-member"
    manifest: dict[str, Any]

    def apply(self, actuators: Actuators[Any]) -> None:
        """Make it."""
        actuators.kube().create(codecs.from_dict(self.manifest))

    def undo(self, actuators: Actuators[Any], memory: Memory) -> None:  # noqa: ARG002
        """Delete it as long as it stands where it was put."""
        if self.remaining(actuators, {}):
            actuators.kube().delete(Pod, _MEMBER, namespace="backing", grace_period=0)

    def remaining(self, actuators: Actuators[Any], memory: Memory) -> list[str]:  # noqa: ARG002
        """Name it while it stands where it was put."""
        found = _read(actuators, Pod, _MEMBER, namespace="backing")
        put = found is not None and found.spec.nodeName == self.manifest["spec"]["nodeName"]
        return [f"{_MEMBER} is on {found.spec.nodeName}"] if put else []


def member_misplaced(site: Site) -> tuple[str, ...]:
    """Have a member made by hand on a node that has one already.

    Its StatefulSet takes it for its own once it has the labels, which it is given when a member is wanted again.
    """
    member, node = _member(site), pods(site, "mongodb", "backing")[0].spec.nodeName
    moved = clean(member.to_dict())
    moved["spec"]["nodeName"] = node
    labels = moved["metadata"].pop("labels")
    site.patch(STATEFULSET, "mongodb", "backing", {"spec": {"replicas": 2}})
    until(f"{_MEMBER} has left", lambda: not there(site, Pod, _MEMBER, namespace="backing"))
    site.inject(PutMember(moved))
    site.kube.patch(StatefulSet, "mongodb", {"spec": {"replicas": 3}}, namespace="backing")
    site.kube.patch(Pod, _MEMBER, {"metadata": {"labels": labels}}, namespace="backing")
    return "mongodb", node


@dataclass(frozen=True)
class SwapVolume(Fault):
    """Put another volume in the place of a member's own; undone by putting its own back."""

    kind: ClassVar[str] = "swap-volume"
    handle: str

    def before(self, actuators: Actuators[Any]) -> Memory:
        """Keep what its own volume is."""
        written = clean(actuators.kube().get(PersistentVolume, _MEMBER).to_dict())
        written["spec"].pop("claimRef", None)
        return {"volume": written}

    def apply(self, actuators: Actuators[Any]) -> None:
        """Swap them."""
        written = self.before(actuators)["volume"]
        csi = written["spec"]["csi"] | {"volumeHandle": self.handle}
        _replace_volume(actuators, written | {"spec": written["spec"] | {"csi": csi}})

    def undo(self, actuators: Actuators[Any], memory: Memory) -> None:
        """Swap them back, unless that is so."""
        if self.remaining(actuators, memory):
            _replace_volume(actuators, memory["volume"])
        until(f"{self.handle} is free", lambda: not self._attached(actuators))  # whoever made it removes it next

    def _attached(self, actuators: Actuators[Any]) -> Any:
        return actuators.aws("ec2").describe_volumes(VolumeIds=[self.handle])["Volumes"][0]["Attachments"]

    def remaining(self, actuators: Actuators[Any], memory: Memory) -> list[str]:
        """Name the member while it has not its own volume, or is not there."""
        own = memory["volume"]["spec"]["csi"]["volumeHandle"]
        found = _read(actuators, PersistentVolume, _MEMBER)
        back = found is not None and found.spec.csi.volumeHandle == own
        members = actuators.kube().get(StatefulSet, "mongodb", namespace="backing").spec.replicas
        return [] if back and members == 3 else [f"{_MEMBER} has not its own volume"]  # noqa: PLR2004 - as specified


def volume_misplaced(site: Site) -> tuple[str, ...]:
    """Put a volume in another zone, with the same tags, in the place of a member's own."""
    ec2, zone = site.aws("ec2"), "eu-west-1a"
    handle = site.read("v1 PersistentVolume", _MEMBER)["spec"]["csi"]["volumeHandle"]
    own = ec2.describe_volumes(VolumeIds=[handle])["Volumes"][0]
    told = {"AvailabilityZone": zone, "Size": own["Size"], "VolumeType": own["VolumeType"]}
    told |= {"TagSpecifications": [{"ResourceType": "volume", "Tags": own["Tags"]}]}
    by = {"Filters": [{"Name": "availability-zone", "Values": [zone]}]}
    before = {v["VolumeId"] for v in ec2.describe_volumes(**by)["Volumes"]}
    made = MakeInAws("ec2", "create_volume", told, "describe_volumes", by, "Volumes", "VolumeId", "delete_volume")
    site.inject(made)
    (other,) = {v["VolumeId"] for v in ec2.describe_volumes(**by)["Volumes"]} - before
    site.inject(SwapVolume(other))
    return (f"volume of {_MEMBER}",)


def claim_unbound(site: Site) -> tuple[str, ...]:
    """Make a claim for a member's volume that nobody provides."""
    made = manifests.claim("data-mongodb-9")
    site.create(made | {"metadata": made["metadata"] | {"namespace": "backing"}})
    return ("data-mongodb-9",)


def volume_provided(site: Site) -> tuple[str, ...]:
    """Provide a volume of the kind that nobody provides."""
    spec = {
        "capacity": {"storage": "1Gi"},
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": manifests.claim("of-nobody")["spec"]["storageClassName"],
        "csi": {"driver": "ebs.csi.aws.com", "volumeHandle": "vol-by-hand"},
    }
    site.create({"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "by-hand"}, "spec": spec})
    return ("vol-by-hand",)


def data_on_no_volume(site: Site) -> tuple[str, ...]:
    """Have the database's members keep their data in a folder that goes with them."""
    lost = container("mongodb", volumeMounts=[{"mountPath": _FOLDER, "name": "tmp"}])
    site.patch(STATEFULSET, "mongodb", "backing", lost)
    until("all members do", lambda: [_keeps_in(pod) for pod in pods(site, "mongodb", "backing")] == ["tmp"] * 3)
    return ()


def _keeps_in(pod: Any) -> str:
    """Name the volume with the data of a pod that is ready."""
    ready = any(c.type == "Ready" and c.status == "True" for c in pod.status.conditions or [])
    return next((m.name for m in pod.spec.containers[0].volumeMounts if ready and m.mountPath == _FOLDER), "")


def _replace_volume(actuators: Actuators[Any], manifest: dict[str, Any]) -> None:
    """Replace the volume of the last member while it is away; it is back when this ends."""
    kube = actuators.kube()
    claim, member = {"namespace": "backing"}, {"namespace": "backing"}
    kube.patch(StatefulSet, "mongodb", {"spec": {"replicas": 2}}, namespace="backing")
    until(f"{_MEMBER} has left", lambda: _read(actuators, Pod, _MEMBER, **member) is None)
    for kind, name, scope in ((PersistentVolumeClaim, _CLAIM, claim), (PersistentVolume, _MEMBER, {})):
        if _read(actuators, kind, name, **scope) is not None:
            kube.delete(kind, name, **scope)
        until(f"{name} is gone", lambda k=kind, n=name, s=scope: _read(actuators, k, n, **s) is None)  # type: ignore[misc]
    kube.create(codecs.from_dict(manifest))
    kube.patch(StatefulSet, "mongodb", {"spec": {"replicas": 3}}, namespace="backing")
    until(f"{_MEMBER} is back", lambda: _read(actuators, Pod, _MEMBER, **member).spec.nodeName)


def _read(actuators: Actuators[Any], kind: Any, name: str, **scope: str) -> Any:
    try:
        return actuators.kube().get(kind, name, **scope)
    except ApiError as error:
        if error.status.code == _MISSING:
            return None
        raise


def _member(site: Site) -> Any:
    return site.kube.get(Pod, _MEMBER, namespace="backing")


SABOTAGES = (
    Sabotage(
        "a volume in the wrong zone",
        volume_misplaced,
        f"{_VOLUMES}::Volumes stand in the zones of their members",
        rounds.PLATFORM,
        ("zone eu-west-1c", "zone eu-west-1a"),
    ),
    Sabotage(
        "a member beside another",
        member_misplaced,
        f"{_VOLUMES}::Members are split over the nodes",
        rounds.MEMBERS,
        ("3 different nodes",),
    ),
    Sabotage(
        "members that keep nothing",
        data_on_no_volume,
        f"{_DATA}::After a member was removed",
        rounds.DATA,
        ("no document that is not as it was stored", "is lost: not found, though it was acknowledged"),
    ),
    Sabotage(
        "a claim that nobody serves",
        claim_unbound,
        f"{_VOLUMES}::Each member's volume is there",
        rounds.ASTRAY,
        ("phase Bound", "phase Pending"),
    ),
    # with no other claim that would take it
    Sabotage(
        "a volume is provided by hand",
        volume_provided,
        f"{_VOLUMES}::A volume that nobody has provided",
        rounds.STRAYS,
        ("phase Pending", "phase Bound"),
    ),
)
