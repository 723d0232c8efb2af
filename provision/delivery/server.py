"""The containers of a platform's server of pipelines: its database, the server, and one worker."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from provision.delivery.access import HOST, SESSION, USER, WORKER, Access, ensure_keys, environment_file
from provision.delivery.images import ensure_image
from provision.engine import Engine
from provision.images.recipes_delivery import CONCOURSE_HOME, CONCOURSE_IMAGE, POSTGRESQL_IMAGE
from provision.toolchain import Toolchain

ROLE: Final = "seatrial.dev/delivery"
"""The label that says which of the containers one is."""
WEB_PORT: Final = 8080
_TSA_PORT, _DATABASE_PORT = 2222, 5432
_KEYS = "/keys"
_STARTED_SECONDS = 120.0

_CLOSED = ("--cap-drop=ALL", "--security-opt=no-new-privileges", "--read-only", "--tmpfs=/tmp", "--pids-limit=512")
# What a worker needs to have containers of its own. It is not privileged: it has no device of this machine, and does
# not see its disks. Its control groups are its own, in a namespace of theirs.
_NESTING = (
    *("--user=0", "--cgroupns=private", "--cap-add=SYS_ADMIN", "--cap-add=NET_ADMIN", "--cap-add=SYS_PTRACE"),
    *(f"--security-opt={one}=unconfined" for one in ("seccomp", "apparmor", "systempaths")),
    "--device-cgroup-rule=c 10:229 rwm",  # every container of Concourse may ask for fuse; there is none to be had
    *("--tmpfs=/run:exec", "--tmpfs=/tmp:exec", "--volume=/work", "--pids-limit=4096"),
)
_TASKS = "10.80.0.0/16"  # where the worker's own containers are, behind its own address
# The engine mounts them for reading alone, in the container's own namespace of mounts.
_WRITABLE = "for group in /sys/fs/cgroup /sys/fs/cgroup/*; do mount -o remount,bind,rw $group 2>/dev/null; done"
_INITDB = """\
set -e
if [ ! -e "$PGDATA/PG_VERSION" ]; then
  printf %s "$PASSWORD" > /tmp/password
  initdb --username="$OWNER" --pwfile=/tmp/password --auth=scram-sha-256 --encoding=UTF8 --locale=C > /tmp/initdb
  echo "host all all samenet scram-sha-256" >> "$PGDATA/pg_hba.conf"
fi
unset PASSWORD
exec postgres -c listen_addresses='*' -c unix_socket_directories=/tmp -c jit=off -c max_connections=80
"""


@dataclass(frozen=True)
class Places:
    """Where the containers are in the platform's network.

    Attributes:
        network: The network's name.
        database: The database's address.
        web: The server's.
        worker: The worker's.
    """

    network: str
    database: str
    web: str
    worker: str

    @property
    def url(self) -> str:
        """Where the server answers."""
        return f"http://{self.web}:{WEB_PORT}"


class PipelinesServer:
    """The server of one platform.

    Args:
        team: The platform's ``$TEAMID``, with which the names of the containers begin.
        label: The label by which what the platform has in the engine is found, as ``name=value``.
        engine: Gives the container engine.
        toolchain: Its cache keeps what images are made of.
        folder: A folder of the platform's state, for keys.
        say: Told how it goes.
    """

    def __init__(
        self,
        team: str,
        label: str,
        engine: Callable[[], Engine],
        *,
        toolchain: Toolchain,
        folder: Path,
        say: Callable[[str], None],
    ) -> None:
        self._team = team
        self._label = label
        self._engine = engine
        self._toolchain = toolchain
        self._folder = folder
        self._say = say

    def ensure(self, places: Places, access: Access) -> int:
        """Have every container run; return how many did not.

        Raises:
            EngineError: The engine refuses one.
            ImageError: An image cannot be made.
        """
        images = self.prepare()
        keys = ensure_keys(self._folder / "keys")
        wanted = {
            "database": (images[POSTGRESQL_IMAGE], self._database(places, access)),
            "web": (images[CONCOURSE_IMAGE], self._web(places, access, keys)),
            "worker": (images[CONCOURSE_IMAGE], self._worker(places, keys)),
        }
        return sum(self._run(role, image, *settings) for role, (image, settings) in wanted.items())

    def prepare(self) -> dict[str, str]:
        """Have the images in the engine; return what each is called there, by its recipe's name."""
        return {name: ensure_image(self._engine(), self._toolchain, name, self._say) for name in _IMAGES}

    def name(self, role: str) -> str:
        """Name a container: ``database``, ``web`` or ``worker``."""
        return f"{self._team}-delivery-{role}"

    def running(self) -> dict[str, bool]:
        """Return whether each container that is there runs, by its role."""
        found = self._engine().inspect("container", [self.name(role) for role in _ROLES])
        roles = {str(one["Config"]["Labels"].get(ROLE)): bool(one["State"]["Running"]) for one in found}
        return {role: roles[role] for role in _ROLES if role in roles}

    def remove(self) -> list[str]:
        """Remove the containers with all that they keep; name those that were there."""
        there = remains(self._engine(), self._label)
        if there:
            self._engine().run("rm", "--force", "--volumes", *there)
        return there

    def _run(self, role: str, image: str, settings: Sequence[str], command: Sequence[str]) -> bool:
        running = self.running().get(role)
        if running:
            return False
        if running is False:  # it has been stopped: what it keeps is kept
            self._engine().run("start", self.name(role), timeout=_STARTED_SECONDS)
            return True
        self._say(f"starting the {role} of the pipelines' server")
        labels = (f"--label={self._label}", f"--label={ROLE}={role}")
        named = (f"--name={self.name(role)}", f"--hostname={self.name(role)}")
        self._engine().run("run", "--detach", *named, *labels, *settings, image, *command, timeout=_STARTED_SECONDS)
        return True

    def _database(self, places: Places, access: Access) -> tuple[Sequence[str], Sequence[str]]:
        told = {"OWNER": USER, "PASSWORD": access.database, "PGDATA": "/var/lib/postgresql/data"}
        variables = environment_file(self._folder / "database.env", told)
        settings = (*_in(places, places.database), *_CLOSED, "--volume=/var/lib/postgresql", "--entrypoint=/usr/bin/sh")
        return (*settings, f"--env-file={variables}", "--shm-size=64m"), ("-c", _INITDB)

    def _web(self, places: Places, access: Access, keys: Path) -> tuple[Sequence[str], Sequence[str]]:
        variables = environment_file(self._folder / "web.env", access.of_server())
        # Root without any right of root's: the keys are for their owner alone.
        settings = (*_in(places, places.web), *_CLOSED, "--user=0", f"--volume={keys}:{_KEYS}:ro")
        command = (
            "web",
            f"--external-url={places.url}",
            f"--bind-port={WEB_PORT}",
            f"--postgres-host={places.database}",
            f"--postgres-port={_DATABASE_PORT}",
            f"--postgres-user={USER}",
            "--postgres-database=postgres",
            f"--session-signing-key={_KEYS}/{SESSION}.key",
            f"--tsa-host-key={_KEYS}/{HOST}.key",
            f"--tsa-authorized-keys={_KEYS}/{WORKER}.pub",
            f"--tsa-bind-port={_TSA_PORT}",
            f"--tsa-peer-address={places.web}",
            f"--peer-address={places.web}",
            "--tsa-heartbeat-interval=5s",
            f"--main-team-local-user={USER}",
            f"--cluster-name={self._team}",
            "--enable-across-step",
            "--enable-redact-secrets",
            # it looks as often as the promise of 90 seconds takes, at what a push has not told it already
            *("--resource-checking-interval=10s", "--lidar-scanner-interval=2s", "--build-tracker-interval=2s"),
            "--component-runner-interval=1s",
        )
        return (*settings, f"--env-file={variables}"), command

    def _worker(self, places: Places, keys: Path) -> tuple[Sequence[str], Sequence[str]]:
        settings = (*_in(places, places.worker), *_NESTING, f"--volume={keys}:{_KEYS}:ro", "--entrypoint=/usr/bin/sh")
        command = (
            f"{CONCOURSE_HOME}/bin/concourse worker",
            f"--name={self.name('worker')}",
            "--work-dir=/work",
            "--runtime=containerd",  # never houdini, which shares its containers' devices with the machine
            f"--containerd-init-bin={CONCOURSE_HOME}/bin/init",
            "--containerd-cni-plugins-dir=/usr/lib/cni",
            f"--containerd-network-pool={_TASKS}",
            "--containerd-max-containers=60",
            "--baggageclaim-driver=overlay",
            f"--resource-types={CONCOURSE_HOME}/resource-types",
            f"--tsa-host={places.web}:{_TSA_PORT}",
            f"--tsa-public-key={_KEYS}/{HOST}.pub",
            f"--tsa-worker-private-key={_KEYS}/{WORKER}.key",
        )
        return settings, ("-c", f"{_WRITABLE}\nexec {' '.join(command)}")


def remains(engine: Engine, label: str) -> list[str]:
    """Name the containers that a platform's server of pipelines has in the engine."""
    return sorted(engine.names("container", f"label={label}", f"label={ROLE}"))


def _in(places: Places, address: str) -> tuple[str, ...]:
    return (f"--network={places.network}", f"--ip={address}")


_ROLES = ("database", "web", "worker")
_IMAGES = (POSTGRESQL_IMAGE, CONCOURSE_IMAGE)
