"""Every removal and write of this project: below folders of our own, reached without following a link.

A *root* is a folder that we made and marked. What lies at or below one is opened folder by folder, and refused with a
`StateError` where a folder is a link, is somebody else's, or may be written by others. What is made has the modes 0700
and 0600.
"""

from __future__ import annotations

from seatrial.contained.files import append, names, open_file, read, remove, write, write_new
from seatrial.contained.folders import UnmarkedError, folder, opened
from seatrial.contained.names import TEAM, check_name, check_team
from seatrial.contained.roots import MARKER, drop_root, ignore, make_root
from seatrial.contained.whole import all_or_none

__all__ = [
    "MARKER",
    "TEAM",
    "UnmarkedError",
    "all_or_none",
    "append",
    "check_name",
    "check_team",
    "drop_root",
    "folder",
    "ignore",
    "make_root",
    "names",
    "open_file",
    "opened",
    "read",
    "remove",
    "write",
    "write_new",
]
