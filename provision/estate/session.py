"""A session of boto3 that knows one environment: the one that it is given, and not this process's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import boto3
import botocore.session
from botocore.configprovider import (
    BOTOCORE_DEFAUT_SESSION_VARIABLES,
    DEFAULT_PROXIES_CONFIG_VARS,
    DEFAULT_S3_CONFIG_VARS,
    ConfigChainFactory,
    SectionConfigProvider,
)

from seatrial.errors import UsageError

NO_FILES = {"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"}
"""The variables that keep boto3, and kops, from the user's own files."""


def session_of(env: Mapping[str, str], region: str) -> boto3.Session:
    """Return a session whose profile, files, region, credentials and every other setting are those of *env*.

    botocore reads a good fifty variables of the process wherever a setting is not given, and refuses what means
    nothing in some of them: each is looked up in *env* instead.

    Raises:
        UsageError: If *env* has half of an access key.
    """
    core = botocore.session.Session()
    store = core.get_component("config_store")
    factory = ConfigChainFactory(session=core, environ=dict(env))
    for name, provider in _chains(factory, BOTOCORE_DEFAUT_SESSION_VARIABLES).items():
        store.set_config_provider(name, provider)
    for section, variables in (("s3", DEFAULT_S3_CONFIG_VARS), ("proxies_config", DEFAULT_PROXIES_CONFIG_VARS)):
        store.set_config_provider(section, SectionConfigProvider(section, core, _chains(factory, variables)))
    key, secret = env.get("AWS_ACCESS_KEY_ID"), env.get("AWS_SECRET_ACCESS_KEY")
    if key and not secret:
        raise UsageError("AWS_ACCESS_KEY_ID is set, and AWS_SECRET_ACCESS_KEY is not: set both, or neither")
    if key and secret:
        core.set_credentials(key, secret, env.get("AWS_SESSION_TOKEN"))
    return boto3.Session(botocore_session=core, region_name=region)


def _chains(factory: ConfigChainFactory, variables: Mapping[str, tuple[Any, ...]]) -> dict[str, Any]:
    """Return what looks each of *variables* up: given to the session, in the environment, in its files, the default."""
    return {
        name: factory.create_config_chain(
            instance_name=name,
            env_var_names=in_environment,
            config_property_names=in_files,
            default=default,
            conversion_func=convert,
        )
        for name, (in_files, in_environment, default, convert) in variables.items()
    }
