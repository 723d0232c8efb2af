"""The table of tools agrees with itself and with the Go modules."""

from __future__ import annotations

import re

import pytest

from provision.toolchain import LOCAL_TOOLS, TOOLS
from provision.toolchain.gobuild import MODULES
from provision.toolchain.model import Tool

_SHA256 = re.compile(r"[0-9a-f]{64}")


def test_local_asks_for_tools_of_the_table() -> None:
    """Every tool of the target local is in the table."""
    assert set() == set(LOCAL_TOOLS) - set(TOOLS)


@pytest.mark.parametrize("tool", TOOLS.values(), ids=str)
def test_every_release_has_its_hash(tool: Tool) -> None:
    """For each platform of a release a hash is pinned, or it is known where one is published."""
    release = tool.release
    pinned = {platform for platform, pin in release.pins.items() if _SHA256.fullmatch(pin)}

    assert release.hashes or set(release.platforms) == pinned


@pytest.mark.parametrize("tool", TOOLS.values(), ids=str)
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
