"""How the images of the pipelines' server are made where they cannot be pulled. Data only."""

from __future__ import annotations

from provision.engine.host import FIND_CONFIG
from provision.images.archive import EXECUTABLE, File, Folder, Link
from provision.images.parts import Basics, Files, OwnProgram, Packages, Program
from provision.images.parts_resources import ResourceType
from provision.images.recipe import LIBC, PYTHON, Recipe
from provision.toolchain.catalogue_delivery import CONCOURSE, FLY

CONCOURSE_IMAGE = "concourse"
"""The image of the pipelines' server and of its worker."""
POSTGRESQL_IMAGE = "postgresql"
"""The image of the database in which the pipelines' server keeps what it knows."""
CONCOURSE_HOME = "/usr/local/concourse"
"""Where the official image has its programs, and ours as well."""
POSTGRESQL_USER = 999

_WORKER = (
    *LIBC, "busybox", "containerd", "containernetworking-plugins", "iptables", "libip4tc2", "libip6tc2", "libmnl0",
    "libnetfilter-conntrack3", "libnfnetlink0", "libnftnl11", "libseccomp2", "libxtables12", "runc",
)  # fmt: skip
_POSTGRESQL = (
    *LIBC, "busybox", "libaudit1", "libcap-ng0", "libcap2", "libcom-err2", "libcrypt1", "libffi8", "libgcrypt20",
    "libgmp10", "libgnutls30", "libgpg-error0", "libgssapi-krb5-2", "libhogweed6", "libicu72", "libidn2-0",
    "libk5crypto3", "libkeyutils1", "libkrb5-3", "libkrb5support0", "libldap-2.5-0", "liblz4-1", "liblzma5",
    "libnettle8", "libp11-kit0", "libpam0g", "libpq5", "libsasl2-2", "libssl3", "libstdc++6", "libsystemd0",
    "libtasn1-6", "libunistring2", "libxml2", "libzstd1", "postgresql-15", "tzdata", "zlib1g",
)  # fmt: skip
_GIT = (
    *PYTHON, "git", "libbrotli1", "libcom-err2", "libcurl3-gnutls", "libgmp10", "libgnutls30", "libgssapi-krb5-2",
    "libhogweed6", "libidn2-0", "libk5crypto3", "libkeyutils1", "libkrb5-3", "libkrb5support0", "libldap-2.5-0",
    "libnettle8", "libnghttp2-14", "libp11-kit0", "libpcre2-8-0", "libpsl5", "librtmp1", "libsasl2-2", "libssh2-1",
    "libtasn1-6", "libunistring2", "libzstd1",
)  # fmt: skip
RESOURCE_TYPES = {"git": _GIT, "registry-image": PYTHON, "semver": _GIT, "time": PYTHON}
"""The types of resources that our pipelines ask for, each with the packages that its stand-in takes."""
_IPTABLES = "/usr/sbin/xtables-nft-multi"
_APPLETS = ("gunzip", "gzip", "mkdir", "mount", "sed", "sh", "tar")
_BY_NFT = ("iptables", "iptables-save", "iptables-restore", "ip6tables", "ip6tables-save", "ip6tables-restore")

_RUNC = (
    r"""#!/bin/sh
# Runs runc, asking for no capability that the worker's container itself cannot give: a task that may do everything asks
# for all there are, by their order in the kernel.
names="CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE
NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN
SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE
MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE"
"""
    + FIND_CONFIG
    + r"""if [ -n "$config" ] && [ -f "$config" ]; then
  while read -r key value; do
    [ "$key" = CapBnd: ] && have=$((0x$value))
  done < /proc/self/status
  place=0
  for name in $names; do
    if [ $((have >> place & 1)) = 0 ]; then
      sed -i -e "s/\"CAP_$name\",//g" -e "s/,\"CAP_$name\"//g" "$config"
    fi
    place=$((place + 1))
  done
fi
exec /usr/sbin/runc "$@"
"""
)

RECIPES = (
    Recipe(
        name=CONCOURSE_IMAGE,
        version=CONCOURSE.version,
        parts=(
            Basics(),
            Packages(_WORKER),
            Program(CONCOURSE, f"{CONCOURSE_HOME}/bin/concourse"),
            Program(FLY, f"{CONCOURSE_HOME}/bin/fly"),
            OwnProgram("pause", f"{CONCOURSE_HOME}/bin/init"),  # which is all that the official one's does as well
            *(ResourceType(name, taken, f"{CONCOURSE_HOME}/resource-types") for name, taken in RESOURCE_TYPES.items()),
            Files(
                {
                    f"{CONCOURSE_HOME}/bin/runc": File(_RUNC.encode(), EXECUTABLE),
                    **{f"/usr/bin/{applet}": Link("busybox") for applet in _APPLETS},
                    **{f"/usr/sbin/{name}": Link(_IPTABLES) for name in _BY_NFT},
                }
            ),
        ),
        entrypoint=(f"{CONCOURSE_HOME}/bin/concourse",),
        # what it runs is found here first: the runc that knows its place
        env={"PATH": f"{CONCOURSE_HOME}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
        user="65532:65532",
        ports=("8080/tcp", "2222/tcp"),
    ),
    Recipe(
        name=POSTGRESQL_IMAGE,
        version="15",
        parts=(
            Basics(),
            Packages(_POSTGRESQL),
            Files(
                {
                    "/usr/bin/sh": Link("busybox"),
                    "/etc/passwd": File(f"postgres:x:{POSTGRESQL_USER}:{POSTGRESQL_USER}::/:/bin/sh\n".encode()),
                    "/var/lib/postgresql": Folder(0o700, POSTGRESQL_USER),
                }
            ),
        ),
        env={"PATH": "/usr/lib/postgresql/15/bin:/usr/bin:/bin"},
        user=f"{POSTGRESQL_USER}:{POSTGRESQL_USER}",
        ports=("5432/tcp",),
    ),
)
"""Every recipe."""
