"""Faults that are one call of an AWS API: a setting changed and changed back, a thing made and removed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from seatrial.faults.base import Fault, Memory
from seatrial.provisioning.contract import Actuators


@dataclass(frozen=True)
class CallAws(Fault):
    """Change something by one call, and change it back by another.

    Attributes:
        service: The service, as boto3 names it.
        call: The client's method, in snake case, with its arguments.
        arguments: Those.
        back: The method that undoes it.
        back_arguments: Its arguments.
        already: The codes of refusals that say that it is undone already.

    Example:
        >>> rule = {"GroupId": "sg-1", "IpPermissions": [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22}]}
        >>> str(CallAws("ec2", "authorize_security_group_ingress", rule, "revoke_security_group_ingress", rule))
        'ec2 authorize_security_group_ingress sg-1'
    """

    kind: ClassVar[str] = "call-aws"
    service: str
    call: str
    arguments: dict[str, Any]
    back: str
    back_arguments: dict[str, Any]
    already: tuple[str, ...] = ()

    def apply(self, actuators: Actuators[Any]) -> None:
        """Call it."""
        getattr(actuators.aws(self.service), self.call)(**self.arguments)

    def undo(self, actuators: Actuators[Any], memory: Memory) -> None:  # noqa: ARG002
        """Call what undoes it."""
        try:
            getattr(actuators.aws(self.service), self.back)(**self.back_arguments)
        except ClientError as error:
            if error.response["Error"]["Code"] not in self.already:
                raise

    def __str__(self) -> str:
        of = next((v for v in self.arguments.values() if isinstance(v, str)), "")
        return f"{self.service} {self.call} {of}".rstrip()


@dataclass(frozen=True)
class MakeInAws(Fault):
    """Make something; undone by removing whatever is found of its kind that was not there before.

    Attributes:
        service: The service, as boto3 names it.
        make: The client's method that makes it; nothing where it comes about by another call.
        arguments: Its arguments.
        find: The method that lists what is of its kind.
        by: The arguments that find it, and nothing that may come about for another reason.
        among: Where the listing has its rows.
        id: What names a row.
        remove: The method that removes one.
        remove_by: The argument that names it to that method; as *id* unless told.
    """

    kind: ClassVar[str] = "make-in-aws"
    service: str
    make: str
    arguments: dict[str, Any]
    find: str
    by: dict[str, Any]
    among: str
    id: str
    remove: str
    remove_by: str = ""

    def before(self, actuators: Actuators[Any]) -> Memory:
        """Note what is there already."""
        return {"there": self._found(actuators)}

    def apply(self, actuators: Actuators[Any]) -> None:
        """Make it."""
        if self.make:
            getattr(actuators.aws(self.service), self.make)(**self.arguments)

    def undo(self, actuators: Actuators[Any], memory: Memory) -> None:
        """Remove what was not there before."""
        for one in self._more(actuators, memory):
            getattr(actuators.aws(self.service), self.remove)(**{self.remove_by or self.id: one})

    def remaining(self, actuators: Actuators[Any], memory: Memory) -> list[str]:
        """Name what is still there."""
        return [f"{self.service} {self.id} {one} is still there" for one in self._more(actuators, memory)]

    def __str__(self) -> str:
        return f"{self.service} {self.make or self.find}"

    def _more(self, actuators: Actuators[Any], memory: Memory) -> list[str]:
        return [one for one in self._found(actuators) if one not in memory["there"]]

    def _found(self, actuators: Actuators[Any]) -> list[str]:
        listed = getattr(actuators.aws(self.service), self.find)(**self.by)[self.among]
        return [str(row[self.id]) for row in listed]
