"""The table of programs that the pipelines' server is made of, where its image cannot be pulled. Data only.

All are built from Go modules: where there is a way to releases, there is one to the official image too.
"""

from __future__ import annotations

from provision.toolchain.model import GoModule, Release, Tool

CONCOURSE_VERSION = "7.6.0"
"""The newest that the module proxy has; its tag does not say so, since the module's path has no ``/v7``."""

_NONE = Release(url="", platforms=())
_PACKAGE = "github.com/concourse/concourse"
_VERSIONS = (f"{_PACKAGE}.Version={CONCOURSE_VERSION}", f"{_PACKAGE}.WorkerVersion=2.3")

CONCOURSE = Tool(
    name="concourse",
    version=CONCOURSE_VERSION,
    version_args=("--version",),
    release=_NONE,
    module=GoModule("concourse", f"{_PACKAGE}/cmd/concourse", _VERSIONS),
)
FLY = Tool(
    name="fly",
    version=CONCOURSE_VERSION,
    version_args=("--version",),
    release=_NONE,
    module=GoModule("concourse", f"{_PACKAGE}/fly", _VERSIONS),
)

PIPELINE_TOOLS = {tool.name: tool for tool in (CONCOURSE, FLY)}
"""Every one of them by its name."""
