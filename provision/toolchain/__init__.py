"""The toolchain: every program that the platform's targets run, at its exact version.

``Toolchain().ensure("kops")`` gives a path. It looks in the cache, then for the exact version in
``KUBEBUILDER_ASSETS`` and on ``PATH``, then downloads the official release, then builds from Go modules.
"""

from __future__ import annotations

from provision.toolchain.cache import cache_dir
from provision.toolchain.catalogue import KIND_TOOLS, LOCAL_TOOLS, TOOLS
from provision.toolchain.errors import ChecksumError, ToolchainError
from provision.toolchain.model import ToolProgress, ToolStatus
from provision.toolchain.toolchain import Toolchain

__all__ = [
    "KIND_TOOLS",
    "LOCAL_TOOLS",
    "TOOLS",
    "ChecksumError",
    "ToolProgress",
    "ToolStatus",
    "Toolchain",
    "ToolchainError",
    "cache_dir",
]
