"""Whose account the credentials are of, and whether a platform may be built in it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's, which has no other name
    CredentialRetrievalError,
    HTTPClientError,
    NoCredentialsError,
    PartialCredentialsError,
    SSOError,
    TokenRetrievalError,
)

from provision.estate.access import AwsAccess
from provision.estate.account.trouble import ANEW, AS_USUAL, EXPIRED, UNKNOWN
from seatrial.errors import UsageError


@dataclass(frozen=True)
class Identity:
    """Whose the credentials are: the account's twelve digits, and the ARN of the user or role in it."""

    account: str
    arn: str


def identity(access: AwsAccess) -> Identity:
    """Return whose the credentials are.

    Raises:
        UsageError: If there are none, or they are no good, or AWS cannot be reached.
    """
    try:
        found = access.client("sts").get_caller_identity()
    except (NoCredentialsError, PartialCredentialsError) as error:
        raise UsageError(f"no AWS credentials ({error}): {AS_USUAL}") from error
    except (CredentialRetrievalError, TokenRetrievalError, SSOError) as error:
        raise UsageError(f"the AWS credentials cannot be had: {error}; {ANEW}") from error
    except (ConnectionError, HTTPClientError) as error:
        raise UsageError(f"AWS cannot be reached: {error}; look at the network, a proxy, AWS_CA_BUNDLE") from error
    except ClientError as error:
        raise UsageError(_refused(error)) from error
    except BotoCoreError as error:
        raise UsageError(f"AWS cannot be asked: {error}; correct the AWS variables or files") from error
    return Identity(found["Account"], found["Arn"])


def see_allowed(found: Identity, accounts: Collection[str]) -> None:
    """See that the account is one that platforms may be built in.

    Raises:
        UsageError: If it is not.
    """
    if found.account in accounts:
        return
    allowed = f"one of {', '.join(accounts)}" if accounts else "none yet"
    raise UsageError(
        f"the credentials are those of the account {found.account} ({found.arn}); platform.yaml: aws.accounts allows "
        f"{allowed}: use other credentials, or add the account there"
    )


def _refused(error: ClientError) -> str:
    code = error.response["Error"]["Code"]
    if code in EXPIRED:
        return f"the AWS credentials have expired ({code}): {ANEW}"
    if code in UNKNOWN:
        return f"AWS does not know the credentials ({code}): {AS_USUAL}"
    return f"AWS does not say whose the credentials are: {error}"
