"""The table of programs that stand-in images are made from, and of the registry. Data only.

None has a release here: where there is a way to releases, there is one to the real images too.
"""

from __future__ import annotations

from provision.toolchain.model import GoModule, Release, Tool

_NONE = Release(url="", platforms=())

REGISTRY = Tool(
    name="registry",
    version="3.1.0+tokens",  # with what of it is built in: an older build, without tokens, is in many a cache
    version_args=("--version",),
    release=_NONE,
    module=GoModule("registry", ".", ("github.com/distribution/distribution/v3/version.version=v3.1.0+tokens",)),
)
FERRETDB = Tool(
    name="ferretdb",
    version="1.24.0",
    version_args=("-help",),
    release=_NONE,
    module=GoModule("ferretdb", ".", tags=("ferretdb_nomysql", "ferretdb_no_postgresql")),
)
SKIPPER = Tool(
    name="skipper",
    version="0.22.0",
    version_args=("-version",),
    release=_NONE,
    module=GoModule("skipper", "github.com/zalando/skipper/cmd/skipper", ("main.version=v0.22.0",)),
)
TELEGRAF = Tool(
    name="telegraf",
    version="1.37.2",
    version_args=("--version",),
    release=_NONE,
    module=GoModule(
        "telegraf",
        "github.com/influxdata/telegraf/cmd/telegraf",
        ("github.com/influxdata/telegraf/internal.Version=1.37.2",),
        # its own way of leaving out all but what is named
        (
            "custom",
            *(f"inputs.{name}" for name in ("cpu", "disk", "mem", "net", "processes", "system")),
            "outputs.health",
            "outputs.influxdb",
        ),
    ),
)
TRAEFIK = Tool(
    name="traefik",
    version="3.6.0",
    version_args=("version",),
    release=_NONE,
    module=GoModule(
        "traefik",
        "github.com/traefik/traefik/v3/cmd/traefik",
        ("github.com/traefik/traefik/v3/pkg/version.Version=3.6.0",),
    ),
)

IMAGE_TOOLS = {tool.name: tool for tool in (REGISTRY, FERRETDB, SKIPPER, TELEGRAF, TRAEFIK)}
"""Every one of them by its name."""
