"""What is to be done about an error of AWS, by its code, wherever it is met."""

from __future__ import annotations

import re
from typing import Final

EXPIRED: Final = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
UNKNOWN: Final = frozenset(
    {"InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch", "AuthFailure"}
)
DENIED: Final = frozenset(
    {"UnauthorizedOperation", "AccessDenied", "AccessDeniedException", "AuthorizationError", "403"}
)
_THROTTLED = frozenset(
    {"Throttling", "ThrottlingException", "RequestLimitExceeded", "SlowDown", "TooManyRequestsException"}
)
_FULL = frozenset({"InsufficientInstanceCapacity", "InsufficientHostCapacity"})

AS_USUAL: Final = "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, as for the AWS CLI"
ANEW: Final = "get new ones (`aws sso login`, or a new session token) and run the same command again"
RIGHTS: Final = "the rights that are needed: provision/estate/account/policies/platform.json"

_REMEDIES = (
    (EXPIRED, f"the AWS credentials have expired: {ANEW}"),
    (UNKNOWN, f"AWS does not know the credentials: {AS_USUAL}"),
    (DENIED, f"a right is missing: {RIGHTS}; run the same command again once it is given"),
    (_THROTTLED, "AWS takes no more requests for now: run the same command again in some minutes"),
    (_FULL, "the zone has no machines of that type: wait, or choose another type or other zones in platform.yaml"),
)
_WORDED = {  # kops shows some errors without their codes
    "not authorized to perform": "AccessDenied",
    "security token included in the request is expired": "ExpiredToken",
    "Request has expired": "RequestExpired",
}
_CODE = re.compile(r"\b[A-Z]\w{5,40}\b")


def remedy(text: str) -> str:
    """Return what is to be done about the error that *text* tells of; nothing for one that is not known.

    Example:
        >>> remedy("api error Throttling: Rate exceeded")
        'AWS takes no more requests for now: run the same command again in some minutes'
    """
    codes = codes_of(text)
    return next((told for known, told in _REMEDIES if known & codes), "")


def codes_of(text: str) -> set[str]:
    """Return whatever in *text* may be the code of an error of AWS."""
    return {*_CODE.findall(text), *(code for words, code in _WORDED.items() if words in text)}
