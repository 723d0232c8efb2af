"""How each image is made that is not pulled: from packages alone. Data only."""

from __future__ import annotations

from provision.images import recipes_delivery
from provision.images.archive import Folder, Link
from provision.images.parts import Basics, Files, Packages, Program
from provision.images.parts_java import JavaRuntime, MavenZip
from provision.images.parts_python import Python, PythonApp
from provision.images.parts_resources import ResourceType
from provision.images.parts_tools import Project, PythonProgram
from provision.images.recipe import LIBC, PYTHON, Recipe
from provision.toolchain.catalogue import KOPS
from provision.toolchain.catalogue import TOOLS as CATALOGUE
from provision.toolchain.catalogue_images import FERRETDB, SKIPPER, TELEGRAF, TRAEFIK

DELIVERY_TOOLS = "delivery-tools"
"""The image in which every pipeline runs."""

_RSYSLOG = (
    *LIBC, "libbrotli1", "libcap2", "libcom-err2", "libcurl4", "libestr0", "libfastjson4", "libffi8", "libgcrypt20",
    "libgmp10", "libgnutls30", "libgpg-error0", "libgssapi-krb5-2", "libhogweed6", "libidn2-0", "libk5crypto3",
    "libkeyutils1", "libkrb5-3", "libkrb5support0", "libldap-2.5-0", "liblognorm5", "liblz4-1", "liblzma5",
    "libnettle8",
    "libnghttp2-14", "libp11-kit0", "libpsl5", "librtmp1", "libsasl2-2", "libssh2-1", "libssl3", "libsystemd0",
    "libtasn1-6", "libunistring2", "libuuid1", "libzstd1", "rsyslog", "rsyslog-elasticsearch", "zlib1g",
)  # fmt: skip
_ON_THE_COMMAND_LINE = (*LIBC, "busybox", "git", "jq", "libjq1", "libonig5", "libpcre2-8-0", "make", "zlib1g")
_APPLETS = (
    "cat", "chmod", "chown", "cp", "cut", "date", "df", "echo", "env", "false", "find", "grep", "head", "hostname",
    "id",
    "kill", "ls", "mkdir", "mv", "nc", "nslookup", "ps", "rm", "sed", "sh", "sleep", "sort", "tail", "test", "touch",
    "tr", "true", "wc", "wget",
)  # fmt: skip


def _python(name: str, package: str, *, user: str, port: str = "", locked: bool = True) -> Recipe:
    return Recipe(
        name=name,
        version="0.1.0",
        parts=(Basics(), Python(PYTHON), PythonApp(name, package, PYTHON, locked=locked)),
        entrypoint=("/usr/bin/python3", "-m", package),
        env={"PYTHONPATH": "/app", "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"},
        user=user,
        ports=(port,) if port else (),
    )


# Log4j asks for java.beans, which is in java.desktop
_JAVA_MODULES = (
    "java.base", "java.compiler", "java.desktop", "java.instrument", "java.logging", "java.management", "java.naming",
    "java.security.jgss", "java.sql", "java.xml", "jdk.crypto.ec", "jdk.management", "jdk.unsupported", "jdk.zipfs",
)  # fmt: skip

_ALL = (
    _python("microservice", "microservice", user="10001:10001", port="8899/tcp"),
    _python("default-backend", "default_backend", user="10001:10001", port="8080/tcp", locked=False),
    _python("dns-updater", "dns_updater", user="65532:65532"),
    Recipe(
        name="tools",
        version="1.35.0",
        parts=(
            Basics(),
            # Not the static one: it cannot look names up by itself.
            Packages((*LIBC, "busybox")),
            Files({f"/usr/bin/{applet}": Link("busybox") for applet in _APPLETS}),
        ),
        cmd=("sh",),
    ),
    Recipe(  # what images/tools/Dockerfile makes, from packages
        name=DELIVERY_TOOLS,
        version=KOPS,
        parts=(
            Basics(),
            Python(PYTHON),
            Packages(_ON_THE_COMMAND_LINE),
            Files({f"/usr/bin/{applet}": Link("busybox") for applet in _APPLETS}),
            Program(CATALOGUE["kops"], "/usr/bin/kops"),
            Program(CATALOGUE["kubectl"], "/usr/bin/kubectl"),
            PythonProgram("aws", "awscli.clidriver:main", "images/tools/awscli.lock", "/opt/awscli"),
            PythonProgram("seatrial", "seatrial.cli:main", "requirements/verify.txt", "/opt/seatrial"),
            Project("/opt/seatrial"),
            Files({"/home/tools": Folder(user=10001)}),
        ),
        env={"HOME": "/home/tools", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"},
        user="10001:10001",
    ),
    Recipe(
        name="skipper",
        version=SKIPPER.version,
        parts=(Basics(), Program(SKIPPER, "/usr/bin/skipper")),
        cmd=("skipper",),
        ports=("8080/tcp", "8443/tcp"),
    ),
    Recipe(
        name="traefik",
        version=TRAEFIK.version,
        parts=(Basics(), Program(TRAEFIK, "/usr/bin/traefik")),
        entrypoint=("traefik",),
        ports=("8080/tcp", "8443/tcp"),
    ),
    Recipe(
        name="ferretdb",
        version=FERRETDB.version,
        parts=(Basics(), Program(FERRETDB, "/usr/bin/ferretdb"), Files({"/data/db": Folder(user=999)})),
        entrypoint=("ferretdb",),
        user="999:999",
        ports=("27017/tcp",),
    ),
    Recipe(
        name="telegraf",
        version=TELEGRAF.version,
        parts=(Basics(), Program(TELEGRAF, "/usr/bin/telegraf")),
        entrypoint=("telegraf",),
        cmd=("--config", "/etc/telegraf/telegraf.conf"),
        user="999:999",
    ),
    Recipe(
        name="influxdb",
        version="1.6.7",
        parts=(Basics(), Packages((*LIBC, "influxdb")), Files({"/var/lib/influxdb": Folder(user=1500)})),
        entrypoint=("influxd",),
        env={"HOME": "/var/lib/influxdb"},
        user="1500:1500",
        ports=("8086/tcp",),
    ),
    Recipe(
        name="rsyslog",
        version="8.2302.0",
        parts=(Basics(), Packages(_RSYSLOG)),
        entrypoint=("rsyslogd",),
        cmd=("-n", "-f", "/etc/rsyslog/rsyslog.conf", "-i", "NONE"),
        user="0:0",  # the node's log files are readable by root alone
    ),
    Recipe(
        name="elasticsearch",
        version="7.10.2",
        parts=(
            Basics(),
            Packages((*LIBC, "libstdc++6", "zlib1g")),
            JavaRuntime(17, _JAVA_MODULES, "/usr/lib/java"),
            MavenZip(
                "org.elasticsearch.distribution.integ-test-zip:elasticsearch:7.10.2:zip",
                "38a4232a9b8506235c8a2b6a24cdf3732b2c2aa4b8026c89063e038a610c9f4c",
                "elasticsearch-7.10.2",
                "/usr/share/elasticsearch",
                ("bin", "config", "data", "logs"),
            ),
            Files({f"/usr/share/elasticsearch/{name}": Folder() for name in ("bin", "config", "data", "plugins")}),
        ),
        entrypoint=(
            "/usr/lib/java/bin/java",
            "-Des.path.home=/usr/share/elasticsearch",
            "-Des.path.conf=/usr/share/elasticsearch/config",
            "-Des.distribution.flavor=oss",
            "-Des.distribution.type=tar",
            "-Des.bundled_jdk=false",
            "-Des.networkaddress.cache.ttl=60",
            "-Djna.nosys=true",
            "-Djna.tmpdir=/tmp",
            "-Djava.io.tmpdir=/tmp",
            "-Dlog4j.shutdownHookEnabled=false",
            "-Dlog4j2.disable.jmx=true",
            "-Dlog4j2.formatMsgNoLookups=true",
            "-XX:TieredStopAtLevel=1",  # a small machine compiles less
            "-XX:+UseSerialGC",
            "-cp",
            "/usr/share/elasticsearch/lib/*",
            "org.elasticsearch.bootstrap.Elasticsearch",
        ),
        user="1000:1000",
        ports=("9200/tcp",),
    ),
)

RECIPES = {recipe.name: recipe for recipe in (*_ALL, *recipes_delivery.RECIPES)}
"""Every recipe by its name."""


def packages() -> set[str]:
    """Return the names of all packages of Debian that a recipe takes."""
    taken = (part for recipe in RECIPES.values() for part in recipe.parts)
    return {name for part in taken for name in _packages(part)}


def _packages(part: object) -> tuple[str, ...]:
    if isinstance(part, Packages):
        return part.names
    return part.packages if isinstance(part, (Python, ResourceType)) else ()
