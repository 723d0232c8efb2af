"""Whose machine a volume is attached to: what the controller of a CSI driver does on AWS."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from lightkube import Client

from provision.workloads.claimed import machines_of_volumes

if TYPE_CHECKING:
    from mypy_boto3_ec2.client import EC2Client
    from mypy_boto3_ec2.type_defs import VolumeTypeDef

_DEVICES = tuple(f"/dev/xvdb{letter}" for letter in "abcdefghijklmnopqrstuvwxyz")  # those that the driver takes
_LOG = logging.getLogger("machines")


class Attacher:
    """Attaches each volume that a pod has claimed to the pod's machine, and takes it from any other.

    Args:
        client: A client of the cluster's API.
        ec2: A client of EC2.
    """

    def __init__(self, client: Client, ec2: EC2Client) -> None:
        self._client = client
        self._ec2 = ec2

    def keep(self) -> None:
        """Bring all volumes of the cluster in line with the pods that have claimed them; EC2's trouble is logged.

        Raises:
            ApiError: The cluster's API refused; the next time may do better.
        """
        wanted = machines_of_volumes(self._client)
        if not wanted:
            return
        try:
            pages = self._ec2.get_paginator("describe_volumes").paginate(
                Filters=[{"Name": "volume-id", "Values": sorted(wanted)}]
            )
            for found in [volume for page in pages for volume in page["Volumes"]]:
                self._bring(found, wanted[found["VolumeId"]])
        except (BotoCoreError, ClientError) as error:
            _LOG.warning("a volume could not be attached, trying again: %s", error)

    def _bring(self, volume: VolumeTypeDef, machine: str | None) -> None:
        id_ = volume["VolumeId"]
        at = [one["InstanceId"] for one in volume.get("Attachments", []) if one.get("State") != "detached"]
        for other in (one for one in at if one != machine):
            self._ec2.detach_volume(VolumeId=id_, InstanceId=other)
            _LOG.info("volume %s is detached from %s", id_, other)
        if machine and machine not in at:
            self._attach(id_, volume["AvailabilityZone"], machine)

    def _attach(self, volume: str, zone: str, machine: str) -> None:
        found = self._ec2.describe_instances(Filters=[{"Name": "instance-id", "Values": [machine]}])["Reservations"]
        for instance in (i for r in found for i in r["Instances"]):
            # As EC2 would: a volume never leaves its zone, and a machine that has ended takes none.
            if instance["Placement"]["AvailabilityZone"] != zone or instance["State"]["Name"] == "terminated":
                continue
            taken = {mapping["DeviceName"] for mapping in instance.get("BlockDeviceMappings", [])}
            device = next(one for one in _DEVICES if one not in taken)
            self._ec2.attach_volume(VolumeId=volume, InstanceId=machine, Device=device)
            _LOG.info("volume %s is attached to %s as %s", volume, machine, device)
