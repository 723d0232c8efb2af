"""Faults of AWS for a cloud that is played: a file says what is answered otherwise, and it may change at any time.

Its format is JSON, a list of objects::

    [{"action": "ec2:Create*", "how": "refuse", "code": "RequestLimitExceeded", "status": 503, "times": 3},
     {"action": "ec2:DescribeVpcs", "how": "refuse", "code": "NotFound", "after": "ec2:CreateVpc", "seconds": 2},
     {"action": "ec2:CreateSubnet", "how": "lose", "times": 1},
     {"how": "capacity", "zone": "eu-west-1b", "group": "nodes-*"}]

``refuse`` answers with an error, ``break`` drops the connection before anything is done, ``lose`` after it was done,
and ``capacity`` leaves groups of a zone without machines for as long as it stands there.
"""

from __future__ import annotations

import fnmatch
import json
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from provision.estate.calls import Call

_JSON = ("events", "sqs")
_TEXTS = {  # as AWS words them: kops shows some errors without their codes
    "AccessDenied": "User: arn:aws:iam::123456789012:user/u is not authorized to perform this action",
    "ExpiredToken": "The security token included in the request is expired",
    "RequestExpired": "Request has expired.",
    "UnauthorizedOperation": "You are not authorized to perform this operation.",
}


@dataclass(frozen=True)
class Fault:
    """One fault.

    Attributes:
        action: Of which actions, as a policy has them; ``*`` stands for any text.
        how: What becomes of a call.
        code: The error's code, of ``refuse``.
        status: The answer's HTTP status.
        times: Of how many calls; without end when left out.
        skip: How many calls pass before.
        after: Only from the first call of this action on, for a time.
        seconds: For how long that is.
        zone: The availability zone, of ``capacity``.
        group: Of which groups in it, by their names: machines of another type may be had.
    """

    how: Literal["refuse", "break", "lose", "capacity"]
    action: str = ""
    code: str = ""
    status: int = 400
    times: int | None = None
    skip: int = 0
    after: str = ""
    seconds: float = 0.0
    zone: str = ""
    group: str = "*"


class Faults:
    """What a file has of faults, and how often each has been met.

    Args:
        file: The file; nothing is wrong while it is not there.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._met: dict[Fault, int] = {}
        self._first: dict[str, float] = {}
        self._lock = threading.Lock()

    def of(self, call: Call) -> Fault | None:
        """Return what becomes of a call; nothing of one that is answered as ever."""
        with self._lock:
            self._first.setdefault(call.action, time.monotonic())
            return next((one for one in self._known() if one.action and self._meets(one, call)), None)

    def full(self, group: str, zones: Iterable[str]) -> str:
        """Return which of a group's availability zones has no machines to give it; nothing where each has some."""
        meant = (one for one in self._known() if one.how == "capacity" and fnmatch.fnmatchcase(group, one.group))
        taken = {one.zone for one in meant}
        return next((zone for zone in zones if zone in taken), "")

    def _known(self) -> list[Fault]:
        try:
            return [Fault(**one) for one in json.loads(self._file.read_text("utf-8"))]
        except FileNotFoundError:
            return []

    def _meets(self, fault: Fault, call: Call) -> bool:
        if not fnmatch.fnmatchcase(call.action, fault.action):
            return False
        if fault.after:
            first = self._first.get(fault.after)
            return first is not None and time.monotonic() - first < fault.seconds
        met = self._met.get(fault, 0)
        self._met[fault] = met + 1
        return met >= fault.skip and (fault.times is None or met < fault.skip + fault.times)


def refused(fault: Fault, service: str) -> tuple[str, bytes]:
    """Return the kind of content and the content with which a service refuses a call."""
    text = _TEXTS.get(fault.code, "The fault was asked for")
    if service in _JSON:
        return "application/x-amz-json-1.1", json.dumps({"__type": fault.code, "message": text}).encode()
    error = f"<Error><Code>{fault.code}</Code><Message>{text}</Message></Error>"
    wrapped = {
        "ec2": f"<Response><Errors>{error}</Errors><RequestID>r</RequestID></Response>",
        "s3": error,
    }.get(service, f"<ErrorResponse>{error}<RequestId>r</RequestId></ErrorResponse>")
    return "text/xml", f'<?xml version="1.0"?>{wrapped}'.encode()
