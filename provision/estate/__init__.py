"""The estate: a platform's side of the cloud, on AWS and on a moto server by the same code."""

from __future__ import annotations

from provision.estate.access import AwsAccess
from provision.estate.estate import Estate
from provision.estate.keys import Keys
from provision.estate.kops import Kops, KopsError
from provision.estate.moto import moto_argv, moto_environment, ready
from provision.estate.resources import inventory
from provision.estate.teardown import TeardownError
from provision.estate.volumes import VolumeInfo

__all__ = [
    "AwsAccess",
    "Estate",
    "Keys",
    "Kops",
    "KopsError",
    "TeardownError",
    "VolumeInfo",
    "inventory",
    "moto_argv",
    "moto_environment",
    "ready",
]
