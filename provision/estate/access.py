"""How the estate's cloud is reached: boto3 clients and kops's environment from one environment mapping."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, overload

import boto3
from botocore.config import Config
from botocore.exceptions import ConfigParseError, ProfileNotFound

from provision.estate.session import NO_FILES, session_of
from seatrial.errors import UsageError

if TYPE_CHECKING:
    from mypy_boto3_autoscaling import AutoScalingClient
    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_elb import ElasticLoadBalancingClient
    from mypy_boto3_elbv2 import ElasticLoadBalancingv2Client
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_route53 import Route53Client
    from mypy_boto3_s3 import S3Client

ASSETS = "/kops-assets"
_ASSETS_VERSION = "1.36.1"  # kops takes its own version from this address's last part

_CONFIG = Config(
    connect_timeout=3,
    read_timeout=20,
    retries={"mode": "standard", "max_attempts": 5},  # moto may be restarting; AWS may throttle
    max_pool_connections=16,
)
_SIMULATED = {
    "AWS_ENDPOINT_URL", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN", "AWS_EC2_METADATA_DISABLED",
}  # fmt: skip
"""What may be known of a simulated cloud."""
NO_SUCH_IDENTITY = frozenset({"NoSuchEntity", "NoSuchEntityException"})
"""The codes of IAM for a user, a role or a policy that is not there."""
_DIRECT = _CONFIG.merge(Config(proxies={}))  # loopback is never behind a proxy


class AwsAccess:
    """The AWS API as an environment describes it: the real one, or a moto server.

    Args:
        env: Variables by their standard names: ``AWS_ENDPOINT_URL`` (means moto), ``AWS_REGION`` or
            ``AWS_DEFAULT_REGION``, ``AWS_ACCESS_KEY_ID``, ``AWS_SECRET_ACCESS_KEY``, ``AWS_SESSION_TOKEN``,
            ``AWS_PROFILE``. What kops is to inherit (``PATH``, ``HOME``) belongs in it, too.
    """

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = dict(env)
        self._lock = threading.Lock()
        self._session: boto3.Session | None = None
        self._clients: dict[str, Any] = {}

    @property
    def endpoint(self) -> str | None:
        """The moto server's address, or nothing where the API is AWS's own."""
        return self._env.get("AWS_ENDPOINT_URL") or None

    @property
    def simulated(self) -> bool:
        """Whether the API is a moto server's."""
        return self.endpoint is not None

    @property
    def region(self) -> str:
        """The region.

        Raises:
            UsageError: If the environment names none.
        """
        region = self._env.get("AWS_REGION") or self._env.get("AWS_DEFAULT_REGION")
        if not region:
            raise UsageError("no AWS region: set AWS_REGION, for example AWS_REGION=eu-west-1")
        return region

    @overload
    def client(self, service: Literal["ec2"]) -> EC2Client: ...
    @overload
    def client(self, service: Literal["autoscaling"]) -> AutoScalingClient: ...
    @overload
    def client(self, service: Literal["elb"]) -> ElasticLoadBalancingClient: ...
    @overload
    def client(self, service: Literal["elbv2"]) -> ElasticLoadBalancingv2Client: ...
    @overload
    def client(self, service: Literal["iam"]) -> IAMClient: ...
    @overload
    def client(self, service: Literal["route53"]) -> Route53Client: ...
    @overload
    def client(self, service: Literal["s3"]) -> S3Client: ...
    @overload
    def client(self, service: str) -> Any: ...
    def client(self, service: str) -> Any:
        """Return the client of *service*, made at its first use (which takes a tenth of a second) and kept."""
        with self._lock:
            if service not in self._clients:
                if self._session is None:
                    self._session = self._new_session()
                create: Any = self._session.client
                config = _DIRECT if self.simulated else _CONFIG
                self._clients[service] = create(service, endpoint_url=self.endpoint, config=config)
            return self._clients[service]

    def _new_session(self) -> boto3.Session:
        try:
            return session_of(self._known, self.region)
        except (ProfileNotFound, ConfigParseError) as error:
            raise UsageError(f"AWS cannot be asked: {error}; correct AWS_PROFILE, or the file") from error

    @property
    def _known(self) -> dict[str, str]:
        """Everything that clients and kops may know; of a simulated cloud no profile, account or file is known."""
        if not self.simulated:
            return self._env
        theirs = {name for name in self._env if name.startswith("AWS_") and name not in _SIMULATED}
        return {name: value for name, value in self._env.items() if name not in theirs} | NO_FILES

    def environment(self) -> dict[str, str]:
        """Return the environment of a kops process that works on the same cloud."""
        environment = {**self._known, "AWS_REGION": self.region}
        if self.endpoint is None:
            return environment
        return environment | {
            "AWS_EC2_METADATA_DISABLED": "true",
            "S3_ENDPOINT": self.endpoint,
            "S3_REGION": self.region,
            "S3_ACCESS_KEY_ID": self._env.get("AWS_ACCESS_KEY_ID", ""),
            "S3_SECRET_ACCESS_KEY": self._env.get("AWS_SECRET_ACCESS_KEY", ""),
            "KOPS_FEATURE_FLAGS": "-ImageDigest",  # else kops asks public registries for digests
            "KOPS_BASE_URL": f"{self.endpoint}{ASSETS}/{_ASSETS_VERSION}",
        }
