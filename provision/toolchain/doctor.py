"""What ``seatrial doctor`` says of the tools."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from provision.toolchain.model import How
from provision.toolchain.toolchain import Toolchain

State = Literal["ok", "will download", "will build", "missing"]

_STATES: dict[How, State] = {
    "cache": "ok",
    "KUBEBUILDER_ASSETS": "ok",
    "PATH": "ok",
    "download": "will download",
    "build": "will build",
    "none": "missing",
}


@dataclass(frozen=True)
class Check:
    """One line of the doctor.

    Attributes:
        name: The tool and its version.
        state: Whether it is there, or how it would be had.
        detail: The file, the address, or what stands in the way.
        remedy: What to do; empty unless the tool is missing.
    """

    name: str
    state: State
    detail: str
    remedy: str = ""


def checks(toolchain: Toolchain, tools: Iterable[str]) -> list[Check]:
    """Check each tool, downloading and building nothing.

    Args:
        toolchain: Where to look.
        tools: The tools' names.

    Raises:
        ToolchainError: There is no tool of such a name.
    """
    looks = [toolchain.look(name) for name in tools]
    return [Check(str(look.tool), _STATES[look.how], look.why, look.remedy) for look in looks]
