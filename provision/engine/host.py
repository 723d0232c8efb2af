"""What a container engine and its containers need of the machine."""

from __future__ import annotations

import resource
from pathlib import Path

from provision.engine.client import EngineError
from provision.engine.packages import which

_CAP_SYS_RESOURCE = 24
_INOTIFY = Path("/proc/sys/fs/inotify")
# A node runs systemd, containerd and a kubelet, each of which watches files; six of them pass the usual limits.
_INOTIFY_LIMITS = {"max_user_instances": 1024, "max_user_watches": 524288}
_OPEN_FILES = 1_048_576

FIND_CONFIG = """\
before= ; config=
for argument in "$@"; do
  case "$before" in
    --bundle|-b) config=$argument/config.json ;;
    --process|-p) config=$argument ;;
  esac
  before=$argument
done
"""
"""In a shell script that stands for runc: has ``config`` name the file of what it is asked to run, if any."""

_RUNTIME = f"""#!/bin/sh
# Runs runc, having dropped CAP_SYS_RESOURCE from what the engine asks for: this machine does not have it to give, and
# a privileged container asks for all there are.
{FIND_CONFIG}if [ -n "$config" ] && [ -f "$config" ]; then
  sed -i -e 's/"CAP_SYS_RESOURCE",//g' -e 's/,"CAP_SYS_RESOURCE"//g' "$config"
fi
exec {{runc}} "$@"
"""


def raise_inotify_limits() -> None:
    """Raise the kernel's limits on watched files to what six nodes need, where they are lower.

    Raises:
        EngineError: They are too low and cannot be raised; the message has the command that does it.
    """
    low = {name: value for name, value in _INOTIFY_LIMITS.items() if int((_INOTIFY / name).read_text()) < value}
    try:
        for name, value in low.items():
            (_INOTIFY / name).write_text(str(value))
    except OSError as error:
        settings = " ".join(f"fs.inotify.{name}={value}" for name, value in low.items())
        raise EngineError(f"The kernel's limits on watched files are too low: run `sysctl -w {settings}`.") from error


def raise_open_files() -> None:
    """Let this process, and what it starts, have as many open files as containers expect."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < _OPEN_FILES:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, _OPEN_FILES))
        except (OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        return
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, hard))


def lacks_sys_resource() -> bool:
    """Tell whether this process can never give CAP_SYS_RESOURCE to a container."""
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    bounding = next(line.split()[1] for line in status.splitlines() if line.startswith("CapBnd:"))
    return not int(bounding, 16) >> _CAP_SYS_RESOURCE & 1


def write_runtime(path: Path) -> Path:
    """Write an OCI runtime that asks for all but CAP_SYS_RESOURCE.

    Raises:
        EngineError: There is no runc.
    """
    runc = which("runc")
    if runc is None:
        raise EngineError("runc is missing, which comes with Docker: install the package runc and try again.")
    path.write_text(_RUNTIME.replace("{runc}", runc))
    path.chmod(0o755)
    return path


def has_cgroup_v1() -> bool:
    """Tell whether the machine has version 1 of control groups, which a kubelet refuses unless told otherwise."""
    return not Path("/sys/fs/cgroup/cgroup.controllers").exists()
