"""Breaks of the database's volumes: where they are attached, how large they are, what becomes of them."""

from __future__ import annotations

from seatrial.faults import CallAws
from seatrial.sabotage import Sabotage, Site
from steps.breaks import rounds
from steps.support.site import INSTANCE, nodes

_VOLUMES = "features/storage/volumes.feature"
# Whoever attaches volumes may have put them right before the break is undone, or a machine may have ended meanwhile.
_RIGHT_ALREADY = ("IncorrectState", "InvalidAttachment.NotFound", "InvalidInstanceID.NotFound", "VolumeInUse")


def volume_detached(site: Site) -> tuple[str, ...]:
    """Take a member's volume from its machine, and give it to nobody."""
    there = _attachment(site, "mongodb-0")
    site.inject(CallAws("ec2", "detach_volume", there, "attach_volume", there, already=_RIGHT_ALREADY))
    return ("volume of mongodb-0",)


def volume_elsewhere(site: Site) -> tuple[str, ...]:
    """Give a member's volume to the machine of another member."""
    # Not that of mongodb-1: another scenario of the round ends it.
    there, other = _attachment(site, "mongodb-2"), _machine_of(site, "mongodb-0")
    elsewhere = there | {"InstanceId": other, "Device": "/dev/xvdcz"}
    site.inject(CallAws("ec2", "detach_volume", there, "attach_volume", there, already=_RIGHT_ALREADY))
    site.inject(CallAws("ec2", "attach_volume", elsewhere, "detach_volume", elsewhere, already=_RIGHT_ALREADY))
    return ("volume of mongodb-2", other)


def _machine_of(site: Site, member: str) -> str:
    """Return the machine that a member works on, whether its volume is attached there or not."""
    pod = site.read("v1 Pod", member, "backing")
    return next(str(n.metadata.labels[INSTANCE]) for n in nodes(site) if n.metadata.name == pod["spec"]["nodeName"])


def _attachment(site: Site, member: str) -> dict[str, str]:
    """Return where the volume of a member is attached, as EC2 is told of it."""
    handle = site.read("v1 PersistentVolume", member)["spec"]["csi"]["volumeHandle"]
    (found,) = site.aws("ec2").describe_volumes(VolumeIds=[handle])["Volumes"][0]["Attachments"]
    return {key: found[key] for key in ("VolumeId", "InstanceId", "Device")}


def volume_too_large(site: Site) -> tuple[str, ...]:
    """Have the volume of a member be of another size and another type than agreed."""
    volume = site.read("v1 PersistentVolume", "mongodb-0")["spec"]["csi"]["volumeHandle"]
    other, own = ({"VolumeId": volume, "Size": size, "VolumeType": kind} for size, kind in ((21, "gp2"), (20, "gp3")))
    site.inject(CallAws("ec2", "modify_volume", other, "modify_volume", own))
    return ("volume of mongodb-0",)


def volume_goes(site: Site) -> tuple[str, ...]:
    """Have a member's volume be deleted with its claim."""
    goes = {"spec": {"persistentVolumeReclaimPolicy": "Delete"}}
    site.patch("v1 PersistentVolume", "mongodb-1", "", goes)
    return ("volume of mongodb-1",)


SABOTAGES = (
    *(
        Sabotage(what, break_, f"{_VOLUMES}::A volume is where its member works", rounds.NOBODY, words)
        for what, break_, words in (
            ("a volume is detached", volume_detached, ("attached to no machine",)),
            ("a volume is at another member's machine", volume_elsewhere, ("attached to i-",)),
        )
    ),
    Sabotage(
        "a volume of another size",
        volume_too_large,
        f"{_VOLUMES}::The volumes are as large and as fast as agreed",
        rounds.STRAYS,
        ("size 20 GiB  type gp3", "size 21 GiB  type gp2"),
    ),
    Sabotage(
        "a volume goes with its claim",
        volume_goes,
        f"{_VOLUMES}::A volume outlives its claim",
        rounds.STRAYS,
        ("when its claim goes Retain", "when its claim goes Delete"),
    ),
)
