"""What acts on a platform as its clients would: each beside the observer of the part that it acts on."""

from provision.actuators.applying import Applier
from provision.actuators.growing import GroupSize
from provision.actuators.keeping import NamesKeeper, NamesKeepersProcess
from provision.actuators.pushing import Pusher
from provision.actuators.sending import HttpSender
from provision.actuators.standing import Again, StandupRunner
from provision.actuators.storing import MongoDbWriter
from provision.actuators.tagging import ImageTags
from provision.actuators.versions import NamedVersions, PushedVersions

__all__ = [
    "Again",
    "Applier",
    "GroupSize",
    "HttpSender",
    "ImageTags",
    "MongoDbWriter",
    "NamedVersions",
    "NamesKeeper",
    "NamesKeepersProcess",
    "PushedVersions",
    "Pusher",
    "StandupRunner",
]
