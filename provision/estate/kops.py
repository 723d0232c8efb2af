"""The real kops, driven for one cluster: each method is one call of the program."""

from __future__ import annotations

import base64
import json
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from provision.estate import kops_process
from provision.estate.access import AwsAccess
from provision.estate.account.trouble import remedy
from provision.estate.authority_use import signs_alone
from provision.estate.kops_process import Done
from provision.estate.names import TEAM_TAG, Names
from provision.estate.store import read_object
from provision.spec import PlatformSpec
from seatrial import contained
from seatrial.errors import SeatrialError

# Machine images: Canonical's own, by the parameter that always names their newest; and one that moto has.
_IMAGE = "ssm:/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id"
_SIMULATED_IMAGE = "099720109477/ubuntu/images/hvm-ssd/ubuntu-xenial-16.04-amd64-server-20170721"

_NOWHERE = "no-cluster"  # a folder of the store in which nothing is ever kept
_SSH_ACCESS = re.compile(r"^  sshAccess:\n(?:  - .*\n)+", re.MULTILINE)  # kops has no flag that lets nobody in
_LAST_LINES = 12
_MASTERS = ("--instance-group-roles", "control-plane")
_NO_PAUSES = (  # a machine that is played is there within seconds
    *("--control-plane-interval", "12s", "--node-interval", "8s", "--post-drain-delay", "0s"),
    *("--validate-count", "1", "--validation-timeout", "3m"),
)
LIFETIME: Final = "18h"
"""For how long an exported access is good, unless it is asked for otherwise."""

_KEPT_PER_CALL = 20_000  # characters of output in the log


class KopsError(SeatrialError):
    """A call of kops failed or took too long; its text has the last lines that kops wrote."""


class Kops:
    """The kops of one cluster.

    Args:
        binary: The program.
        access: The cloud that it works on.
        spec: The platform's parameters.
        team: The team's id, which names the cluster and the bucket of its state.
        workdir: Where the cluster's manifest and kops's log are kept.
        api_server: The API server's address for exported kubeconfigs; kops's own choice when left out.
        mark: Variables for each kops process, by which whoever started it finds it again after a crash.
        labels: Tags of everything that kops makes, beside its own.
    """

    def __init__(
        self,
        binary: Path,
        access: AwsAccess,
        spec: PlatformSpec,
        team: str,
        workdir: Path,
        *,
        api_server: str | None = None,
        mark: Mapping[str, str] | None = None,
        labels: Mapping[str, str] | None = None,
    ) -> None:
        self._binary = binary
        self._access = access
        self._spec = spec
        self._names = Names(spec, team, labels)
        self._workdir = workdir
        self._api_server = api_server
        self._mark = dict(mark or {})
        # Seconds: on moto every call takes seconds; on AWS, groups and their instances come and go in minutes.
        self._patience = 90 if access.simulated else 1200
        # Each machine in turn; kops gives one a quarter of an hour until the cluster is valid again.
        self._rolled_within = 900 * (1 if access.simulated else spec.masters.count + spec.nodes.count)

    @property
    def manifest(self) -> Path:
        """The cluster's manifest as kops made it from the platform's parameters."""
        return self._workdir / "cluster.yaml"

    @property
    def log(self) -> Path:
        """What kops wrote, call after call."""
        return self._workdir / "kops.log"

    def exists(self) -> bool:
        """Return whether the store has the cluster, whole or from a ``create`` that was cut short."""
        return read_object(self._access, self._names.store, f"{self._names.cluster}/config") is not None

    def create(self) -> None:
        """Store the cluster as the platform's parameters describe it.

        Done again, it changes nothing; after a run that was cut short, it adds what is missing.

        Raises:
            KopsError: If kops fails.
        """
        contained.write(self.manifest, self._described(self._state))
        self._run("replace", "--force", "--filename", str(self.manifest), "--state", self._state)

    def preview(self, folder: Path, encryption: Path) -> str:
        """Return what kops says `create` and `update` would do, by a copy of its state in *folder*; nothing is made.

        Args:
            folder: An empty folder.
            encryption: An EncryptionConfiguration, for a cluster that has none yet.

        Raises:
            KopsError: If kops fails.
        """
        state, kept = f"file://{folder}", self._has_secret()
        wanted = folder / "wanted.yaml"
        contained.write(wanted, self._described(self._state if kept else state))
        self._run("replace", "--force", "--filename", str(wanted), "--state", state)
        named = ("--name", self._names.cluster, "--state", state)
        if not kept:
            self._run("create", "secret", "encryptionconfig", *named, "--filename", str(encryption))
        return self._run("update", "cluster", *named, *self._left_alone(), "--create-kube-config=false")

    def _described(self, base: str) -> str:
        """Return the cluster as platform.yaml has it, with its state at *base*."""
        # `create cluster` alone would go on to a preview of every resource, which costs as much as making them; and it
        # refuses a cluster that it has stored before, so the manifest is asked for as if in a folder of its own.
        elsewhere = f"{base}/{_NOWHERE}"
        written = self._run("create", "cluster", *self._parameters(elsewhere), "--dry-run", "--output", "yaml")
        wanted = written.replace(elsewhere, base)
        return wanted if self._spec.access.ssh else _SSH_ACCESS.sub("", wanted)

    def _has_secret(self) -> bool:
        secret = f"{self._names.cluster}/secrets/encryptionconfig"
        return read_object(self._access, self._names.store, secret) is not None

    def import_ca(self, cert: Path, key: Path) -> None:
        """Make the platform's CA the cluster's own, unless it is already; before the first `update`.

        Args:
            cert: The CA's certificate, PEM.
            key: Its private key, PEM.

        Raises:
            KopsError: If kops fails, or would put a CA of its own in the place of one with other key usages.
        """
        if not signs_alone(cert):
            raise KopsError(
                f"{cert}: expected a CA with the key usages keyCertSign and cRLSign alone: kops replaces any other"
            )
        keyset = f"{self._names.cluster}/pki/private/kubernetes-ca/keyset.yaml"
        stored = read_object(self._access, self._names.store, keyset) or b""
        if base64.b64encode(cert.read_bytes()) in b"".join(stored.split()):
            return
        files = ("--cert", str(cert), "--key", str(key))
        self._run("create", "keypair", "kubernetes-ca", *self._cluster(), "--primary", *files)

    def import_encryption(self, config: Path) -> None:
        """Give the cluster the key that its Secrets are encrypted with, unless it has it; before the first `update`.

        Args:
            config: An EncryptionConfiguration of Kubernetes, as its API servers read it.

        Raises:
            KopsError: If kops fails, or the cluster has another one: without it nobody could read what is encrypted.
        """
        secret = f"{self._names.cluster}/secrets/encryptionconfig"
        stored = read_object(self._access, self._names.store, secret)
        if stored is None:
            self._run("create", "secret", "encryptionconfig", *self._cluster(), "--filename", str(config))
        elif base64.b64decode(json.loads(stored)["Data"]) != config.read_bytes():
            raise KopsError(
                f"s3://{self._names.store}/{secret} is another than {config}: its Secrets are encrypted with that key, "
                "so it is not replaced; stand the platform up with the state that it was made with"
            )

    def update(self, *, masters_alone: bool = False) -> None:
        """Make the cloud what the stored cluster asks for; done again, it changes nothing.

        Args:
            masters_alone: Whether nodes are left as they are: in an upgrade, none may be newer than the masters.

        Raises:
            KopsError: If kops fails.
        """
        roles = _MASTERS if masters_alone else ()
        arguments = (*self._cluster(), *self._left_alone(), *roles, "--yes", "--create-kube-config=false")
        self._run("update", "cluster", *arguments)

    def roll(self, api_server: str | None = None) -> None:
        """Replace every machine that is not as the stored cluster asks, the masters first, each once all is valid.

        Args:
            api_server: The API server's address; kops's own choice when left out.

        Raises:
            KopsError: If kops fails, or a machine that it has replaced does not come to work.
        """
        server = ("--api-server", api_server) if api_server else ()
        pauses = _NO_PAUSES if self._access.simulated else ()
        arguments = ("rolling-update", "cluster", *self._cluster(), *server, *pauses, "--yes")
        self._run(*arguments, *_MASTERS, patience=self._rolled_within)
        self.update()
        self._run(*arguments, patience=self._rolled_within)

    def changes(self) -> list[str]:
        """Return the resources that `update` would create, modify or delete; none when all is as it should be.

        Raises:
            KopsError: If kops fails.
        """
        preview = self._run("update", "cluster", *self._cluster(), *self._left_alone(), "--create-kube-config=false")
        return [
            line.strip() for line in preview.splitlines() if line.startswith("  ") and line[2:3].strip() and "/" in line
        ]

    def validate(self, api_server: str | None = None) -> list[str]:
        """Return what kops finds wrong with the cluster: machines that are no ready nodes, pods that do not run.

        Args:
            api_server: The API server's address; kops's own choice when left out.

        Raises:
            KopsError: If kops cannot look.
        """
        server = ("--api-server", api_server) if api_server else ()
        arguments = ("validate", "cluster", *self._cluster(), *server, "--output", "json")
        done = self._call(*arguments)
        try:
            found = json.loads(done.out)
        except ValueError:
            self._check(done, arguments)
            raise KopsError(f"kops validate cluster says nothing that can be read:\n{_last(done.out)}") from None
        return [f"{failure['type']} {failure['name']}: {failure['message']}" for failure in found.get("failures") or []]

    def export_kubeconfig(self, path: Path, api_server: str | None = None, lifetime: str = LIFETIME) -> None:
        """Write an administrator's kubeconfig, as any member of the team who has the store can.

        Its file has mode 0600. The API server is asked for by kops's own name for it, ``api.internal.<cluster>``
        (``tls-server-name``), whatever its address: its certificate must carry that name.

        Args:
            path: The file to write.
            api_server: The API server's address; the one given to `Kops` when left out.
            lifetime: How long the administrator's certificate is good for, such as ``18h``.

        Raises:
            KopsError: If kops fails; without access to the store it must.
        """
        server = api_server or self._api_server
        self._run(
            "export",
            "kubeconfig",
            *self._cluster(),
            f"--admin={lifetime}",
            "--kubeconfig",
            str(path),
            *(("--api-server", server) if server else ()),
        )
        path.chmod(0o600)

    def delete(self) -> None:
        """Delete the cluster's resources and its state.

        Raises:
            KopsError: If kops fails.
        """
        wait = ("--interval", "1s" if self._access.simulated else "10s", "--wait", f"{self._patience - 30}s")
        self._run("delete", "cluster", *self._cluster(), "--yes", *wait)

    @property
    def _state(self) -> str:
        return f"s3://{self._names.store}"

    def _cluster(self) -> tuple[str, ...]:
        return ("--name", self._names.cluster, "--state", self._state)

    def _parameters(self, state: str) -> tuple[str, ...]:
        spec, zones = self._spec, ",".join(self._spec.zones)
        return (
            f"--name={self._names.cluster}",
            f"--state={state}",
            "--cloud=aws",
            f"--kubernetes-version={spec.kubernetes}",
            f"--zones={zones}",
            f"--control-plane-zones={','.join(spec.zones[: spec.masters.count])}",  # kops refuses a zone without one
            f"--control-plane-count={spec.masters.count}",
            f"--control-plane-size={spec.masters.type}",
            f"--node-count={spec.nodes.count}",
            f"--node-size={spec.nodes.type}",
            f"--network-cidr={spec.network}",
            f"--admin-access={','.join(spec.access.api)}",
            *([f"--ssh-access={','.join(spec.access.ssh)}"] if spec.access.ssh else []),
            *self._labels(),
            "--topology=public",  # with no --api-loadbalancer-type: there is no load balancer of any kind
            # A private zone is made by kops, and tied to the cluster's own network; a public one has to be there.
            f"--dns={'private' if self._zone_unasked else self._spec.dns.zone}",
            f"--dns-zone={self._names.cluster}",
            "--set=cluster.spec.encryptionConfig=true",  # else Secrets lie in etcd as they are
            "--channel=none",  # else it is fetched, and its defaults change under us
            f"--image={_SIMULATED_IMAGE if self._access.simulated else _IMAGE}",
        )

    @property
    def _zone_unasked(self) -> bool:
        """Whether kops must not ask DNS for the public zone, as it does at each `update`: none knows a played one."""
        return self._spec.dns.public and self._access.simulated

    def _left_alone(self) -> tuple[str, ...]:
        # Told that it is private, kops would tie the zone to the network.
        return ("--lifecycle-overrides=DNSZone=Ignore",) if self._zone_unasked else ()

    def _labels(self) -> list[str]:
        labels = self._names.labels and {TEAM_TAG: self._names.team, **self._names.labels}
        return [f"--cloud-labels={','.join(f'{key}={value}' for key, value in labels.items())}"] if labels else []

    def _run(self, *arguments: str, patience: float | None = None) -> str:
        done = self._call(*arguments, patience=patience)
        self._check(done, arguments)
        return done.out

    def _check(self, done: Done, arguments: tuple[str, ...]) -> None:
        if done.code != 0:
            call = f"kops {' '.join(arguments[:2])}"
            told = remedy(done.written)
            ended = f"failed with code {done.code}" if done.code > 0 else "was ended, as trying on is of no use"
            raise KopsError(f"{call} {ended}{told and f'; {told}'}:\n{_last(done.written)}")

    def _call(self, *arguments: str, patience: float | None = None) -> Done:
        call, patience = f"kops {' '.join(arguments[:2])}", patience or self._patience
        try:
            env = {**self._access.environment(), **self._mark}
            done = kops_process.run([str(self._binary), *arguments], env, patience)
        except FileNotFoundError as error:
            raise KopsError(f"no kops at {self._binary}: run `seatrial doctor`") from error
        except subprocess.TimeoutExpired as error:
            written = _text(error.stdout) + _text(error.stderr)
            self._keep(arguments, written)
            told = remedy(written)
            late = f"{call} took longer than {patience:.0f} s{told and f'; {told}'}; it last wrote:"
            raise KopsError(f"{late}\n{_last(written)}") from error
        self._keep(arguments, done.written)
        return done

    def _keep(self, arguments: tuple[str, ...], written: str) -> None:
        contained.append(self.log, f"$ kops {' '.join(arguments)}\n{written[-_KEPT_PER_CALL:]}\n")


def _text(written: bytes | str | None) -> str:
    return written.decode(errors="replace") if isinstance(written, bytes) else written or ""


def _last(written: str) -> str:
    lines = [line for line in written.splitlines() if line.strip()]
    return "\n".join(f"  {line[:400]}" for line in lines[-_LAST_LINES:])
