"""The table of tools agrees with itself and with the Go modules."""

from __future__ import annotations

import re

import pytest

from provision.toolchain import LOCAL_TOOLS, TOOLS
from provision.toolchain.catalogue import tools_at
from provision.toolchain.catalogue_kubernetes import EARLIER, KUBERNETES, programs
from provision.toolchain.errors import ToolchainError
from provision.toolchain.gobuild import MODULES
from provision.toolchain.model import Tool

ALL = (*TOOLS.values(), *programs(EARLIER))
_SHA256 = re.compile(r"[0-9a-f]{64}")


def test_local_asks_for_tools_of_the_table() -> None:
    """Every tool of the target local is in the table."""
    assert set() == set(LOCAL_TOOLS) - set(TOOLS)


@pytest.mark.parametrize("tool", ALL, ids=str)
def test_every_release_has_its_hash(tool: Tool) -> None:
    """For each platform of a release a hash is pinned, or it is known where one is published."""
    release = tool.release
    pinned = {platform for platform, pin in release.pins.items() if _SHA256.fullmatch(pin)}

    assert release.hashes or set(release.platforms) == pinned


@pytest.mark.parametrize("tool", ALL, ids=str)
def test_the_module_has_the_tools_version(tool: Tool) -> None:
    """The go.mod that builds a tool names the version that the table promises."""
    text = (MODULES / tool.module.directory / "go.mod").read_text()
    required = dict(re.findall(r"^(?:require)?\s+(\S+) v(\S+)", text, re.MULTILINE))
    # A program of our own, over the tool's packages, requires the tool's module alone.
    package = (
        re.findall(r"^require (\S+) v", text, re.MULTILINE)[0] if tool.module.package == "." else tool.module.package
    )

    [version] = [version for path, version in required.items() if f"{package}/".startswith(f"{path}/")]

    assert tool.version == version
    assert (MODULES / tool.module.directory / "go.sum").exists()


def test_the_control_plane_at_another_version() -> None:
    """An earlier version has programs of its own; all other tools are the same, and an unknown version is named."""
    assert dict(TOOLS) == tools_at(KUBERNETES)
    earlier = tools_at(EARLIER)
    changed = {name for name, tool in earlier.items() if tool != TOOLS[name]}
    assert {"kube-apiserver", "kube-controller-manager", "kube-scheduler"} == changed
    assert {EARLIER} == {earlier[name].version for name in changed}
    with pytest.raises(
        ToolchainError, match=f"no programs of Kubernetes 1.2.3 in the toolchain. It has those of {KUBERNETES}"
    ):
        tools_at("1.2.3")
