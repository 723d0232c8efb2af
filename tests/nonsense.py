"""The settings of somebody else: an environment in which nothing means anything to a platform on this machine."""

from __future__ import annotations

from pathlib import Path

NOWHERE = "http://127.0.0.1:9"


def environment(folder: Path) -> dict[str, str]:
    """Return an environment whose every setting is nonsense; its damaged files are written into *folder*."""
    damaged = folder / "damaged"
    damaged.write_text("[profile\nno = such\x00 thing\n= =\n")
    none = str(folder / "not-there")
    endpoints = ("", "_EC2", "_S3", "_ROUTE_53", "_IAM", "_STS", "_AUTO_SCALING", "_ELASTIC_LOAD_BALANCING")
    return {
        "AWS_PROFILE": "nobody",
        "AWS_DEFAULT_PROFILE": "nobody",
        "AWS_CONFIG_FILE": str(damaged),
        "AWS_SHARED_CREDENTIALS_FILE": str(damaged),
        "AWS_REGION": "nowhere-1",
        "AWS_DEFAULT_REGION": "nowhere-1",
        "AWS_ACCESS_KEY_ID": "theirs",
        "AWS_SECRET_ACCESS_KEY": "their-own-secret",
        "AWS_SESSION_TOKEN": "their-own-token",
        "AWS_ROLE_ARN": "arn:aws:iam::000000000000:role/theirs",
        "AWS_WEB_IDENTITY_TOKEN_FILE": none,
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": NOWHERE,
        "AWS_SSO_SESSION": "theirs",
        "AWS_CA_BUNDLE": none,
        "REQUESTS_CA_BUNDLE": none,
        "CURL_CA_BUNDLE": none,
        "AWS_RETRY_MODE": "nonsense",
        "AWS_MAX_ATTEMPTS": "many",
        "AWS_DEFAULTS_MODE": "nonsense",
        "AWS_USE_FIPS_ENDPOINT": "true",
        "AWS_USE_DUALSTACK_ENDPOINT": "true",
        "AWS_STS_REGIONAL_ENDPOINTS": "nonsense",
        "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT": "nonsense",
        "AWS_REQUEST_CHECKSUM_CALCULATION": "nonsense",
        "AWS_EC2_METADATA_SERVICE_ENDPOINT": NOWHERE,
        **{f"AWS_ENDPOINT_URL{service}": NOWHERE for service in endpoints},
        "S3_ENDPOINT": NOWHERE,
        "KOPS_STATE_STORE": "s3://theirs",
        "KOPS_CLUSTER_NAME": "theirs",
        "KUBECONFIG": none,
        **{name: NOWHERE for proxy in ("http_proxy", "https_proxy", "all_proxy") for name in (proxy, proxy.upper())},
        "no_proxy": "",
        "NO_PROXY": "",
    }
