"""Whether the account has room for the platform: what its quotas allow, what is in use, what is needed beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from provision.estate.access import AwsAccess
from provision.estate.costs import gibibytes
from provision.estate.names import Names
from provision.spec import PlatformSpec

_GIB_IN_TIB = 1024
_STORAGE = {  # the quota of each type of volume
    "gp2": "L-D18FCD1D",
    "gp3": "L-7A658B76",
    "io1": "L-FD252861",
    "io2": "L-09BD8365",
    "sc1": "L-17AF77E8",
    "st1": "L-82ACEF56",
}


@dataclass(frozen=True)
class Room:
    """One quota.

    Attributes:
        what: What it limits.
        quota: How much the account may have; nothing where it does not say.
        used: How much it has now.
        needed: How much the platform adds.
    """

    what: str
    quota: float | None
    used: float
    needed: float

    @property
    def exceeded(self) -> bool:
        """Whether the platform would exceed it."""
        return self.quota is not None and self.used + self.needed > self.quota

    def __str__(self) -> str:
        allowed = "not known" if self.quota is None else f"{self.quota:g}"
        return f"{self.what}: quota {allowed}, in use {self.used:g}, needed {self.needed:g} more"


def rooms(access: AwsAccess, spec: PlatformSpec, names: Names) -> list[Room]:
    """Return each quota that the platform would use; none once it stands, as what it needs is in use by itself."""
    ec2 = access.client("ec2")
    if ec2.describe_vpcs(Filters=names.filters)["Vpcs"]:
        return []
    cpus = _cpus(access, spec)
    machines = spec.masters.count * cpus.get(spec.masters.type, 0) + spec.nodes.count * cpus.get(spec.nodes.type, 0)
    networks = len(ec2.describe_vpcs()["Vpcs"])
    checks, limit = _health_checks(access)
    return [
        Room("vCPUs of standard machines", _quota(access, "ec2", "L-1216C47A"), _running(access), machines),
        Room("networks (VPCs)", _quota(access, "vpc", "L-F678F1CE"), networks, 1),
        *_volumes(access, spec),
        # The machines' own public addresses have no quota; what has is not asked for, and shown as somebody may ask.
        Room("elastic addresses", _quota(access, "ec2", "L-0263D0A3"), len(ec2.describe_addresses()["Addresses"]), 0),
        Room("health checks", limit, checks, spec.nodes.count),
    ]


def _volumes(access: AwsAccess, spec: PlatformSpec) -> list[Room]:
    pages = access.client("ec2").get_paginator("describe_volumes").paginate()
    used: Counter[str] = Counter()
    for volume in (volume for page in pages for volume in page["Volumes"]):
        used[volume["VolumeType"]] += volume["Size"]
    return [
        Room(f"TiB of {kind} volumes", _quota(access, "ebs", _STORAGE[kind]), _tib(used[kind]), _tib(size))
        for kind, size in gibibytes(spec).items()
    ]


def _tib(size: int) -> float:
    return round(size / _GIB_IN_TIB, 3)


def _cpus(access: AwsAccess, spec: PlatformSpec) -> dict[str, int]:
    types = sorted({spec.masters.type, spec.nodes.type})
    found = access.client("ec2").describe_instance_types(InstanceTypes=types)["InstanceTypes"]  # type: ignore[arg-type]
    return {one["InstanceType"]: one["VCpuInfo"]["DefaultVCpus"] for one in found}


def _running(access: AwsAccess) -> float:
    alive = [{"Name": "instance-state-name", "Values": ["pending", "running"]}]
    pages = access.client("ec2").get_paginator("describe_instances").paginate(Filters=alive)  # type: ignore[arg-type]
    machines = [i for page in pages for r in page["Reservations"] for i in r["Instances"]]
    options = [machine.get("CpuOptions", {}) for machine in machines]
    return sum(one.get("CoreCount", 0) * one.get("ThreadsPerCore", 1) for one in options)


def _quota(access: AwsAccess, service: str, code: str) -> float | None:
    quotas = access.client("service-quotas")
    return _told(lambda: quotas.get_service_quota(ServiceCode=service, QuotaCode=code)["Quota"]["Value"])


def _health_checks(access: AwsAccess) -> tuple[float, float | None]:
    route53 = access.client("route53")
    pages = route53.get_paginator("list_health_checks").paginate()
    used = sum(len(page["HealthChecks"]) for page in pages)
    return used, _told(lambda: route53.get_account_limit(Type="MAX_HEALTH_CHECKS_BY_OWNER")["Limit"]["Value"])


def _told(ask: Callable[[], float]) -> float | None:
    """Return what is told; nothing where that is not told, or not to us."""
    try:
        return float(ask())
    except (ClientError, BotoCoreError):
        return None
